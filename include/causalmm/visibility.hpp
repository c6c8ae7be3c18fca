// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/visibility/bidirectional.hpp>
#include <causalmm/visibility/causal.hpp>
#include <causalmm/visibility/cell_map.hpp>
#include <causalmm/visibility/concepts.hpp>
#include <causalmm/visibility/mask_tensor.hpp>
#include <causalmm/visibility/padding.hpp>
#include <causalmm/visibility/prefix_lm.hpp>
#include <causalmm/visibility/sliding_window.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// Every visibility the library ships.
using list = type_list<bidirectional, causal, sliding_window, prefix_lm, padding<bidirectional>, padding<causal>,
                       padding<sliding_window>, mask_tensor<bool>, mask_tensor<float>, cell_map>;

}   // namespace causalmm::visibility
