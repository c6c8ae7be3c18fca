// SPDX-License-Identifier: MIT
#include <llava/llama.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <llava/method.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

/// A prompt of 23 tokens for the model with grouped queries.
struct text {
    llava::model model = golden::open("gqa_sharded");
    llava::llama const& language = model.language();
    llava::scratch memory{};
    std::int64_t rows = 23;
    std::vector<float> prompt = [this] {
        std::vector<float> all(static_cast<std::size_t>(rows * language.hidden()));
        for (std::int64_t row = 0; row < rows; ++row) {
            language.embed(static_cast<int>(3 + 11 * row), all.data() + row * language.hidden());
        }
        return all;
    }();

    llava::pass call() { return {.pool = model.pool(), .memory = memory}; }

    /// Logits of the last row after `pieces` forward passes over the prompt.
    std::vector<float> logits(std::vector<std::int64_t> const& pieces, llava::kv_cache& cache,
                              llava::edit const* change = nullptr) {
        std::vector<float> state = prompt;
        float* at = state.data();
        for (std::int64_t const count : pieces) {
            llava::piece const one{.cache = &cache, .rows = count, .change = change, .sample = 4};
            for (std::int64_t layer = 0; layer < language.layers(); ++layer) {
                language.run(layer, at, std::span{&one, 1}, call());
            }
            cache.resize(cache.size() + count);
            at += count * language.hidden();
        }
        return logits_of(at - language.hidden());
    }
    /// Logits of a row that all layers are behind.
    std::vector<float> logits_of(float const* row) {
        std::vector<float> features(static_cast<std::size_t>(language.hidden()));
        std::vector<float> result(static_cast<std::size_t>(language.vocabulary()));
        language.finish(row, 1, features.data());
        language.head(features.data(), 1, result.data(), call());
        return result;
    }
    bool same_rows(llava::kv_cache const& a, llava::kv_cache const& b, std::int64_t layer) const {
        auto const bytes = static_cast<std::size_t>(rows * a.width()) * sizeof(float);
        return std::memcmp(a.keys(layer), b.keys(layer), bytes) == 0 &&
               std::memcmp(a.values(layer), b.values(layer), bytes) == 0;
    }
};

llava::edit language_edit(std::string const& words) {
    return *llava::parse_method("causalmm:language=" + words).language;
}

}   // namespace

TEST_CASE("llama: a prompt in one pass, in pieces and token by token", "[llava]") {
    text t;
    llava::kv_cache whole = t.language.make_cache(30), pieces = t.language.make_cache(30),
                    single = t.language.make_cache(30);
    std::vector<float> const wanted = t.logits({23}, whole);
    // Products of up to 8 rows are summed in another order than larger ones; the random weights amplify that rounding, 1e-7,
    // a hundredfold at the worst of 304 logits.
    CHECK(golden::distance(t.logits({4, 12, 7}, pieces), wanted) < 3e-5);
    CHECK(golden::distance(t.logits(std::vector<std::int64_t>(23, 1), single), wanted) < 3e-5);
    CHECK(whole.size() == 23);
}

TEST_CASE("llama: the wanted last rows alone are those of the whole pass", "[llava]") {
    text t;
    std::int64_t const width = t.language.hidden();
    llava::kv_cache whole = t.language.make_cache(30), short_cut = t.language.make_cache(30);
    std::vector<float> const wanted = t.logits({23}, whole);
    std::vector<float> state = t.prompt;
    llava::piece const one{.cache = &short_cut, .rows = t.rows};
    for (std::int64_t layer = 0; layer + 1 < t.language.layers(); ++layer) {
        t.language.run(layer, state.data(), std::span{&one, 1}, t.call());
    }
    t.language.run_last(state.data(), std::span{&one, 1}, t.call());
    CHECK(golden::distance(t.logits_of(state.data()), wanted) < 3e-5);
    for (std::int64_t layer = 0; layer < t.language.layers(); ++layer) { CHECK(t.same_rows(whole, short_cut, layer)); }

    // Of three pieces of 2, 3 and 1 rows the first and the last want theirs: bit for bit those of each piece alone.
    std::vector<llava::kv_cache> caches, alone;
    std::vector<llava::piece> pieces, single;
    for (std::int64_t const rows : {2, 3, 1}) {
        caches.push_back(t.language.make_cache(5));
        alone.push_back(t.language.make_cache(5));
        pieces.push_back({.rows = rows, .step = 1, .wants_last_row = rows != 3});
        single.push_back({.rows = rows, .step = 1});
    }
    std::vector<float> together(t.prompt.begin(), t.prompt.begin() + 6 * width);
    std::vector<float> apart = together, last;
    for (std::size_t i = 0; i < 3; ++i) {
        pieces[i].cache = &caches[i];
        single[i].cache = &alone[i];
    }
    for (std::int64_t layer = 0; layer + 1 < t.language.layers(); ++layer) {
        t.language.run(layer, together.data(), pieces, t.call());
    }
    t.language.run_last(together.data(), pieces, t.call());
    float* at = apart.data();
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::int64_t layer = 0; layer < t.language.layers(); ++layer) {
            t.language.run(layer, at, std::span{&single[i], 1}, t.call());
        }
        at += single[i].rows * width;
        if (pieces[i].wants_last_row) { last.insert(last.end(), at - width, at); }
    }
    CHECK(std::vector<float>(together.begin(), together.begin() + 2 * width) == last);
}

TEST_CASE("llama: the head at some tokens is the whole head there, bit for bit", "[llava]") {
    for (std::string const name : golden::names) {
        INFO(name);
        llava::model const model = golden::open(name);
        llava::llama const& language = model.language();
        llava::scratch memory;
        llava::pass const call{.pool = model.pool(), .memory = memory};
        std::vector<float> features(static_cast<std::size_t>(language.hidden()));
        for (std::size_t i = 0; i < features.size(); ++i) { features[i] = static_cast<float>(i % 7) - 3.0f; }
        std::vector<float> whole(static_cast<std::size_t>(language.vocabulary()));
        language.head(features.data(), 1, whole.data(), call);
        std::vector<causalmm::sampling::candidate> some, all;
        for (int const id : {0, 1, 2, 7, 63, 64, 65, 66, 67, 68, 129}) { some.push_back({.id = id}); }
        for (std::int64_t id = 0; id < language.vocabulary(); ++id) { all.push_back({.id = static_cast<int>(id)}); }
        for (auto* const candidates : {&some, &all}) {
            language.head(features.data(), *candidates, call);
            for (auto const& each : *candidates) { CHECK(each.logit == whole[static_cast<std::size_t>(each.id)]); }
        }
    }
}

TEST_CASE(
    "llama: an edit of the last layer leaves keys and values of all layers as they are, of the first layer only its "
    "own",
    "[llava]") {
    text t;
    llava::kv_cache plain = t.language.make_cache(30), last = t.language.make_cache(30),
                    first = t.language.make_cache(30);
    std::vector<float> const wanted = t.logits({23}, plain);
    llava::edit const at_last = language_edit("uniform,language_layers=2-2"),
                      at_first = language_edit("uniform,language_layers=0");
    CHECK(golden::distance(t.logits({23}, last, &at_last), wanted) > 1e-3);
    CHECK(golden::distance(t.logits({23}, first, &at_first), wanted) > 1e-3);
    for (std::int64_t layer = 0; layer < 3; ++layer) { CHECK(t.same_rows(plain, last, layer)); }
    CHECK(t.same_rows(plain, first, 0));
    CHECK_FALSE(t.same_rows(plain, first, 1));
}

TEST_CASE("llama: an edit of one head is not an edit of all", "[llava]") {
    text t;
    llava::kv_cache a = t.language.make_cache(30), b = t.language.make_cache(30), c = t.language.make_cache(30);
    llava::edit const one = language_edit("reversed,language_heads=1"), all = language_edit("reversed");
    std::vector<float> const edited = t.logits({23}, a, &one);
    CHECK(edited != t.logits({23}, b, &all));
    CHECK(edited != t.logits({23}, c));
}

TEST_CASE("llama: edits of a prompt in pieces are those of the whole prompt", "[llava]") {
    text t;
    causalmm::intervention::list::for_each([&]<class Policy>() {
        INFO(Policy::name);
        llava::edit change = language_edit(std::string{Policy::name});
        llava::set_seed(change, 5);
        llava::kv_cache whole = t.language.make_cache(30), pieces = t.language.make_cache(30);
        std::vector<float> const wanted = t.logits({23}, whole, &change);
        CHECK(golden::distance(t.logits({10, 12, 1}, pieces, &change), wanted) <
              1e-3);   // reversed rows have 20 times the mass
    });
}
