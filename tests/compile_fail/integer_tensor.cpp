// SPDX-License-Identifier: MIT
// expect: scalar
#include <causalmm/core/tensor_view.hpp>

#if defined(CAUSALMM_MUST_FAIL)
using element = int;
#else
using element = float;
#endif

causalmm::tensor_view<element, 2> const nothing;
