// SPDX-License-Identifier: MIT
// expect: affine_policy
#include <causalmm/intervention/interpolated.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/uniform.hpp>

namespace intervention = causalmm::intervention;

#if defined(CAUSALMM_MUST_FAIL)
using wrapped = intervention::random;
#else
using wrapped = intervention::uniform;
#endif

intervention::interpolated<wrapped> const some{.share = 0.25f};
