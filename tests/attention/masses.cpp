// SPDX-License-Identifier: MIT
// Row masses and ranges that attention::intervene promises for whole patterns.
#include <causalmm/attention/intervene.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/intervening.hpp"

using causalmm::errc;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

using drawn = policy::random;

template <class Policy>
causalmm::status apply(Policy const& p, tensor<float>& t) {
    return intervene(serial{}, edit{p}, t.view(), bidirectional{});
}

}   // namespace

TEST_CASE("masses: N11 N18 weights stay in range and rows keep their mass where it is promised", "[attention]") {
    for (float const factor : {0.0f, 0.5f, 1.0f, 2.0f}) {
        tensor<float> original = stochastic({1, 2, 7, 257});
        for_each_index({1, 2, 7, 257}, [&](auto... i) { original.view()(i...) *= factor; });
        auto const mass_of = [](tensor<float> const& t, index_t q) {
            double mass = 0.0;
            for (index_t k = 0; k < 257; ++k) { mass += static_cast<double>(t.view()(0, 1, q, k)); }
            return mass;
        };
        auto const keeps = [&](auto const& p) {
            tensor<float> t = original;
            REQUIRE(apply(p, t) == errc::ok);
            for (index_t q = 0; q < 7; ++q) { CHECK(mass_of(t, q) == Approx(mass_of(original, q)).epsilon(2e-6)); }
            for (float const w : t.memory()) { CHECK(w >= -1e-6f); }
        };
        keeps(policy::uniform{});
        keeps(policy::shuffled{});
        keeps(policy::renormalized<policy::reversed>{});
        keeps(policy::renormalized<drawn>{.policy = {.seed = 1, .scale = 1.0f}});
        keeps(policy::renormalized<drawn>{.policy = {.seed = 1, .scale = 0.0f}});
        keeps(policy::renormalized<drawn>{.policy = {.seed = 1, .scale = 1e-42f}});
        keeps(policy::renormalized<drawn>{.policy = {.seed = 1, .scale = 1e38f}});
        tensor<float> t = original;
        REQUIRE(apply(drawn{.scale = 2.0f}, t) == errc::ok);
        for_each_index({1, 2, 7, 257}, [&](auto... i) { CHECK((t.view()(i...) >= 0.0f && t.view()(i...) < 2.0f)); });
    }
}

TEST_CASE("masses: renormalized random is uniform on average", "[attention]") {
    std::vector<double> mean(17);
    int const seeds = 2000;
    for (int seed = 0; seed < seeds; ++seed) {
        tensor<float> t = stochastic({1, 1, 1, 17});
        REQUIRE(apply(policy::renormalized<drawn>{.policy = {.seed = static_cast<std::uint64_t>(seed)}}, t) ==
                errc::ok);
        for (index_t k = 0; k < 17; ++k) {
            mean[static_cast<std::size_t>(k)] += static_cast<double>(t.view()(0, 0, 0, k)) / seeds;
        }
    }
    // Standard deviation of u / sum u for 17 keys is close to 0.58 * 2 / 17; five standard errors.
    for (double const m : mean) { CHECK(std::abs(m - 1.0 / 17) < 5 * 0.0342 / std::sqrt(2000.0)); }
}
