// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace evaluation {

/// Where attention rests on a picture.
///
/// shape   values (row, column), rows * columns of them
/// units   attention mass, >= 0
/// errors  none
/// source  the model
struct attention_map {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values;
};

/// The same of the factual branch and of the branch that is contrasted with it.
///
/// shape   two maps
/// units   as attention_map
/// errors  none
/// source  engine::attention
struct attention_pair {
    attention_map factual;
    attention_map counterfactual;
};

}   // namespace evaluation
