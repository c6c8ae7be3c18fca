// SPDX-License-Identifier: MIT
// expect: a slice leaves at least one axis
#include <causalmm/core/tensor_view.hpp>

void slices(causalmm::tensor_view<float, 2> map) {
#if defined(CAUSALMM_MUST_FAIL)
    (void)map.slice(0, 0);
#else
    (void)map.slice(0);
#endif
}
