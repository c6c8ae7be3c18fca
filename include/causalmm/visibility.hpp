// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/visibility/bidirectional.hpp>
#include <causalmm/visibility/causal.hpp>
#include <causalmm/visibility/concepts.hpp>
#include <causalmm/visibility/padding.hpp>

namespace causalmm::visibility {

/// Every visibility the library ships.
using list = type_list<bidirectional, causal, padding<bidirectional>, padding<causal>>;

}   // namespace causalmm::visibility
