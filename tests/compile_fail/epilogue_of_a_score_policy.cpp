// SPDX-License-Identifier: MIT
// expect: affine_policy
#include <causalmm/attention/epilogue.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/knockout.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/visibility/causal.hpp>

#if defined(CAUSALMM_MUST_FAIL)
using policy = causalmm::intervention::knockout;
#else
using policy = causalmm::intervention::reversed;
#endif

causalmm::status behind(causalmm::attention::kernel_outputs<float> const& kernel, causalmm::tensor_view<float, 4> z) {
    causalmm::attention::edit<policy> const once{};
    return causalmm::attention::epilogue(causalmm::backend::serial{}, once, kernel, causalmm::visibility::causal{}, z);
}
