// SPDX-License-Identifier: MIT
#include <intervene/edit.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using causalmm::bf16;
using causalmm::f16;
using intervene::apply;
using intervene::parse_visibility;
using intervene::setting;
using support::failure;
using support::names;
using support::pattern_of;
using support::policy;
using support::rows_of;
using support::shape4;

namespace {

/// The oracle's setting for a program's: the last query at the last key if causal.
oracle::setting oracle_setting(shape4 const& shape, bool causal) {
    oracle::setting s;
    std::int64_t const offset = shape[3] - shape[2];
    if (causal) {
        s.visible = [offset](auto, std::int64_t q, std::int64_t k) { return k <= offset + q; };
        s.first_query = offset;
    }
    s.vision = !causal;
    s.layer = 3;
    for (std::int64_t b = 0; b < shape[0]; ++b) { s.samples.push_back(static_cast<std::uint64_t>(b)); }
    return s;
}

/// How far a program's edit is from the oracle's.
template <class T>
double apart(std::string const& text, shape4 const& shape, bool causal) {
    auto got = pattern_of("tower.layers.3", shape, rows_of<T>(shape, causal));
    auto const what = policy(text);
    oracle::array4 const wanted = std::visit(
        [&]<class Policy>(Policy const& one) {
            if constexpr (oracle::known<Policy>) {
                return oracle::edited(one, support::dense(got), oracle_setting(shape, causal));
            } else {
                return oracle::array4{};
            }
        },
        std::get<llava::any_intervention>(what.what));
    apply(what, {.visibility = parse_visibility(causal ? "causal" : "bidirectional")}, got);
    return support::distance(got, wanted);
}

}   // namespace

TEST_CASE("edit: every intervention on a pattern is the oracle's, in every type and shape", "[intervene]") {
    for (shape4 const& shape : {shape4{1, 1, 1, 1}, shape4{1, 3, 5, 7}, shape4{2, 2, 17, 17}, shape4{1, 1, 1, 9}}) {
        for (bool const causal : {false, true}) {
            for (char const* const text :
                 {"identity", "uniform", "random:scale=2,seed=5", "reversed", "shuffled:seed=5",
                  "renormalized_random:seed=5", "renormalized_reversed", "interpolated_reversed:share=0.25"}) {
                INFO(text << (causal ? " causal " : " bidirectional ") << shape[2] << " x " << shape[3]);
                CHECK(apart<float>(text, shape, causal) < 1e-5);
                CHECK(apart<f16>(text, shape, causal) < 2e-3);
                CHECK(apart<bf16>(text, shape, causal) < 2e-2);
            }
        }
        for (char const* const text : {"uniform:over=map", "reversed:over=map", "shuffled:over=map,seed=5"}) {
            INFO(text);
            CHECK(apart<float>(text, shape, false) < 1e-5);
        }
    }
}

TEST_CASE("edit: by hand, before a shift of the visible keys", "[intervene]") {
    auto one = pattern_of<float>("t", {1, 1, 2, 4}, {0.5f, 0.25f, 0.25f, 9.0f, 0.125f, 0.5f, 0.25f, 0.125f});
    apply(policy("reversed"), {.visibility = parse_visibility("causal:2")}, one);
    CHECK(intervene::as_floats(one) ==
          std::vector<float>{0.0f, 0.25f, 0.25f, 9.0f, 0.375f, 0.0f, 0.25f, 0.375f});   // what is hidden stays
}

TEST_CASE("edit: heads, queries and keys outside the region keep their bits", "[intervene]") {
    auto one = pattern_of<float>("t", {1, 2, 2, 2}, {0.75f, 0.25f, 0.5f, 0.5f, 0.75f, 0.25f, 0.25f, 0.75f});
    apply(policy("uniform"), {.where = {.heads = {{1, 2}}, .queries = {{1, 2}}}}, one);
    CHECK(intervene::as_floats(one) == std::vector<float>{0.75f, 0.25f, 0.5f, 0.5f, 0.75f, 0.25f, 0.5f, 0.5f});
    apply(policy("random:scale=0"), {.where = {.keys = {{0, 1}}}}, one);
    CHECK(intervene::as_floats(one) == std::vector<float>{0, 0.25f, 0, 0.5f, 0, 0.25f, 0, 0.5f});
}

TEST_CASE("edit: policies on scores are exact where a pattern says enough", "[intervene]") {
    // exp of 0, log 2 and log 5 over 8; knocked out at key 1 the others share its mass.
    auto const fresh = [] { return pattern_of<float>("t", {1, 1, 1, 3}, {0.125f, 0.25f, 0.625f}); };
    auto one = fresh();
    apply(policy("knockout"), {.where = {.keys = {{1, 2}}}}, one);
    auto weights = intervene::as_floats(one);
    CHECK(weights[0] == Approx(1.0 / 6.0).epsilon(1e-6));
    CHECK(weights[1] == 0.0f);
    CHECK(weights[2] == Approx(5.0 / 6.0).epsilon(1e-6));
    one = fresh();
    apply(policy("knockout"), {}, one);
    CHECK(intervene::as_floats(one) == std::vector<float>{0.0f, 0.0f, 0.0f});
    one = fresh();
    apply(policy("tempered:temperature=0.5"), {}, one);   // squares: 1, 4, 25 of 30
    weights = intervene::as_floats(one);
    CHECK(weights[0] == Approx(1.0 / 30.0).epsilon(1e-5));
    CHECK(weights[1] == Approx(4.0 / 30.0).epsilon(1e-5));
    CHECK(weights[2] == Approx(25.0 / 30.0).epsilon(1e-5));
}

TEST_CASE("edit: policies on scores keep a row's mass, its zeros, and what is hidden", "[intervene]") {
    auto one = pattern_of<float>("t", {1, 1, 2, 3}, {0.5f, 7.0f, 7.0f, 0.0f, 0.25f, 7.0f});
    apply(policy("tempered:temperature=4"), {.visibility = parse_visibility("causal:0")}, one);
    CHECK(intervene::as_floats(one) == std::vector<float>{0.5f, 7.0f, 7.0f, 0.0f, 0.25f, 7.0f});
    auto half = pattern_of("t", {1, 1, 1, 3}, std::vector<f16>{f16{0.125f}, f16{0.25f}, f16{0.625f}});
    apply(policy("knockout"), {.where = {.keys = {{2, 9}}}}, half);
    CHECK(intervene::as_floats(half)[0] == Approx(1.0 / 3.0).epsilon(1e-3));
    CHECK(intervene::as_floats(half)[2] == 0.0f);
}

TEST_CASE("edit: what a pattern cannot carry is refused in one line", "[intervene]") {
    auto const refused = [](std::string const& text, setting const& at) {
        auto one = pattern_of<float>("t.layers.2", {1, 1, 2, 2}, {1.0f, 0.0f, 0.5f, 0.5f});
        return failure([&] { return apply(policy(text), at, one), 0; });
    };
    CHECK(names(refused("amplified", {}), 64, {"in.safetensors: t.layers.2: ", "needs the scores"}));
    CHECK(names(refused("tempered", {.where = {.keys = {{0, 1}}}}), 64, {"on some keys of a row needs the scores"}));
    CHECK(names(refused("shuffled:over=map", {.visibility = parse_visibility("causal")}), 64,
                {"in.safetensors: t.layers.2: shuffled: a whole map"}));
    CHECK_FALSE(refused("tempered", {.where = {.queries = {{0, 1}}}}));
}

TEST_CASE("edit: rows that are not finite, and negative weights under scores, are refused", "[intervene]") {
    float const infinity = std::numeric_limits<float>::infinity();
    for (float const bad : {std::nanf(""), infinity, -0.5f}) {
        auto one = pattern_of<float>("t", {1, 1, 1, 2}, {bad, 1.0f});
        CHECK(names(failure([&] { return apply(policy("tempered"), {}, one), 0; }), 65,
                    {"in.safetensors: t: a row holds NaN, infinity or a negative weight"}));
        if (bad == -0.5f) { continue; }
        CHECK(names(failure([&] { return apply(policy("reversed"), {}, one), 0; }), 65,
                    {"in.safetensors: t: intervene: a row holds NaN or infinity"}));
    }
}

TEST_CASE("edit: visibility is read, and nothing but it", "[intervene]") {
    auto const one = pattern_of<float>("t", {1, 1, 2, 5}, std::vector<float>(10));
    auto const last = [&](std::string const& text) { return intervene::seen_keys(parse_visibility(text), one, 0).end; };
    CHECK(last("bidirectional") == 5);
    CHECK(last("causal") == 4);   // the last of two queries at the last of five keys
    CHECK(last("causal:0") == 1);
    CHECK(last("causal:2") == 3);
    CHECK(last("causal:4294967295") == 5);
    for (std::string const text : {"", "causal:", "causal:-1", "causal:x", "causal:4294967296", "Causal", "padding"}) {
        INFO(text);
        CHECK(names(failure([&] { return parse_visibility(text); }), 64, {"--visibility: expected bidirectional"}));
    }
    auto wide = pattern_of<float>("t", {1, 1, 2, 1}, {1.0f, 1.0f});
    CHECK(names(failure([&] { return apply(policy("reversed"), {.visibility = parse_visibility("causal")}, wide), 0; }),
                64, {"t: causal: offset is negative"}));
}

TEST_CASE("edit: the layer is the last number in a name", "[intervene]") {
    CHECK(intervene::layer_of("language.layers.12") == 12);
    CHECK(intervene::layer_of("layer7_attention") == 7);
    CHECK(intervene::layer_of("7") == 7);
    CHECK(intervene::layer_of("model2.layers.3.weights") == 3);
    CHECK(intervene::layer_of("attention") == 0);
    CHECK(intervene::layer_of("") == 0);
    CHECK(intervene::layer_of("x99999999999999999999") == 0);
    CHECK(intervene::layer_of("x4294967296") == 0);
}
