// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/decode/advance.hpp>
#include <causalmm/decode/batched.hpp>
#include <causalmm/decode/beam.hpp>
#include <causalmm/decode/beam_search.hpp>
#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/branch_set.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/contrast_counts.hpp>
#include <causalmm/decode/decoder.hpp>
#include <causalmm/decode/lazy.hpp>
#include <causalmm/decode/length_normalized.hpp>
#include <causalmm/decode/log_likelihood.hpp>
#include <causalmm/decode/log_total.hpp>
#include <causalmm/decode/ranking.hpp>
#include <causalmm/decode/reordering.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/decode/step.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// All schedules, by which tests run and command lines choose them.
using list = type_list<sequential, batched, lazy<>>;

/// All rules by which a beam search ranks its hypotheses.
using scorers = type_list<log_likelihood, length_normalized>;

}   // namespace causalmm::decode
