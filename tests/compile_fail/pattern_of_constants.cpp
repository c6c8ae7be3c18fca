// SPDX-License-Identifier: MIT
// expect: the pattern is read-only
#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/uniform.hpp>
#include <causalmm/visibility/causal.hpp>

#if defined(CAUSALMM_MUST_FAIL)
using pattern = causalmm::tensor_view<float const, 4>;
#else
using pattern = causalmm::tensor_view<float, 4>;
#endif

causalmm::status edit(pattern const& maps) {
    causalmm::attention::edit<causalmm::intervention::uniform> const uniform{};
    return causalmm::attention::intervene(causalmm::backend::serial{}, uniform, maps, causalmm::visibility::causal{});
}
