// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/decode/advance.hpp>
#include <causalmm/decode/batched.hpp>
#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/contrast_counts.hpp>
#include <causalmm/decode/decoder.hpp>
#include <causalmm/decode/lazy.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/decode/step.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// All schedules, by which tests run and command lines choose them.
using list = type_list<sequential, batched, lazy<>>;

}   // namespace causalmm::decode
