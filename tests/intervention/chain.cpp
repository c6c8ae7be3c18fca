// SPDX-License-Identifier: MIT
#include <causalmm/intervention/chain.hpp>

#include <causalmm/intervention/identity.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/renormalized.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/shuffled.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::status;
using causalmm::intervention::chain;
using causalmm::intervention::identity;
using causalmm::intervention::renormalized;
using causalmm::intervention::reversed;
using causalmm::intervention::shuffled;
using drawn = causalmm::intervention::random;

namespace {
// Refuses with a code of its own, so that a test sees who spoke.
template <errc Code>
struct refusing {
    static constexpr std::string_view name = "refusing";
    status check() const noexcept { return {Code, "refused"}; }
    causalmm::intervention::affine_weight affine(causalmm::row_stats const&) const noexcept { return {}; }
};
}   // namespace

static_assert(chain<identity>::name == "chain_identity");
static_assert(chain<shuffled, reversed>::name == "chain_shuffled_reversed");
static_assert(chain<shuffled, reversed>::name != chain<reversed, shuffled>::name);
static_assert(causalmm::intervention::intervention_policy<chain<shuffled, reversed>>);
static_assert(causalmm::intervention::intervention_policy<chain<chain<identity>, drawn>>);
static_assert(causalmm::intervention::chained_policy<chain<identity>> &&
              !causalmm::intervention::chained_policy<identity>);
static_assert(chain<identity, reversed>{}.check());

TEST_CASE("chain: parameters travel with the policies", "[intervention]") {
    chain<shuffled, drawn> const both{.policies = {shuffled{.seed = 3}, drawn{.seed = 4, .scale = 2.0f}}};
    CHECK(std::get<0>(both.policies).seed == 3);
    CHECK(std::get<1>(both.policies).scale == 2.0f);
    auto const copy = both;
    CHECK(std::get<1>(copy.policies).seed == 4);
}

TEST_CASE("chain: the first policy that refuses speaks", "[intervention]") {
    CHECK(chain<identity, drawn>{.policies = {identity{}, drawn{.scale = -1.0f}}}.check() == errc::bad_parameter);
    CHECK(chain<refusing<errc::unsupported>, refusing<errc::bad_parameter>>{}.check() == errc::unsupported);
    CHECK(chain<identity, refusing<errc::bad_parameter>, refusing<errc::unsupported>>{}.check() == errc::bad_parameter);
    CHECK(chain<identity, renormalized<reversed>, shuffled>{}.check() == errc::ok);
}
