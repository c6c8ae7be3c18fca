// SPDX-License-Identifier: MIT
// expect: at least one early exit
#include <causalmm/contrast/layerwise.hpp>

#if defined(CAUSALMM_MUST_FAIL)
causalmm::contrast::layerwise<0> const exits{};
#else
causalmm::contrast::layerwise<4> const exits{};
#endif
