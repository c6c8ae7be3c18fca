// SPDX-License-Identifier: MIT
// expect: one index per axis
#include <causalmm/core/tensor_view.hpp>

float first(causalmm::tensor_view<float, 2> map) {
#if defined(CAUSALMM_MUST_FAIL)
    return map(0);
#else
    return map(0, 0);
#endif
}
