// SPDX-License-Identifier: MIT
#include <causalmm/decode/branch_set.hpp>

#include <array>
#include <cstddef>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/fake_engine.hpp"

using namespace support;
using causalmm::decode::branch;

namespace {

using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
constexpr std::size_t vocabulary = 20;

step with(float vision, float language) {
    return {.contrast = {{vision, language}}, .plausibility = {0.01f}, .sampler = {}};
}

template <class Engine>
struct triple {
    using set = causalmm::decode::branch_set<Engine, step>;
    Engine engine{vocabulary};
    std::array<branch<cache>, 3> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}},
                                          branch<cache>{cache{1.0f}}};
    typename set::list all{&branches[0], &branches[1], &branches[2]};
};
using set = triple<fake_engine>::set;

/// Cut and contrast are those of the step on whole rows.
template <class Engine>
void check_candidates(float vision, float language) {
    triple<Engine> some;
    step const by = with(vision, language);
    typename triple<Engine>::set const branches{some.all, by};
    REQUIRE(branches.append(some.engine, 7));
    REQUIRE(causalmm::decode::sequential{}.forward(some.engine, branches.running()));
    std::vector<candidate> scratch(branches.scratch_size(vocabulary)), expected(vocabulary);
    auto const kept = branches.cut(some.engine, by, scratch);
    REQUIRE(kept);
    REQUIRE(branches.combine(some.engine, by, scratch, kept.value, 0));
    std::array<token, 1> const text{7};
    auto const rows = std::array{row_after(text, 0.5f, vocabulary), row_after(text, 1.0f, vocabulary)};
    auto const count = by.survivors(row_after(text, 0.0f, vocabulary), {rows[0], rows[1]}, expected);
    REQUIRE(count.value == kept.value);
    CHECK(kept.value > 3);
    for (std::size_t i = 0; i < kept.value; ++i) {
        CHECK(scratch[i].id == expected[i].id);
        CHECK(scratch[i].logit == expected[i].logit);
    }
}

}   // namespace

TEST_CASE("branch_set: those run that the contrast reads, the factual branch first", "[decode]") {
    triple<fake_engine> some;
    set const both{some.all, with(1.0f, 1.0f)}, second{some.all, with(0.0f, 1.0f)}, none{some.all, with(0.0f, 0.0f)};
    CHECK(both.running().size() == 3);
    REQUIRE(second.running().size() == 2);
    CHECK(second.running()[0] == some.all[0]);
    CHECK(second.running()[1] == some.all[2]);
    CHECK(none.running().size() == 1);
    CHECK(&none.factual() == some.all[0]);
    CHECK(set{}.running().empty());
    CHECK(set::scratch_size(vocabulary) == vocabulary);
    CHECK(triple<support::gathering_engine>::set::scratch_size(vocabulary) == 3 * vocabulary);
}

TEST_CASE("branch_set: a missing branch, one in two roles and one in two sets are found", "[decode]") {
    triple<fake_engine> some, other;
    auto const check = [&](set::list const& list, float vision) { return set{list, with(vision, 1.0f)}.check(); };
    CHECK(check(some.all, 1.0f));
    CHECK(check({some.all[0], nullptr, some.all[2]}, 0.0f));
    CHECK(check({some.all[0], nullptr, some.all[2]}, 1.0f) == errc::shape_mismatch);
    CHECK(check({nullptr, some.all[1], some.all[2]}, 1.0f) == errc::shape_mismatch);
    CHECK(check({some.all[0], some.all[0], some.all[2]}, 1.0f) == errc::shape_mismatch);
    CHECK(check({some.all[0], some.all[2], some.all[2]}, 0.0f) == errc::shape_mismatch);
    step const by = with(1.0f, 1.0f);
    set const one{some.all, by};
    CHECK_FALSE(one.shares_with(set{other.all, by}));
    CHECK(one.shares_with(set{{other.all[0], some.all[0], nullptr}, by}));
    CHECK_FALSE(set{{some.all[0], nullptr, nullptr}, by}.shares_with(set{{other.all[0], nullptr, nullptr}, by}));
}

TEST_CASE("branch_set: its candidates are the step's, from whole rows and from gathered logits", "[decode]") {
    for (float const vision : {0.0f, 1.0f}) {
        check_candidates<fake_engine>(vision, 0.5f);
        check_candidates<support::gathering_engine>(vision, 0.5f);
        check_candidates<support::gathering_engine>(vision, 0.0f);
    }
}

TEST_CASE("branch_set: a token goes to every branch that runs, or the engine's refusal comes back", "[decode]") {
    triple<fake_engine> some;
    set const branches{some.all, with(0.0f, 1.0f)};
    REQUIRE(branches.append(some.engine, 7));
    CHECK(some.branches[0].cache().text == std::vector<token>{7});
    CHECK(some.branches[1].cache().text.empty());
    CHECK(some.branches[2].cache().text == std::vector<token>{7});
    some.engine.fail_append = 4;
    CHECK(branches.append(some.engine, 8) == errc::out_of_capacity);
}

TEST_CASE("branch_set: a row of another length is refused", "[decode]") {
    triple<fake_engine> some;
    step const by = with(1.0f, 1.0f);
    set const branches{some.all, by};
    std::vector<candidate> scratch(vocabulary);
    CHECK(branches.cut(some.engine, by, scratch).status == errc::shape_mismatch);   // nothing has run
    REQUIRE(branches.append(some.engine, 7));
    REQUIRE(some.engine.forward(branches.running().first(2)));
    auto const kept = branches.cut(some.engine, by, scratch);
    REQUIRE(kept);
    CHECK(branches.combine(some.engine, by, scratch, kept.value, 0) == errc::shape_mismatch);
}
