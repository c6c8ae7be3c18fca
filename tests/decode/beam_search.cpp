// SPDX-License-Identifier: MIT
#include <causalmm/decode/beam_search.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "support/searching.hpp"

using namespace support;
using causalmm::decode::batched;
using causalmm::decode::length_normalized;
using causalmm::decode::log_likelihood;
using causalmm::decode::sequential;
using whole_rows = forking<fake_engine>;
using gathered = forking<support::gathering_engine>;

static_assert(causalmm::decode::forking_engine<whole_rows> && causalmm::decode::gathering_engine<gathered>);
static_assert(!causalmm::decode::forking_engine<fake_engine>);
using some_search = searching<whole_rows>::search;
static_assert(!std::is_copy_constructible_v<some_search> && !std::is_copy_assignable_v<some_search>);
static_assert(!std::is_move_constructible_v<some_search> && !std::is_move_assignable_v<some_search>);

namespace {

double likelihood(hypothesis const& one) { return one.log_likelihood; }

/// Every text of at most `length` tokens that ends there or with `end`, best first.
std::vector<hypothesis> enumerate(std::size_t length, std::size_t vocabulary, double gamma, double epsilon, token end) {
    std::vector<hypothesis> open(1), done;
    while (!open.empty()) {
        hypothesis const each = open.back();
        open.pop_back();
        auto const row = log_probs(each.text, vocabulary, gamma, epsilon);
        for (std::size_t i = 0; i < vocabulary; ++i) {
            if (row[i] == -HUGE_VAL) { continue; }
            hypothesis one = each;
            one.text.push_back(static_cast<token>(i));
            one.score = one.log_likelihood += row[i];
            one.finished = one.text.back() == end;
            (one.finished || one.text.size() == length ? done : open).push_back(one);
        }
    }
    std::ranges::sort(done, [](auto const& a, auto const& b) { return a.score > b.score; });
    return done;
}

/// A search of these schedule, engine and scorer is the slow one.
template <class Engine, class Schedule, class Scorer, class Rate>
void check_search(std::size_t width, float gamma, float epsilon, token end, Scorer scorer, Rate const& rate) {
    constexpr std::size_t vocabulary = 23, steps = 12;
    searching<Engine, Schedule, Scorer> some{width, steps, vocabulary};
    auto search = some.with(make_step(gamma, epsilon), end, scorer);
    for (std::size_t t = 0; t < steps; ++t) { REQUIRE(search.next()); }
    check_beams(search, slow_search(width, steps, vocabulary, double{gamma}, double{epsilon}, end, rate));
}

}   // namespace

TEST_CASE("beam_search: as wide as there are texts, it finds the best of all texts, and all others in order",
          "[decode]") {
    constexpr std::size_t vocabulary = 4, length = 4;
    for (float const epsilon : {1e-9f, 0.05f}) {
        for (token const end : {no_token, token{2}}) {
            INFO("epsilon " << epsilon << ", end " << end);
            auto const all = enumerate(length, vocabulary, 1.0, double{epsilon}, end);
            searching<whole_rows, batched, log_likelihood, 256> some{256, length, vocabulary};
            auto search = some.with(make_step(1.0f, epsilon), end);
            for (std::size_t t = 0; t < length; ++t) { REQUIRE(search.next()); }
            check_beams(search, all);
        }
    }
}

TEST_CASE("beam_search: the slow search of the definition, for every width, schedule, engine and scorer", "[decode]") {
    auto const mean = [](hypothesis const& one) { return one.log_likelihood / static_cast<double>(one.text.size()); };
    causalmm::decode::list::for_each([&]<class Schedule>() {
        for (std::size_t const width : {1u, 2u, 3u, 5u, 16u}) {
            for (float const epsilon : {1e-9f, 0.3f, 0.9f}) {
                for (token const end : {no_token, token{7}}) {
                    INFO(Schedule::name << ", width " << width << ", epsilon " << epsilon << ", end " << end);
                    log_likelihood const plain{};
                    check_search<whole_rows, Schedule>(width, 1.0f, epsilon, end, plain, likelihood);
                    check_search<gathered, Schedule>(width, 0.5f, epsilon, end, plain, likelihood);
                    check_search<gathered, Schedule>(width, 0.0f, epsilon, end, plain, likelihood);
                    check_search<whole_rows, Schedule>(width, 1.0f, epsilon, end, length_normalized{1.0f}, mean);
                }
            }
        }
    });
}

TEST_CASE("beam_search: width 1 is the greedy decoder", "[decode]") {
    constexpr std::size_t vocabulary = 50, steps = 40;
    for (float const gamma : {0.0f, 1.0f, 3.0f}) {
        searching<whole_rows> one{1, steps, vocabulary}, other{1, steps, vocabulary};
        auto const step = make_step(gamma, 0.125f);
        auto search = one.with(step);
        causalmm::decode::decoder<whole_rows, sequential, search_step> decoder{
            other.engine, {}, step, other.sets[0], other.scratch};
        tokens expected;
        for (std::size_t t = 0; t < steps; ++t) {
            REQUIRE(search.next());
            auto const drawn = decoder.next();
            REQUIRE(drawn);
            expected.push_back(drawn.value);
        }
        auto const text = search.beams()[0].text;
        CHECK(tokens(text.begin(), text.end()) == expected);
        CHECK(search.contrasts() == decoder.contrasts());
        CHECK(one.engine.forks == 0);
    }
}

TEST_CASE("beam_search: every branch of every beam holds the beam's text, and no two are one", "[decode]") {
    constexpr std::size_t width = 5, steps = 30, vocabulary = 23;
    causalmm::decode::list::for_each([&]<class Schedule>() {
        INFO(Schedule::name);
        searching<whole_rows, Schedule> some{width, steps, vocabulary};
        auto search = some.with(make_step(1.0f, 0.4f), token{7});
        for (std::size_t t = 0; t < steps && !search.ended(); ++t) {
            REQUIRE(search.next());
            std::set<void const*> seen;
            for (auto const& each : search.beams()) {
                for (auto* const branch : each.branches.running()) { CHECK(seen.insert(branch).second); }
                if (each.finished) { continue; }
                tokens expected = prompt;
                expected.insert(expected.end(), each.text.begin(), each.text.end());
                for (auto* const branch : each.branches.running()) {
                    CHECK(branch->cache().text == expected);
                    memory rebuilt{.history = 0, .dose = branch->cache().past.dose};
                    std::size_t const read = expected.size() - branch->cache().pending.size();
                    for (std::size_t i = 0; i < read; ++i) { rebuilt.read(expected[i]); }
                    CHECK(branch->cache().past.history == rebuilt.history);
                }
                CHECK(each.branches.running()[0]->cache().past.dose == 0.0f);
                CHECK(each.branches.running()[1]->cache().past.dose == dose);
            }
        }
        CHECK(some.engine.forks > 10);
    });
}

TEST_CASE("beam_search: forks no more than a parent's further continuations", "[decode]") {
    constexpr std::size_t width = 4, steps = 20, vocabulary = 23;
    searching<whole_rows> some{width, steps, vocabulary};
    auto search = some.with(make_step(1.0f, 0.2f));
    for (std::size_t t = 0; t < steps; ++t) {
        int const before = some.engine.forks;
        REQUIRE(search.next());
        std::set<tokens> parents;
        for (auto const& each : search.beams()) { parents.insert(tokens(each.text.begin(), each.text.end() - 1)); }
        CHECK(some.engine.forks - before == 2 * static_cast<int>(search.beams().size() - parents.size()));
        CHECK(some.engine.forwards == static_cast<int>(t + 1));   // all branches of all beams in one
    }
}

TEST_CASE("beam_search: lazily, counterfactual rows run only for beams that need their contrast", "[decode]") {
    constexpr std::size_t width = 3, steps = 30, vocabulary = 23;
    using waiting = causalmm::decode::lazy<>;
    searching<whole_rows, waiting> some{width, steps, vocabulary};
    auto search = some.with(make_step(1.0f, 0.9f), no_token, {}, waiting{.inner = {}, .ride = 1.0});
    for (std::size_t t = 0; t < steps; ++t) { REQUIRE(search.next()); }
    auto const counts = search.contrasts();
    CHECK(counts.skipped > 5);
    CHECK(counts.needed > 5);
    CHECK(some.engine.rows_run == static_cast<int>(2 * counts.needed + counts.skipped));
}
