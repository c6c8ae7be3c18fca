// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

/// Largest number of a row as PyTorch finds it: the first of equals, and NaN if there is one.
///
/// shape   one row of at least one number, any stride
/// units   those of the row
/// errors  none: an empty row is a precondition violation
/// source  torch.max over the last dimension; of zeros with different signs it keeps the first
constexpr float maximum(tensor_view<float const, 1> const& row) noexcept {
    CAUSALMM_ASSERT(row.extent(0) >= 1);
    float largest = row(0);
    for (index_t i = 1; i < row.extent(0) && !is_nan(largest); ++i) {
        float const x = row(i);
        if (is_nan(x) || x > largest) { largest = x; }
    }
    return largest;
}

}   // namespace causalmm::released
