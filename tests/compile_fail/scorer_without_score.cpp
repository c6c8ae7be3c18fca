// SPDX-License-Identifier: MIT
// expect: the scorer needs a name
#include <memory>
#include <span>
#include <string_view>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>

using causalmm::status;
using causalmm::decode::token;

struct engine {
    using cache_type = std::unique_ptr<float[]>;
    using branch = causalmm::decode::branch<cache_type>;
    causalmm::index_t vocabulary() const noexcept { return 1; }
    status append(branch&, std::span<token const>) noexcept { return {}; }
    status forward(std::span<branch* const>) noexcept { return {}; }
    status fork(branch const&, branch&) noexcept { return {}; }
    std::span<float const> logits(branch const&) const noexcept { return {}; }
};

struct scorer {
    static constexpr std::string_view name = "scorer";
    status check() const noexcept { return {}; }
#if !defined(CAUSALMM_MUST_FAIL)
    template <class Beam>
    double score(Beam const&, token, double log_prob) const noexcept {
        return log_prob;
    }
#endif
};

using step = causalmm::decode::step<causalmm::contrast::linear<1>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
template class causalmm::decode::beam_search<engine, causalmm::decode::batched, step, scorer>;
