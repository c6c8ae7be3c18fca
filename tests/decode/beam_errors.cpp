// SPDX-License-Identifier: MIT
// No header of its own: what a beam search does with bad rows, bad arguments and engines that fail.
#include <causalmm/decode/beam_search.hpp>

#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/searching.hpp"

using namespace support;
using causalmm::decode::batched;
using causalmm::decode::lazy;
using causalmm::decode::length_normalized;
using causalmm::decode::log_likelihood;
using told = forking<fake_engine>;
using text_list = std::vector<tokens>;
using row = std::vector<float>;

namespace {

template <class Search>
text_list texts_of(Search const& search) {
    text_list result;
    for (auto const& each : search.beams()) { result.emplace_back(each.text.begin(), each.text.end()); }
    return result;
}

template <class Search>
bool refuses(Search& search, errc code) {
    text_list const before = texts_of(search);
    auto const outcome = search.next();
    return outcome == code && !std::string_view{outcome.what}.empty() && texts_of(search) == before && !search.ended();
}

/// Rows by the text behind the prompt; the same for both branches.
template <class Rows>
told::row_of behind_prompt(Rows rows) {
    return [rows](std::span<token const> text, float) {
        return rows(tokens(text.begin() + static_cast<std::ptrdiff_t>(prompt.size()), text.end()));
    };
}

float const never = -infinity;

}   // namespace

TEST_CASE("beam_search: equal scores go to the lower beam, then to the lower id", "[decode]") {
    told::row_of const flat = [](std::span<token const>, float) { return row(3, 0.5f); };
    searching<told> some{4, 3, 3, flat};
    auto search = some.with(make_step(1.0f, 0.0f));
    REQUIRE(search.next());
    CHECK(texts_of(search) == text_list{{0}, {1}, {2}});
    REQUIRE(search.next());
    CHECK(texts_of(search) == text_list{{0, 0}, {0, 1}, {0, 2}, {1, 0}});
    CHECK(search.beams()[0].log_likelihood == Approx(2.0 * std::log(1.0 / 3.0)).epsilon(1e-14));
}

TEST_CASE("beam_search: a finished text stays, costs nothing more, and may be overtaken or pushed out", "[decode]") {
    // p(end) is 1/2 first; behind 1 everything is certain; behind 2 three tokens share.
    auto const rows = behind_prompt([](tokens const& text) {
        if (text.empty()) { return row{std::log(0.5f), std::log(0.4f), std::log(0.1f), never}; }
        return text[0] == 1 ? row{never, 0.0f, never, never} : row{0.0f, 0.0f, never, 0.0f};
    });
    searching<told> some{3, 5, 4, rows};
    auto search = some.with(make_step(0.0f, 0.0f), token{0});
    REQUIRE(search.next());
    CHECK(texts_of(search) == text_list{{0}, {1}, {2}});
    CHECK((search.beams()[0].finished && !search.beams()[1].finished && !search.ended()));
    for (int i = 0; i < 3; ++i) { REQUIRE(search.next()); }
    CHECK(texts_of(search) == text_list{{0}, {1, 1, 1, 1}, {2, 0}});
    CHECK(some.engine.rows_run == 1 + 2 + 1 + 1);   // texts {}, {1} and {2}, then that of 1 alone
    CHECK(search.beams()[0].score == Approx(std::log(0.5)).epsilon(1e-6));

    // By the mean, {1, 1} overtakes {0}.
    searching<told, batched, length_normalized> other{2, 5, 4, rows};
    auto normalized = other.with(make_step(0.0f, 0.0f), token{0}, length_normalized{.alpha = 1.0f});
    REQUIRE(normalized.next());
    REQUIRE(normalized.next());
    CHECK(texts_of(normalized) == text_list{{1, 1}, {0}});

    // What is behind the end of a search of width 1 is not asked.
    searching<told> single{1, 5, 4, rows};
    auto greedy = single.with(make_step(0.0f, 0.0f), token{0});
    REQUIRE(greedy.next());
    CHECK(greedy.ended());
    REQUIRE(greedy.next());
    CHECK(texts_of(greedy) == text_list{{0}});
    CHECK(single.engine.rows_run == 1);
}

TEST_CASE("beam_search: a text that nothing can follow dies, and a search without any is refused", "[decode]") {
    auto const rows = behind_prompt([](tokens const& text) {
        if (text.empty()) { return row{1.0f, 0.0f}; }
        return text[0] == 0 || text.size() > 2 ? row(2, never) : row{0.0f, never};
    });
    searching<told> some{2, 5, 2, rows};
    auto search = some.with(make_step(1.0f, 0.0f));
    REQUIRE(search.next());
    REQUIRE(search.next());
    CHECK(texts_of(search) == text_list{{1, 0}});
    REQUIRE(search.next());
    CHECK(texts_of(search) == text_list{{1, 0, 0}});
    CHECK(refuses(search, errc::empty_support));
    CHECK(refuses(search, errc::empty_support));
}

TEST_CASE("beam_search: a row of one beam that is no row is refused, and the beams stay", "[decode]") {
    for (bool const factual : {true, false}) {
        for (float const bad : {quiet_nan, infinity}) {
            told::row_of const rows = [=](std::span<token const> text, float its) {
                bool const hit = text.size() > prompt.size() && text.back() == 1 && (its == 0.0f) == factual;
                return row{hit ? bad : 1.0f, 0.0f, 0.5f};
            };
            searching<told> some{3, 5, 3, rows};
            auto search = some.with(make_step(1.0f, 0.0f));
            REQUIRE(search.next());
            errc const code = factual ? errc::non_finite_factual : errc::non_finite_counterfactual;
            CHECK(refuses(search, code));
            CHECK(refuses(search, code));
            CHECK(texts_of(search) == text_list{{0}, {2}, {1}});
        }
    }
}

TEST_CASE("beam_search: a pass that failed can be tried again without losing anything", "[decode]") {
    constexpr std::size_t steps = 8, vocabulary = 23;
    searching<told> sound{3, steps, vocabulary}, broken{3, steps, vocabulary};
    auto expected = sound.with(make_step(1.0f, 0.2f)), search = broken.with(make_step(1.0f, 0.2f));
    broken.engine.fail_forward = 4;
    for (std::size_t t = 0; t < steps; ++t) {
        REQUIRE(expected.next());
        if (t == 3) { CHECK(refuses(search, errc::engine_failure)); }
        REQUIRE(search.next());
        CHECK(texts_of(search) == texts_of(expected));
    }
}

TEST_CASE("beam_search: once a fork or a token failed, no step is made", "[decode]") {
    for (int const call : {1, 2, 3}) {
        searching<told> fork{3, 8, 23}, append{3, 8, 23};
        fork.engine.fail_fork = append.engine.fail_append = call;
        for (auto* const some : {&fork, &append}) {
            auto search = some->with(make_step(1.0f, 0.0f));
            status first = search.next();
            if (first) { first = search.next(); }
            CHECK(first == errc::out_of_capacity);
            CHECK(search.next() == errc::out_of_capacity);
            CHECK_FALSE(search.ended());
        }
    }
}

TEST_CASE("beam_search: texts that are full are refused and stay", "[decode]") {
    searching<told> some{2, 3, 23};
    auto search = some.with(make_step(1.0f, 0.1f));
    for (int i = 0; i < 3; ++i) { REQUIRE(search.next()); }
    CHECK(refuses(search, errc::out_of_capacity));
    CHECK(search.beams()[0].text.size() == 3);
}

TEST_CASE("beam_search: sets, scratch and parameters that do not fit are refused before any pass", "[decode]") {
    auto const check = [](auto const& spoil, errc code) {
        searching<told, lazy<>, length_normalized, 4> some{4, 3, 23};
        length_normalized scorer{};
        search_step step = make_step(1.0f, 0.1f);
        spoil(some, step, scorer);
        auto search = some.with(step, no_token, scorer);
        CHECK(refuses(search, code));
        CHECK(some.engine.forwards == 0);
    };
    errc const shape = errc::shape_mismatch, parameter = errc::bad_parameter;
    check([](auto& some, auto&, auto&) { some.sets.clear(); }, shape);
    check([](auto& some, auto&, auto&) { some.sets.resize(5); }, shape);
    check([](auto& some, auto&, auto&) { some.sets[2][1] = nullptr; }, shape);
    check([](auto& some, auto&, auto&) { some.sets[3][0] = nullptr; }, shape);
    check([](auto& some, auto&, auto&) { some.sets[1][0] = some.sets[1][1]; }, shape);
    check([](auto& some, auto&, auto&) { some.sets[3][1] = some.sets[0][0]; }, shape);
    check([](auto& some, auto&, auto&) { some.scratch.pop_back(); }, shape);
    check([](auto&, auto& step, auto&) { step.contrast.gamma[0] = -1.0f; }, parameter);
    check([](auto&, auto&, auto& scorer) { scorer.alpha = quiet_nan; }, parameter);

    searching<told> without{2, 3, 23};   // what gamma = 0 does not read may be missing
    without.sets[0][1] = without.sets[1][1] = nullptr;
    auto search = without.with(make_step(0.0f, 0.0f));
    for (int i = 0; i < 3; ++i) { CHECK(search.next()); }
    CHECK(search.contrasts() == causalmm::decode::contrast_counts{});
}
