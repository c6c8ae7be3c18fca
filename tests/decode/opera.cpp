// SPDX-License-Identifier: MIT
// No header of its own: the over-trust penalty and the retrospection of OPERA, arXiv:2311.17911, as policies outside the library.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include <causalmm/decode.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/searching.hpp"

using namespace support;
using causalmm::decode::batched;
using causalmm::decode::log_likelihood;

namespace {

constexpr std::size_t vocabulary = 23;

/// Attention score of a token at `key` in the eyes of one at `query`; tokens of id `anchor` draw it.
double attention_score(std::span<token const> text, std::size_t query, std::size_t key, token anchor) {
    std::uint64_t const word = mixed(mixed(static_cast<std::uint64_t>(text[query]) << 32) ^ (key * 31 + query));
    return (text[key] == anchor ? 4.0 : 0.0) + static_cast<double>(word & 255u) / 128.0;
}

/// An engine that shows its attention: one head of its last layer.
struct attentive : forking<fake_engine> {
    attentive(std::size_t size, token its_anchor) : forking{size}, anchor{its_anchor} {}

    /// The row of a token that has run, softmax over the positions up to its own.
    std::vector<float> attention(branch_type const& one, std::size_t query) const {
        std::vector<float> row(query + 1);
        float total = 0.0f;
        for (std::size_t key = 0; key <= query; ++key) {
            row[key] = static_cast<float>(std::exp(attention_score(one.cache().text, query, key, anchor)));
            total += row[key];
        }
        for (float& each : row) { each /= total; }
        return row;
    }
    token anchor;
};

/// Which earlier token the last ones trust most, and how much.
struct trust {
    double penalty = 0.0;
    std::size_t position = 0;   // in the branch's text
};

/// The over-trust penalty: score = sum_t log p - alpha * max_c prod_{i >= c} sigma w(i, c) over the window of generated tokens, with
/// each candidate as the window's last query, for which the engine is asked in a branch that no beam uses.
struct opera {
    static constexpr std::string_view name = "opera";

    attentive* engine;
    attentive::branch_type* lookahead;
    double alpha = 1.0;
    double sigma = 4.0;
    std::size_t window = 6;

    status check() const noexcept { return {}; }

    template <class Beam>
    double score(Beam const& beam, token next, double log_prob) const noexcept {
        status ran = engine->fork(beam.branches.factual(), *lookahead);
        if (ran) { ran = engine->append(*lookahead, std::span{&next, 1}); }
        if (ran) { ran = engine->forward(std::span{&lookahead, 1}); }
        return ran ? beam.score + log_prob - alpha * over(*lookahead).penalty : double{quiet_nan};
    }

    trust over(attentive::branch_type const& one) const {
        std::size_t const end = one.cache().text.size(), begin = std::max(prompt.size(), end - std::min(end, window));
        std::vector<double> products(end - begin, 1.0);
        for (std::size_t query = begin; query < end; ++query) {
            auto const row = engine->attention(one, query);
            for (std::size_t key = begin; key <= query; ++key) { products[key - begin] *= sigma * double{row[key]}; }
        }
        auto const top = std::ranges::max_element(products);
        return {*top, begin + static_cast<std::size_t>(top - products.begin())};
    }
};

/// The same from the formula, column by column in double: summed over all tokens of a text.
double penalties(tokens const& text, opera const& by, token anchor) {
    tokens all = prompt;
    double sum = 0.0;
    for (token const each : text) {
        all.push_back(each);
        std::size_t const last = all.size() - 1;
        double largest = 0.0;
        for (std::size_t c = prompt.size(); c <= last; ++c) {
            if (last - c >= by.window) { continue; }
            double product = 1.0;
            for (std::size_t i = c; i <= last; ++i) {
                double total = 0.0;
                for (std::size_t k = 0; k <= i; ++k) { total += std::exp(attention_score(all, i, k, anchor)); }
                product *= by.sigma * std::exp(attention_score(all, i, c, anchor)) / total;
            }
            largest = std::max(largest, product);
        }
        sum += largest;
    }
    return sum;
}

/// A search on an engine that shows its attention.
using searched = searching<attentive, batched, opera>;

opera scorer_of(searched& some, double alpha) {
    some.branches.emplace_back(attentive::make(0.0f));
    return {.engine = &some.engine, .lookahead = &some.branches.back(), .alpha = alpha};
}

/// Writes `length` tokens and takes them back to the most trusted position whenever the best beam has trusted the same one for
/// `patience` steps; the token that followed it is not written again. A search can begin behind any text, so this needs nothing
/// of the search but that.
tokens with_retrospection(std::size_t length, std::size_t patience, token anchor, std::vector<hypothesis>& taken_back) {
    tokens beginning;
    tokens rejected;   // behind `beginning`
    while (true) {
        searched some{2, length, vocabulary, anchor};
        for (auto* const each : some.sets[0]) { REQUIRE(some.engine.append(*each, beginning)); }
        opera const scorer = scorer_of(some, 1e-6);
        auto search = some.with(make_step(1.0f, 0.0f), no_token, scorer);
        auto const reject = [&](auto const& beam, std::span<candidate> candidates) noexcept {
            if (!beam.text.empty()) { return candidates.size(); }
            auto const gone = std::ranges::remove_if(candidates, [&](candidate const& each) {
                return std::ranges::find(rejected, each.id) != rejected.end();
            });
            return candidates.size() - gone.size();
        };
        std::size_t trusted = 0, since = 0;
        tokens text;
        while (beginning.size() + text.size() < length) {
            REQUIRE(search.next(reject));
            auto const& best = search.beams()[0];
            text.assign(best.text.begin(), best.text.end());
            tokens whole = prompt;
            for (tokens const* part : {&beginning, &text}) { whole.insert(whole.end(), part->begin(), part->end()); }
            CHECK(best.branches.factual().cache().text == whole);
            std::size_t const position = scorer.over(best.branches.factual()).position - prompt.size();
            since = position == trusted ? since + 1 : 1;
            trusted = position;
            if (since >= patience && position >= beginning.size() && position + 1 < beginning.size() + text.size()) {
                break;
            }
        }
        tokens all = beginning;
        all.insert(all.end(), text.begin(), text.end());
        if (all.size() == length) { return all; }
        taken_back.push_back({.text = all, .score = static_cast<double>(trusted)});
        beginning.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(trusted) + 1);
        rejected = {all[trusted + 1]};
    }
}

}   // namespace

TEST_CASE("opera: a scorer outside the library, the penalty of the formula for every beam and candidate", "[decode]") {
    constexpr std::size_t steps = 7;
    std::vector<tokens> best;
    for (double const alpha : {0.0, 0.02, 1.0}) {
        INFO(alpha);
        searched some{3, steps, vocabulary, token{11}};
        opera const scorer = scorer_of(some, alpha);
        auto search = some.with(make_step(1.0f, 0.05f), no_token, scorer);
        for (std::size_t t = 0; t < steps; ++t) { REQUIRE(search.next()); }
        auto const rate = [&](hypothesis const& one) {
            return one.log_likelihood - alpha * penalties(one.text, scorer, token{11});
        };
        auto const expected = slow_search(3, steps, vocabulary, 1.0, double{0.05f}, no_token, rate);
        REQUIRE(search.beams().size() == 3);
        for (std::size_t i = 0; i < 3; ++i) {
            auto const text = search.beams()[i].text;
            CHECK(tokens(text.begin(), text.end()) == expected[i].text);
            CHECK(search.beams()[i].score == Approx(expected[i].score).epsilon(1e-4));   // products of up to 6 floats
        }
        best.push_back(expected[0].text);
    }
    CHECK(best[0] != best[1]);   // the penalty matters
    CHECK(best[1] != best[2]);
}

TEST_CASE("opera: an engine that fails behind the scorer stops the search", "[decode]") {
    searched some{2, 3, vocabulary, no_token};
    opera const scorer = scorer_of(some, 0.1);
    some.engine.fail_forward = 3;
    auto search = some.with(make_step(1.0f, 0.05f), no_token, scorer);
    CHECK(search.next() == errc::bad_parameter);
}

TEST_CASE("opera: retrospection takes text back and chooses another token there", "[decode]") {
    searched plain{2, 12, vocabulary, no_token};
    auto search = plain.with(make_step(1.0f, 0.0f), no_token, scorer_of(plain, 0.0));
    for (int t = 0; t < 12; ++t) { REQUIRE(search.next()); }
    token const anchor = search.beams()[0].text[2];

    std::vector<hypothesis> taken_back;
    tokens const text = with_retrospection(12, 2, anchor, taken_back);
    REQUIRE(!taken_back.empty());
    CHECK(text.size() == 12);
    for (std::size_t i = 0; i < taken_back.size(); ++i) {
        tokens const& before = taken_back[i].text;
        tokens const& after = i + 1 < taken_back.size() ? taken_back[i + 1].text : text;
        auto const position = static_cast<std::size_t>(taken_back[i].score);
        CHECK(std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(position) + 1, after.begin()));
        CHECK(before[position + 1] != after[position + 1]);
    }
}
