// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>

#include <causalmm/sampling/concepts.hpp>

namespace causalmm::sampling {

/// Filters in order, then one choice among what is left.
///
/// choose(filter_n(... filter_1(candidates)))
///
/// shape   any number of filters
/// units   logits
/// errors  check(): that of the first bad filter, then of the choice; empty_support: no candidate came in
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
        if (candidates.empty()) { return {no_token, {errc::empty_support, "sampling: no candidate is left"}}; }
        auto const narrow = [&](auto const& each) { candidates = candidates.first(each.filter(candidates)); };
        std::apply([&](auto const&... each) { (narrow(each), ...); }, filters);
        return {choice.choose(candidates, which), {}};
    }
};

}  // namespace causalmm::sampling
