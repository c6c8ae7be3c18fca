// SPDX-License-Identifier: MIT
// No source of its own: beam search on the engine, whose branches are forked with their beams.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>
#include <llava/engine.hpp>
#include <llava/method.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

using causalmm::decode::token;
using causalmm::sampling::candidate;
using tokens = std::vector<token>;

namespace {

using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::greedy>>;

constexpr std::size_t longest = 8;

/// A model, an edit of its language tower, and sets of a factual branch, one with another picture and one with the edit.
struct world {
    explicit world(std::string const& name, std::int64_t fork_layer, std::int64_t shared_rows)
        : model{golden::open(name)}, first{.fork_layer = fork_layer, .shared_rows = shared_rows, .sample = 7} {
        std::uint32_t state = 1;
        auto const any = [&state] {
            state = state * 1664525u + 1013904223u;
            return static_cast<float>(state >> 8) * 0x1p-24f - 0.5f;
        };
        prompt.resize(static_cast<std::size_t>(24 * model.language().hidden()));
        std::ranges::generate(prompt, any);
        rest.resize(static_cast<std::size_t>((24 - shared_rows) * model.language().hidden()));
        std::ranges::generate(rest, any);
        change.where.layers = {{fork_layer, fork_layer + 1}};
    }

    /// A set whose prompt is pending.
    std::array<llava::engine::branch*, 3> begin() {
        auto& factual = branches.emplace_back(engine.begin(prompt, first));
        auto& vision = branches.emplace_back(engine.beside(factual, [this](std::int64_t /*first*/) { return rest; }));
        return {&factual, &vision, &branches.emplace_back(engine.fork(factual, change))};
    }
    std::vector<std::array<llava::engine::branch*, 3>> sets(std::size_t width) {
        std::vector<std::array<llava::engine::branch*, 3>> all;
        for (std::size_t i = 0; i < width; ++i) { all.push_back(begin()); }
        return all;
    }
    /// All logits of a branch, gathered.
    std::vector<float> logits(llava::engine::branch const& one) {
        std::vector<candidate> all(static_cast<std::size_t>(engine.vocabulary()));
        for (std::size_t id = 0; id < all.size(); ++id) { all[id].id = static_cast<token>(id); }
        REQUIRE(engine.logits(one, all));
        std::vector<float> result;
        for (candidate const& each : all) { result.push_back(each.logit); }
        return result;
    }

    llava::model model;
    llava::scratch memory{};
    llava::engine engine{model.language(), model.pool(), 64, memory};
    llava::beginning first;
    llava::edit change{.policy = causalmm::intervention::reversed{}, .where = {}};
    std::vector<float> prompt{}, rest{};
    std::deque<llava::engine::branch> branches{};
};

step make_step(float epsilon) { return {.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}}; }

/// A search of a width with all it needs.
template <class Schedule>
struct searching {
    using search_type = causalmm::decode::beam_search<llava::engine, Schedule, step>;
    searching(world& in, std::size_t width, float epsilon)
        : sets{in.sets(width)},
          scratch(search_type::scratch_size(static_cast<std::size_t>(in.engine.vocabulary()))),
          texts(2 * width * longest),
          search{in.engine, {}, make_step(epsilon), {}, sets, scratch, texts} {
        for (std::size_t t = 0; t < longest; ++t) { REQUIRE(search.next()); }
    }
    std::vector<std::array<llava::engine::branch*, 3>> sets;
    std::vector<candidate> scratch;
    std::vector<token> texts;
    search_type search;
};

/// Every place where the language branch may fork off and the vision branch may begin.
template <class Check>
void everywhere(Check const& check) {
    for (std::string const name : {"plain", "gqa_sharded"}) {
        for (std::int64_t const layer : {0, 1}) {
            for (std::int64_t const shared : {0, 20}) {
                INFO(name << ", forked at layer " << layer << ", " << shared << " rows shared");
                check(name, layer, shared);
            }
        }
    }
}

}   // namespace

TEST_CASE("llava: beam search of width 1 is the greedy decoder, bit for bit, for every schedule", "[llava]") {
    everywhere([](std::string const& name, std::int64_t layer, std::int64_t shared) {
        causalmm::decode::list::for_each([&]<class Schedule>() {
            world w{name, layer, shared};
            searching<Schedule> const one{w, 1, 0.1f};
            using decoder = causalmm::decode::decoder<llava::engine, Schedule, step>;
            std::vector<candidate> scratch(decoder::scratch_size(static_cast<std::size_t>(w.engine.vocabulary())));
            decoder greedy{w.engine, {}, make_step(0.1f), w.begin(), scratch};
            tokens expected;
            for (std::size_t t = 0; t < longest; ++t) { expected.push_back(greedy.next().value); }
            auto const text = one.search.beams()[0].text;
            CHECK(tokens(text.begin(), text.end()) == expected);
            CHECK(one.search.contrasts() == greedy.contrasts());
        });
    });
}

TEST_CASE("llava: the branches of every beam are those that read its text themselves, bit for bit", "[llava]") {
    everywhere([](std::string const& name, std::int64_t layer, std::int64_t shared) {
        world w{name, layer, shared};
        searching<causalmm::decode::batched> const several{w, 3, 0.001f};
        REQUIRE(several.search.beams().size() == 3);
        for (auto const& each : several.search.beams()) {
            REQUIRE(w.engine.forward(each.branches.running()));
            auto const alone = w.begin();
            for (token const next : each.text) {
                for (auto* const branch : alone) {
                    REQUIRE(w.engine.append(*branch, std::span{&next, 1}));
                    REQUIRE(w.engine.forward(std::span{&branch, 1}));
                }
            }
            for (std::size_t b = 0; b < 3; ++b) {
                INFO("branch " << b);
                CHECK(w.logits(*each.branches.running()[b]) == w.logits(*alone[b]));
            }
        }
        auto const running = several.search.beams()[0].branches.running();
        CHECK(w.logits(*running[0]) != w.logits(*running[1]));
        CHECK(w.logits(*running[0]) != w.logits(*running[2]));
    });
}

TEST_CASE("llava: schedules find the same beams, and more beams a text no less likely", "[llava]") {
    everywhere([](std::string const& name, std::int64_t layer, std::int64_t shared) {
        world w{name, layer, shared};
        searching<causalmm::decode::batched> const expected{w, 3, 0.1f}, one{w, 1, 0.1f};
        searching<causalmm::decode::lazy<>> const lazy{w, 3, 0.1f};
        searching<causalmm::decode::sequential> const sequential{w, 3, 0.1f};
        REQUIRE(expected.search.beams().size() > 1);
        CHECK(expected.search.beams()[0].score >= one.search.beams()[0].score);
        auto const check = [&](auto const& found) {
            REQUIRE(found.beams().size() == expected.search.beams().size());
            for (std::size_t i = 0; i < found.beams().size(); ++i) {
                CHECK(std::ranges::equal(found.beams()[i].text, expected.search.beams()[i].text));
                CHECK(found.beams()[i].score == expected.search.beams()[i].score);
            }
        };
        check(lazy.search);
        check(sequential.search);
    });
}

TEST_CASE("llava: a branch with rows to run is not forked", "[llava]") {
    world w{"plain", 1, 0};
    auto const from = w.begin(), to = w.begin();
    CHECK(w.engine.fork(*from[0], *to[0]) == causalmm::errc::engine_failure);
    REQUIRE(w.engine.forward(from));
    token const next = 5;
    REQUIRE(w.engine.append(*from[0], std::span{&next, 1}));
    CHECK(w.engine.fork(*from[0], *to[0]) == causalmm::errc::engine_failure);
}
