// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/contrast/assembled.hpp>
#include <causalmm/contrast/concepts.hpp>
#include <causalmm/contrast/divergence.hpp>
#include <causalmm/contrast/gated.hpp>
#include <causalmm/contrast/guided.hpp>
#include <causalmm/contrast/layerwise.hpp>
#include <causalmm/contrast/linear.hpp>
#include <causalmm/contrast/time_varying.hpp>
#include <causalmm/core/type_list.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

/// Every contrast the library ships, those of any number of branches with one and two.
using list = type_list<linear<1>, linear<2>, guided, assembled<1>, assembled<2>, time_varying, gated, layerwise<1>,
                       layerwise<2>>;

}   // namespace causalmm::contrast
