// SPDX-License-Identifier: MIT
// expect: at least one policy
#include <causalmm/intervention/chain.hpp>
#include <causalmm/intervention/reversed.hpp>

namespace intervention = causalmm::intervention;

#if defined(CAUSALMM_MUST_FAIL)
intervention::chain<> const edits{};
#else
intervention::chain<intervention::reversed> const edits{};
#endif
