// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/sampling/concepts.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/pipeline.hpp>
#include <causalmm/sampling/temperature.hpp>
#include <causalmm/sampling/top_k.hpp>
#include <causalmm/sampling/top_p.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Every filter and every choice the library ships.
using filters = type_list<temperature, top_k, top_p>;
using choices = type_list<greedy, multinomial>;

}   // namespace causalmm::sampling
