// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/decode/branch_set.hpp>
#include <causalmm/decode/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

/// One hypothesis of a beam search, with its own factual and counterfactual branches.
///
/// log_likelihood = sum_t log p(text[t])
///
/// shape   `text` stands behind the prompt, the end token included; the branches hold it, unless the hypothesis is finished
/// units   natural logarithm of the contrasted, plausible, processed distribution; `score` is the scorer's
/// errors  none
/// source  none
template <engine Engine, class Step>
struct beam {
    std::span<token const> text{};
    double log_likelihood = 0.0;
    double score = 0.0;
    bool finished = false;
    branch_set<Engine, Step> branches{};
};

}   // namespace causalmm::decode
