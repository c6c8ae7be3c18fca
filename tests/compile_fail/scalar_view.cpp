// SPDX-License-Identifier: MIT
// expect: a scalar needs no view
#include <causalmm/core/tensor_view.hpp>

#if defined(CAUSALMM_MUST_FAIL)
causalmm::tensor_view<float, 0> const one{};
#else
causalmm::tensor_view<float, 1> const one{};
#endif
