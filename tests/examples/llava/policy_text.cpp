// SPDX-License-Identifier: MIT
#include <llava/policy_text.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>

#include <llava/io/error.hpp>

#include "catch.hpp"

namespace {

namespace intervention = causalmm::intervention;
using intervention::scope;
using llava::parse_policy;

/// What parse_policy says against `text`; empty if nothing.
std::string complaint(std::string const& text) {
    try {
        (void)parse_policy(text, "here");
        return "";
    } catch (llava::io::error const& problem) {
        return problem.code == llava::io::exit_code::usage ? problem.what() : "another exit code";
    }
}

template <class Policy>
Policy parsed(std::string const& text) {
    return std::get<Policy>(parse_policy(text, "here").policy);
}

/// Converts to whatever a member is, to count members by trying.
struct anything {
    template <class T>
    constexpr operator T() const noexcept;
};

template <class Policy, class... Given>
constexpr std::size_t members() {
    if constexpr (requires { Policy{Given{}..., anything{}}; }) {
        return members<Policy, Given..., anything>();
    } else {
        return sizeof...(Given);
    }
}

/// Members that are parameters: those of the policy and of the one it wraps, which is no parameter itself.
template <class Policy>
constexpr std::size_t parameters() {
    if constexpr (requires(Policy p) { p.policy; }) {
        return members<Policy>() - 1 + parameters<decltype(Policy::policy)>();
    } else {
        return members<Policy>();
    }
}

}   // namespace

TEST_CASE("policy_text: every public parameter of every intervention has its key", "[llava]") {
    intervention::list::for_each([]<class Policy>() {
        INFO(Policy::name);
        std::size_t keys = 0;
        Policy policy{};
        llava::for_each_parameter(policy, [&keys](char const*, auto&) { ++keys; });
        CHECK(keys == parameters<Policy>());
    });
    static_assert(parameters<intervention::random>() == 2 && parameters<intervention::identity>() == 0);
}

TEST_CASE("policy_text: names alone are the library's defaults", "[llava]") {
    intervention::list::for_each([]<class Policy>() {
        std::string const name{Policy::name};
        for (std::string const& text : {name, name + "(", name + ":"}) {
            INFO(text);
            if (text != name) {
                CHECK(complaint(text) != "");
                continue;
            }
            auto const written = parse_policy(text, "here");
            CHECK(std::holds_alternative<Policy>(written.policy));
            CHECK_FALSE(written.has_seed);
            CHECK_FALSE(written.has_scope);
        }
    });
    CHECK(parsed<intervention::random>("random").scale == 1.0f);
}

TEST_CASE("policy_text: parameters are read in either spelling, also those of a wrapped policy", "[llava]") {
    CHECK(parsed<intervention::amplified>("amplified(alpha=0.5)").alpha == 0.5f);
    CHECK(parsed<intervention::amplified>("amplified:alpha=-0.5").alpha == -0.5f);
    CHECK(parsed<intervention::tempered>("tempered(temperature=3)").temperature == 3.0f);
    auto const random = parse_policy("random:scale=2,seed=18446744073709551615", "here");
    CHECK(std::get<intervention::random>(random.policy).scale == 2.0f);
    CHECK(std::get<intervention::random>(random.policy).seed == 18446744073709551615u);
    CHECK(random.has_seed);
    auto const shuffled = parse_policy("shuffled(over=map)", "here");
    CHECK(std::get<intervention::shuffled>(shuffled.policy).over == scope::map);
    CHECK(shuffled.has_scope);
    CHECK_FALSE(shuffled.has_seed);
    auto const part =
        parsed<intervention::interpolated<intervention::reversed>>("interpolated_reversed(over=map,share=0.25)");
    CHECK(part.share == 0.25f);
    CHECK(part.policy.over == scope::map);
    auto const inner = parsed<intervention::renormalized<intervention::random>>("renormalized_random(seed=9)");
    CHECK(inner.policy.seed == 9);
}

TEST_CASE("policy_text: what is wrong is named, with what may stand there", "[llava]") {
    for (std::string const text : {"", "beam", "Random", "random ", "(scale=2)"}) {
        INFO(text);
        CHECK_THAT(complaint(text), Catch::Contains("here: unknown intervention") &&
                                        Catch::Contains("identity, uniform, random, reversed, shuffled"));
    }
    CHECK_THAT(complaint("random(strength=1)"), Catch::Contains("random has no \"strength\"; it has scale, seed"));
    CHECK_THAT(complaint("identity(alpha=1)"), Catch::Contains("it has no parameters"));
    CHECK_THAT(complaint("renormalized_random(alpha=1)"), Catch::Contains("it has scale, seed"));
    CHECK_THAT(complaint("amplified()"), Catch::Contains("amplified has no \"\"; it has alpha"));
    CHECK_THAT(complaint("amplified(alpha=1"), Catch::Contains("closing )"));
    CHECK_THAT(complaint("amplified(alpha=1)x"), Catch::Contains("closing )"));
    CHECK_THAT(complaint("amplified(alpha)"), Catch::Contains("alpha needs a value"));
    CHECK_THAT(complaint("random(scale=1,scale=1)"), Catch::Contains("scale is given twice"));
    CHECK_THAT(complaint("random(scale=1,)"), Catch::Contains("random has no \"\""));
    for (std::string const value : {"", "x", "1x", " 1", "--1", "+1", "1e99", "0x10"}) {
        INFO(value);
        CHECK_THAT(complaint("amplified(alpha=" + value + ")"), Catch::Contains("not a number"));
    }
    for (std::string const value : {"", "-1", "1.5", "18446744073709551616"}) {
        CHECK_THAT(complaint("random(seed=" + value + ")"), Catch::Contains("an integer >= 0"));
    }
    CHECK_THAT(complaint("reversed(over=head)"), Catch::Contains("over is \"head\", not row or map"));
}

TEST_CASE("policy_text: values that the policy itself refuses are refused in its words", "[llava]") {
    CHECK_THAT(complaint("random(scale=-1)"), Catch::Contains("random: scale is negative or not finite"));
    CHECK_THAT(complaint("amplified(alpha=inf)"), Catch::Contains("amplified: alpha is not finite"));
    CHECK_THAT(complaint("amplified(alpha=nan)"), Catch::Contains("amplified: alpha is not finite"));
    CHECK_THAT(complaint("tempered(temperature=0)"), Catch::Contains("temperature"));
    CHECK_THAT(complaint("interpolated_reversed(share=1.5)"), Catch::Contains("share is outside [0, 1]"));
}

TEST_CASE("policy_text: seed and scope reach the policy or the one it wraps", "[llava]") {
    llava::any_intervention wrapped = intervention::renormalized<intervention::random>{};
    llava::set_seed(wrapped, 5);
    CHECK(std::get<intervention::renormalized<intervention::random>>(wrapped).policy.seed == 5);
    CHECK_FALSE(llava::set_scope(wrapped, scope::map));
    llava::any_intervention plain = intervention::uniform{};
    CHECK(llava::set_scope(plain, scope::map));
    CHECK(std::get<intervention::uniform>(plain).over == scope::map);
    llava::set_seed(plain, 5);   // there is none to set
}
