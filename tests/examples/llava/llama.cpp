// SPDX-License-Identifier: MIT
#include <llava/llama.hpp>

#include <algorithm>
#include <cstring>
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

    llava::pass call(llava::edit const* change = nullptr) {
        return {.change = change, .sample = 4, .pool = model.pool(), .memory = memory};
    }

    /// Logits of the last row after `pieces` forward passes over the prompt.
    std::vector<float> logits(std::vector<std::int64_t> const& pieces, llava::kv_cache& cache,
                              llava::edit const* change = nullptr) {
        std::vector<float> state = prompt, result(static_cast<std::size_t>(language.vocabulary()));
        float* at = state.data();
        for (std::int64_t const count : pieces) {
            language.run(at, count, 0, language.layers(), cache, call(change));
            cache.resize(cache.size() + count);
            at += count * language.hidden();
        }
        language.head(at - language.hidden(), 1, result.data(), call());
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

TEST_CASE("llama: the last row alone gives the logits of the whole pass", "[llava]") {
    text t;
    llava::kv_cache whole = t.language.make_cache(30), short_cut = t.language.make_cache(30);
    std::vector<float> const wanted = t.logits({23}, whole);
    std::vector<float> state = t.prompt, found(wanted.size());
    t.language.run_for_last_row(state.data(), t.rows, 0, short_cut, t.call());
    t.language.head(state.data() + (t.rows - 1) * t.language.hidden(), 1, found.data(), t.call());
    CHECK(golden::distance(found, wanted) < 3e-5);
    for (std::int64_t layer = 0; layer < t.language.layers(); ++layer) { CHECK(t.same_rows(whole, short_cut, layer)); }
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
