// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>

#include <causalmm/core/finite.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Filters in order, then one choice among what is left.
///
/// choose(filter_n(... filter_1(candidates)))
///
/// shape   any number of filters
/// units   logits
/// errors  check(): that of the first bad filter, then of the choice; sample(): empty_support: no candidate of positive
///         probability came in, or a filter left none; non_finite_factual: a logit is NaN or +infinity
/// source  the warper list of Hugging Face transformers and the sampler chain of llama.cpp
template <choice_policy Choice, filter_policy... Filters>
struct pipeline {
    static constexpr std::string_view name = "pipeline";

    std::tuple<Filters...> filters{};
    Choice choice{};

    constexpr status check() const noexcept {
        status bad{};
        std::apply([&](auto const&... each) { (void)((bad = each.check(), bool{bad}) && ...); }, filters);
        return bad ? choice.check() : bad;
    }
    /// Draws a token; the candidates are used up as scratch.
    constexpr result<token> sample(std::span<candidate> candidates, draw const& which) const noexcept {
        if (status s = check_logits(candidates); !s) { return {no_token, s}; }
        auto const narrow = [&](auto const& each) { candidates = candidates.first(each.filter(candidates)); };
        std::apply([&](auto const&... each) { (narrow(each), ...); }, filters);
        if (candidates.empty()) { return {no_token, {errc::empty_support, "sampling: a filter left no candidate"}}; }
        return {choice.choose(candidates, which), {}};
    }

  private:
    static constexpr status check_logits(std::span<candidate const> candidates) noexcept {
        bool good = true;
        bool some = false;
        for (candidate const& each : candidates) {
            bool const possible = is_finite(each.logit);
            good = good && (possible || is_minus_infinity(each.logit));
            some = some || possible;
        }
        if (!good) { return {errc::non_finite_factual, "sampling: a logit is NaN or +infinity"}; }
        if (!some) { return {errc::empty_support, "sampling: no candidate of positive probability is left"}; }
        return {};
    }
};

}   // namespace causalmm::sampling
