// SPDX-License-Identifier: MIT
#pragma once

#include <tuple>

#include <causalmm/core/joined_name.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

/// Several edits one after the other; each sees the pattern the one before it left.
///
/// w' = edit_n(... edit_2(edit_1(w)))
///
/// shape   any pattern
/// units   those of the last policy
/// errors  those of the first policy whose check fails
/// source  composition; statistics are taken anew between the edits
template <intervention_policy... Policies>
struct chain {
    static_assert(sizeof...(Policies) > 0, "chain: at least one policy");
    static_assert((!score_policy<Policies> && ...),
                  "chain: a score policy acts before the softmax and cannot be chained");
    static constexpr auto name = joined_name<"chain_", Policies...>;

    std::tuple<Policies...> policies{};

    constexpr status check() const noexcept {
        status first_bad{};
        std::apply([&](auto const&... each) { (void)((first_bad = each.check(), bool{first_bad}) && ...); }, policies);
        return first_bad;
    }
};

}   // namespace causalmm::intervention
