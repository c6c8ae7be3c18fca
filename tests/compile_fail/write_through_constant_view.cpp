// SPDX-License-Identifier: MIT
// expect: read-only|const-qualified|cannot assign
#include <causalmm/core/tensor_view.hpp>

void clear(causalmm::tensor_view<float const, 1> input, causalmm::tensor_view<float, 1> output) {
#if defined(CAUSALMM_MUST_FAIL)
    input(0) = 0.0f;
#endif
    output(0) = input(0);
}
