// SPDX-License-Identifier: MIT
#include <causalmm/contrast/concepts.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include <causalmm/contrast.hpp>

#include "catch.hpp"
#include "support/prepared.hpp"

using causalmm::status;
using causalmm::contrast::contrast_policy;
using causalmm::contrast::direct_contrast;
using causalmm::contrast::plausible_rows;
using causalmm::contrast::prepared_contrast;

namespace {

/// A policy from outside the library: the lower of the factual and the counterfactual logit.
struct cautious {
    static constexpr std::string_view name = "cautious";
    static constexpr std::size_t branches = 1;
    constexpr status check() const noexcept { return {}; }
    constexpr bool reads(std::size_t) const noexcept { return true; }
    constexpr float contrast(float factual, std::span<float const> other) const noexcept {
        return other[0] < factual ? other[0] : factual;
    }
};
/// One that must see all rows first: it takes the branch's mean from its logits.
struct centred {
    static constexpr std::string_view name = "centred";
    static constexpr std::size_t branches = 1;
    constexpr status check() const noexcept { return {}; }
    constexpr bool reads(std::size_t) const noexcept { return true; }
    template <plausible_rows Rows>
    constexpr auto prepare(Rows const& rows) const noexcept {
        float sum = 0.0f;
        for (std::size_t i = 0; i < rows.size(); ++i) { sum += rows.counterfactual(0, i); }
        return [mean = sum / static_cast<float>(rows.size())](float factual, std::span<float const> other) noexcept {
            return factual - (other[0] - mean);
        };
    }
};
struct both_ways : centred {
    constexpr float contrast(float factual, std::span<float const>) const noexcept { return factual; }
};
struct throwing : cautious {
    float contrast(float factual, std::span<float const>) const { return factual; }
};
struct unchecked {
    static constexpr std::string_view name = "unchecked";
    static constexpr std::size_t branches = 0;
    bool reads(std::size_t) const noexcept { return false; }
    float contrast(float factual, std::span<float const>) const noexcept { return factual; }
};

/// Rows of numbers in [-8, 8).
template <std::size_t Branches>
support::plain_rows<Branches> rows_of(std::size_t tokens) {
    std::uint64_t state = 3;
    auto const next = [&state] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<float>(state >> 40) * 0x1p-20f - 8.0f;
    };
    support::plain_rows<Branches> rows{.now = 3};
    for (std::size_t i = 0; i < tokens; ++i) {
        rows.own.push_back(next());
        for (auto& each : rows.others) { each.push_back(next()); }
    }
    return rows;
}

/// With a strength for every branch.
template <class Policy>
Policy strong() {
    Policy policy{};
    if constexpr (requires { policy.gamma.fill(0.75f); }) { policy.gamma.fill(0.75f); }
    if constexpr (requires { policy.alpha.fill(0.75f); }) { policy.alpha.fill(0.75f); }
    if constexpr (requires { policy.rate; }) { policy.rate = 0.25f; }
    if constexpr (requires { policy.scale; }) { policy.scale = 1.75f; }
    return policy;
}

}   // namespace

static_assert(contrast_policy<cautious> && contrast_policy<centred>);
static_assert(!contrast_policy<both_ways>, "one of the two, not both");
static_assert(!contrast_policy<throwing> && !contrast_policy<unchecked> && !contrast_policy<int>);

TEMPLATE_LIST_TEST_CASE("contrast: N31 a constant on any one row moves every token by the same", "[contrast]",
                        causalmm::contrast::list) {
    INFO(TestType::name << ", " << TestType::branches << " branches");
    static_assert(contrast_policy<TestType> && std::is_trivially_copyable_v<TestType>);
    static_assert(int{direct_contrast<TestType>} + int{prepared_contrast<TestType>} == 1);
    auto const policy = strong<TestType>();
    REQUIRE(policy.check());
    CHECK_FALSE(std::string_view{TestType::name}.empty());
    auto const rows = rows_of<TestType::branches>(200);
    std::vector<float> const before = support::contrasted(policy, rows);
    for (std::size_t moved = 0; moved <= TestType::branches; ++moved) {
        auto lifted = rows;
        for (float& logit : moved == 0 ? lifted.own : lifted.others[moved - 1]) { logit += 16.0f; }
        std::vector<float> const after = support::contrasted(policy, lifted);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            CHECK(after[i] - before[i] == Approx(after[0] - before[0]).margin(1e-4));   // logits below 100 in magnitude
        }
    }
}

TEMPLATE_LIST_TEST_CASE("contrast: N20 a branch that is not read changes nothing", "[contrast]",
                        causalmm::contrast::list) {
    INFO(TestType::name);
    TestType const policy{};
    for (std::size_t b = 0; b < TestType::branches; ++b) {
        if (policy.reads(b)) { continue; }
        auto rows = rows_of<TestType::branches>(20);
        rows.others[b] = rows.own;   // what decode::step passes for it
        CHECK(support::contrasted(policy, rows) == rows.own);
    }
}

TEST_CASE("contrast: a policy from outside the library may prepare itself", "[contrast]") {
    // The mean of the branch is taken from its logits first: 2 is the mean of 1, 2, 3.
    CHECK(support::contrasted(centred{}, {.own = {5.0f, 5.0f, 5.0f}, .others = {{{1.0f, 2.0f, 3.0f}}}}) ==
          std::vector<float>{6.0f, 5.0f, 4.0f});
}
