// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/backend/concepts.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/backend/skinny_product.hpp>
#include <causalmm/backend/threads.hpp>
#include <causalmm/core/type_list.hpp>

namespace causalmm::inline CAUSALMM_ABI::backend {

/// Every host backend the library ships.
using list = type_list<serial, threads>;

}   // namespace causalmm::backend
