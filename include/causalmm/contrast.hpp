// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/contrast/concepts.hpp>
#include <causalmm/contrast/linear.hpp>
#include <causalmm/core/type_list.hpp>

namespace causalmm::contrast {

/// Every contrast the library ships, with one and two counterfactual branches.
using list = type_list<linear<1>, linear<2>>;

}   // namespace causalmm::contrast
