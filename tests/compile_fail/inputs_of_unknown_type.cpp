// SPDX-License-Identifier: MIT
// expect: scalar
#include <cstdint>

#include <causalmm/attention/inputs.hpp>
#include <causalmm/core/dtype.hpp>

#if defined(CAUSALMM_MUST_FAIL)
using cached = std::int8_t;   // quantised keys and values are the engine's to widen
#else
using cached = causalmm::bf16;
#endif

causalmm::attention::inputs<float, cached> const in{};
