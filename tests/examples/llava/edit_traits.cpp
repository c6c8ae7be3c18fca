// SPDX-License-Identifier: MIT
#include <llava/edit_traits.hpp>

#include <string>
#include <string_view>

#include <llava/method.hpp>

#include "catch.hpp"

namespace {

namespace intervention = causalmm::intervention;

llava::edit language(std::string const& policy) { return *llava::parse_method("causalmm:language=" + policy).language; }

// A policy of somebody else: it is told the sample, and nobody knows whether it looks.
struct by_sample {
    [[maybe_unused]] static constexpr std::string_view name = "by_sample";
    constexpr causalmm::status check() const noexcept { return {}; }
    struct same {
        constexpr float operator()(causalmm::index_t /*key*/, float s) const noexcept { return s; }
    };
    constexpr same score(causalmm::site const& /*where*/) const noexcept { return {}; }
};
static_assert(intervention::score_policy<by_sample>);
static_assert(!llava::samples_alike<by_sample>);

}   // namespace

TEST_CASE("edit traits: a policy that is seeded draws; no other of the library does", "[llava]") {
    intervention::list::for_each([]<class Policy>() {
        INFO(Policy::name);
        bool seeded = false;
        Policy policy{};
        auto const look = [&](auto const& self, auto& one) -> void {
            if constexpr (requires { one.seed; }) { seeded = true; }
            if constexpr (requires { one.policy; }) { self(self, one.policy); }
        };
        look(look, policy);
        CHECK(llava::edits_samples_alike({.policy = policy, .where = {}}) == !seeded);
    });
}

TEST_CASE("edit traits: rows are edited apart unless the edit is of whole maps", "[llava]") {
    for (char const* const policy :
         {"uniform", "reversed", "random", "shuffled", "tempered", "renormalized_reversed"}) {
        INFO(policy);
        CHECK(llava::edits_rows_apart(language(policy)));
    }
    for (char const* const policy : {"reversed(over=map)", "shuffled(over=map)", "renormalized_reversed(over=map)",
                                     "interpolated_reversed(over=map)"}) {
        INFO(policy);
        CHECK_FALSE(llava::edits_rows_apart(language(policy)));
    }
}
