// SPDX-License-Identifier: MIT
#include <causalmm/contrast/concepts.hpp>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <causalmm/contrast.hpp>

#include "catch.hpp"

using causalmm::status;
using causalmm::contrast::contrast_policy;

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
struct throwing : cautious {
    float contrast(float factual, std::span<float const>) const { return factual; }
};
struct unchecked {
    static constexpr std::string_view name = "unchecked";
    static constexpr std::size_t branches = 0;
    bool reads(std::size_t) const noexcept { return false; }
    float contrast(float factual, std::span<float const>) const noexcept { return factual; }
};

/// Strength of every branch: a multiple of 1/4, so that sums of sixteenths are exact.
template <class Policy>
Policy strong() {
    Policy policy{};
    if constexpr (requires { policy.gamma; }) { policy.gamma.fill(0.75f); }
    if constexpr (requires { policy.alpha; }) { policy.alpha.fill(0.75f); }
    if constexpr (requires { policy.scale; }) { policy.scale = 1.75f; }
    return policy;
}

class sixteenths {
  public:
    float operator()() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<float>(static_cast<int>(state_ >> 56) - 128) / 16.0f;
    }

  private:
    std::uint64_t state_ = 3;
};

}   // namespace

static_assert(contrast_policy<cautious>);
static_assert(!contrast_policy<throwing> && !contrast_policy<unchecked> && !contrast_policy<int>);

TEMPLATE_LIST_TEST_CASE("contrast: a constant on any one row moves every token by the same", "[contrast]",
                        causalmm::contrast::list) {
    INFO(TestType::name << ", " << TestType::branches << " branches");
    static_assert(contrast_policy<TestType> && std::is_trivially_copyable_v<TestType>);
    auto const policy = strong<TestType>();
    REQUIRE(policy.check());
    CHECK_FALSE(std::string_view{TestType::name}.empty());
    sixteenths next;
    for (std::size_t moved = 0; moved <= TestType::branches; ++moved) {
        std::set<float> moves;
        for (int token = 0; token < 200; ++token) {
            float factual = next();
            std::array<float, TestType::branches> others{};
            for (float& each : others) { each = next(); }
            float const before = policy.contrast(factual, others);
            (moved == 0 ? factual : others[moved - 1]) += 16.0f;
            moves.insert(policy.contrast(factual, others) - before);
        }
        CHECK(moves.size() == 1);
    }
}

TEMPLATE_LIST_TEST_CASE("contrast: a policy as it comes reads no branch it was not asked to, or says so", "[contrast]",
                        causalmm::contrast::list) {
    INFO(TestType::name);
    TestType const policy{};
    for (std::size_t b = 0; b < TestType::branches; ++b) {
        if (policy.reads(b)) { continue; }
        std::array<float, TestType::branches> others{};
        others.fill(2.0f);   // what decode::step passes for a branch that is not read is the factual logit
        CHECK(policy.contrast(2.0f, others) == 2.0f);
    }
}
