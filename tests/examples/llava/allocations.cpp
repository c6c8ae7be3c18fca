// SPDX-License-Identifier: MIT
// No source of its own: once its buffers have grown, decoding costs no allocation.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>
#include <llava/engine.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"
#include "support/allocations.hpp"

namespace {

using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::multinomial>>;

/// Allocations of eight tokens after the first eight, decoded by a factual branch, one beside it and a fork.
template <class Schedule>
std::size_t allocations_of(Schedule const& schedule, llava::edit const& change) {
    llava::model const model = golden::open("plain");
    llava::scratch memory;
    llava::engine engine{model.language(), model.pool(), 96, memory};
    std::vector<float> const prompt(static_cast<std::size_t>(20 * model.language().hidden()), 0.5f);
    llava::engine::branch factual = engine.begin(prompt, {.fork_layer = 0});
    llava::engine::branch vision = engine.beside(factual, [&](std::int64_t /*first*/) { return prompt; });
    llava::engine::branch language = engine.fork(factual, change);
    using decoder = causalmm::decode::decoder<llava::engine, Schedule, step>;
    std::vector<causalmm::sampling::candidate> scratch(
        decoder::scratch_size(static_cast<std::size_t>(engine.vocabulary())));
    decoder generate{engine,
                     schedule,
                     {.contrast = {{1.0f, 1.0f}}, .plausibility = {0.01f}, .sampler = {}},
                     {&factual, &vision, &language},
                     scratch,
                     5};
    bool good = true;
    for (int i = 0; i < 8; ++i) { good = good && generate.next(); }
    std::size_t const before = support::allocations();
    for (int i = 0; i < 8; ++i) { good = good && generate.next(); }
    std::size_t const made = support::allocations() - before;
    CHECK(good);
    CHECK(generate.contrasts().needed > 3);
    return made;
}

}   // namespace

TEST_CASE("llava: a token costs no allocation once the buffers have grown", "[llava]") {
    namespace policy = causalmm::intervention;
    // A closed form, a draw, a permutation, an edit of scores.
    for (llava::any_intervention const& each :
         {llava::any_intervention{policy::reversed{}}, llava::any_intervention{policy::random{}},
          llava::any_intervention{policy::shuffled{}},
          llava::any_intervention{policy::tempered{.temperature = 2.0f}}}) {
        causalmm::decode::list::for_each([&]<class Schedule>() {
            INFO(Schedule::name << ", intervention " << each.index());
            CHECK(allocations_of(Schedule{}, {.policy = each, .where = {}}) == 0);
        });
    }
}
