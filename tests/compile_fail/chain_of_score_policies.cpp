// SPDX-License-Identifier: MIT
// expect: a score policy acts before the softmax and cannot be chained
#include <causalmm/intervention/chain.hpp>
#include <causalmm/intervention/knockout.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/uniform.hpp>

namespace intervention = causalmm::intervention;

#if defined(CAUSALMM_MUST_FAIL)
using second = intervention::knockout;
#else
using second = intervention::uniform;
#endif

intervention::chain<intervention::reversed, second> const both{};
