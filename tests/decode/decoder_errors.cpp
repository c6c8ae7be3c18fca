// SPDX-License-Identifier: MIT
#include <causalmm/decode/decoder.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/candidates.hpp"
#include "support/fake_engine.hpp"

using namespace support;
using causalmm::contrast::linear;
using causalmm::decode::branch;
using causalmm::decode::decoder;
using causalmm::decode::sequential;
using causalmm::sampling::no_token;

namespace {

using step = causalmm::decode::step<linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
using decoding = decoder<fake_engine, sequential, step>;

struct triple {
    fake_engine engine{20};
    std::array<branch<cache>, 3> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}},
                                          branch<cache>{cache{1.0f}}};
    std::vector<candidate> scratch = std::vector<candidate>(20);

    triple() {
        std::array<token, 2> const prompt{1, 2};
        for (auto& each : branches) { REQUIRE(engine.append(each, prompt)); }
        engine.appends = 0;
    }
    decoding with(float vision, float language, decoding::branch_list const& list) {
        return decoding{engine, sequential{}, step{.contrast = {{vision, language}}, .plausibility = {}, .sampler = {}},
                        list, scratch};
    }
    decoding::branch_list all() { return {&branches[0], &branches[1], &branches[2]}; }
};

bool refuses(decoding& decoder, errc code) {
    auto const result = decoder.next();
    return result.status == code && result.value == no_token && !std::string_view{result.status.what}.empty();
}

}   // namespace

TEST_CASE("decoder: a branch may be missing where gamma is 0, and only there", "[decode]") {
    triple some;
    auto without_vision = some.with(0.0f, 1.0f, {&some.branches[0], nullptr, &some.branches[2]});
    for (int i = 0; i < 5; ++i) { CHECK(without_vision.next()); }
    CHECK(some.engine.forwards == 10);

    triple other;
    auto without_language = other.with(1.0f, 1.0f, {&other.branches[0], &other.branches[1], nullptr});
    CHECK(refuses(without_language, errc::shape_mismatch));
    auto without_factual = other.with(0.0f, 0.0f, {nullptr, &other.branches[1], &other.branches[2]});
    CHECK(refuses(without_factual, errc::shape_mismatch));
    CHECK(other.engine.forwards == 0);
    auto factual_alone = other.with(0.0f, 0.0f, {&other.branches[0], nullptr, nullptr});
    CHECK(factual_alone.next());
    CHECK(other.engine.forwards == 1);
}

TEST_CASE("decoder: one branch in two roles is refused", "[decode]") {
    triple some;
    auto twice = some.with(1.0f, 1.0f, {&some.branches[0], &some.branches[0], &some.branches[2]});
    CHECK(refuses(twice, errc::shape_mismatch));
    auto same_counterfactual = some.with(1.0f, 1.0f, {&some.branches[0], &some.branches[1], &some.branches[1]});
    CHECK(refuses(same_counterfactual, errc::shape_mismatch));
    CHECK(some.branches[0].cache().text.size() == 2);
    CHECK(some.engine.forwards == 0);
}

TEST_CASE("decoder: a bad parameter is refused before any forward", "[decode]") {
    triple some;
    auto negative = some.with(-1.0f, 1.0f, some.all());
    CHECK(refuses(negative, errc::bad_parameter));
    auto not_a_number = some.with(1.0f, quiet_nan, some.all());
    CHECK(refuses(not_a_number, errc::bad_parameter));
    CHECK(some.engine.forwards == 0);
}

TEST_CASE("decoder: the engine's failures pass through", "[decode]") {
    for (int const call : {1, 2, 3, 4, 6}) {
        INFO(call);
        triple some;
        some.engine.fail_forward = call;
        auto decoder = some.with(1.0f, 1.0f, some.all());
        for (int token = 0; token < (call - 1) / 3; ++token) { CHECK(decoder.next()); }
        auto const result = decoder.next();
        CHECK(result.status == errc::engine_failure);
        CHECK(result.value == no_token);
        CHECK(std::string_view{result.status.what} == "fake: broken");
    }
}

TEST_CASE("decoder: a forward that failed can be tried again without losing a token", "[decode]") {
    triple sound;
    triple broken;
    broken.engine.fail_forward = 5;   // the second token's second branch
    auto expected = sound.with(1.0f, 1.0f, sound.all());
    auto decoder = broken.with(1.0f, 1.0f, broken.all());
    std::vector<token> tokens;
    for (int i = 0; i < 6; ++i) {
        if (auto const result = decoder.next()) { tokens.push_back(result.value); }
    }
    for (token const each : tokens) { CHECK(expected.next().value == each); }
    CHECK(tokens.size() == 5);
    CHECK(broken.branches[0].cache().text == sound.branches[0].cache().text);
}

TEST_CASE("decoder: once a token could not be queued everywhere, no further token is drawn", "[decode]") {
    for (int const call : {1, 2, 3}) {   // 2 and 3: the branches no longer hold the same text
        INFO(call);
        triple some;
        some.engine.fail_append = call;
        auto decoder = some.with(1.0f, 1.0f, some.all());
        CHECK(refuses(decoder, errc::out_of_capacity));
        CHECK(refuses(decoder, errc::out_of_capacity));
    }
}

TEST_CASE("decoder: a scratch that is too small is refused before any forward", "[decode]") {
    triple some;
    some.scratch.resize(19);
    auto decoder = some.with(1.0f, 1.0f, some.all());
    CHECK(refuses(decoder, errc::shape_mismatch));
    CHECK(some.engine.forwards == 0);
    CHECK(decoding::scratch_size(20) == 20);
    CHECK(causalmm::decode::decoder<support::gathering_engine, sequential, step>::scratch_size(20) == 60);
}

TEST_CASE("decoder: a branch without strength is left alone", "[decode]") {
    triple some;
    auto decoder = some.with(0.0f, 0.0f, some.all());
    for (int i = 0; i < 5; ++i) { CHECK(decoder.next()); }
    CHECK(some.branches[1].cache().forwards == 0);
    CHECK(some.branches[2].cache().text.size() == 2);
    CHECK(decoder.contrasts() == causalmm::decode::contrast_counts{});
}

TEST_CASE("decoder: a failed gathering passes through and can be tried again", "[decode]") {
    support::gathering_engine engine{20};
    std::array<branch<cache>, 2> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}}};
    std::array<token, 2> const prompt{1, 2};
    for (auto& each : branches) { REQUIRE(engine.append(each, prompt)); }
    std::vector<candidate> scratch(40);
    using pair_step = causalmm::decode::step<linear<1>, causalmm::plausibility::adaptive,
                                             causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
    causalmm::decode::decoder<support::gathering_engine, sequential, pair_step> decoder{
        engine,
        {},
        {.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}},
        {&branches[0], &branches[1]},
        scratch};
    engine.fail_gather = 1;
    auto const result = decoder.next();
    CHECK(result.status == errc::engine_failure);
    CHECK(std::string_view{result.status.what} == "fake: no head");
    CHECK(branches[0].cache().text.size() == 2);
    CHECK(decoder.next());
    CHECK(decoder.contrasts().needed == 1);
}

namespace {

/// An engine whose rows are shorter than it says.
struct short_rows : fake_engine {
    using fake_engine::fake_engine;
    bool all = true;
    std::span<float const> logits(branch_type const& one) const noexcept {
        auto const row = fake_engine::logits(one);
        return all || one.cache().past.dose != 0.0f ? row.first(row.size() - 1) : row;
    }
};

}   // namespace

TEST_CASE("decoder: N32 a row that is not as long as the vocabulary is refused and nothing is queued", "[decode]") {
    for (bool const all : {true, false}) {
        short_rows engine{20};
        engine.all = all;
        std::array<branch<cache>, 2> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}}};
        std::array<token, 2> const prompt{1, 2};
        for (auto& each : branches) { REQUIRE(engine.append(each, prompt)); }
        std::vector<candidate> scratch(20);
        using pair_step = causalmm::decode::step<linear<1>, causalmm::plausibility::adaptive,
                                                 causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
        causalmm::decode::decoder<short_rows, sequential, pair_step> decoder{
            engine,
            {},
            {.contrast = {{1.0f}}, .plausibility = {0.0f}, .sampler = {}},
            {&branches[0], &branches[1]},
            scratch};
        CHECK(decoder.next().status == errc::shape_mismatch);
        CHECK(branches[0].cache().text.size() == 2);
    }
}
