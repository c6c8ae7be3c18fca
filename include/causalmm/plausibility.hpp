// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/plausibility/candidates.hpp>
#include <causalmm/plausibility/concepts.hpp>
#include <causalmm/plausibility/largest.hpp>
#include <causalmm/plausibility/none.hpp>
#include <causalmm/plausibility/relative_top.hpp>

namespace causalmm::inline CAUSALMM_ABI::plausibility {

/// Every plausibility constraint the library ships.
using list = type_list<none, adaptive, relative_top, candidates>;

}   // namespace causalmm::plausibility
