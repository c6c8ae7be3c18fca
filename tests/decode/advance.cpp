// SPDX-License-Identifier: MIT
#include <causalmm/decode/advance.hpp>

#include <array>
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/batched.hpp>
#include <causalmm/decode/decoder.hpp>
#include <causalmm/decode/lazy.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/multinomial.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/fake_engine.hpp"

using namespace support;
using causalmm::decode::advance;
using causalmm::decode::batched;
using causalmm::decode::branch;
using causalmm::decode::decoder;
using causalmm::decode::lazy;
using causalmm::sampling::no_token;

namespace {

constexpr std::size_t vocabulary = 40;
using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::multinomial>>;

/// One sample: its branches, of which the prompt is `length` tokens long, and its decoder.
template <class Engine, class Schedule>
struct sample {
    using decoding = decoder<Engine, Schedule, step>;

    sample(Engine& engine, int number, std::size_t length, float epsilon)
        : scratch(decoding::scratch_size(vocabulary)),
          decode{engine,
                 {},
                 {.contrast = {{1.0f, 0.5f}}, .plausibility = {epsilon}, .sampler = {}},
                 {&branches[0], &branches[1], &branches[2]},
                 scratch,
                 7,
                 static_cast<std::uint64_t>(number)} {
        std::vector<token> const prompt(length, number);
        for (auto& each : branches) { REQUIRE(engine.append(each, prompt)); }
    }

    std::array<branch<cache>, 3> branches{branch<cache>{cache{0.0f}}, branch<cache>{cache{0.5f}},
                                          branch<cache>{cache{1.0f}}};
    std::vector<candidate> scratch;
    decoding decode;
};

template <class Engine, class Schedule>
std::vector<token> alone(int number, std::size_t length, float epsilon, int count) {
    Engine engine{vocabulary};
    sample<Engine, Schedule> one{engine, number, length, epsilon};
    std::vector<token> tokens;
    for (int i = 0; i < count; ++i) {
        auto const drawn = one.decode.next();
        REQUIRE(drawn);
        tokens.push_back(drawn.value);
    }
    return tokens;
}

/// Samples that begin and end at different steps.
template <class Engine, class Schedule>
void check_continuous(float epsilon, int most_passes) {
    using one = sample<Engine, Schedule>;
    using decoding = typename one::decoding;
    Engine engine{vocabulary};
    std::deque<one> samples;
    std::vector<std::vector<token>> tokens(5);
    std::vector<std::size_t> running;
    for (int t = 0; t < 20; ++t) {
        if (t % 2 == 0 && samples.size() < 5) {
            running.push_back(samples.size());
            samples.emplace_back(engine, static_cast<int>(samples.size()), 1 + samples.size() * 3, epsilon);
        }
        std::erase_if(running, [&](std::size_t i) { return tokens[i].size() == 6 + i; });
        std::vector<decoding*> decoders;
        for (std::size_t const i : running) { decoders.push_back(&samples[i].decode); }
        std::vector<branch<cache>*> list(3 * decoders.size());
        std::vector<causalmm::result<token>> drawn(decoders.size());
        int const before = engine.forwards;
        REQUIRE(advance<Engine, decoding>(engine, decoders, list, drawn));
        CHECK(engine.forwards - before <= most_passes);
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            REQUIRE(drawn[i]);
            tokens[running[i]].push_back(drawn[i].value);
        }
    }
    for (std::size_t i = 0; i < 5; ++i) {
        INFO(i);
        CHECK(tokens[i].size() == 6 + i);
        CHECK(tokens[i] == alone<Engine, Schedule>(static_cast<int>(i), 1 + i * 3, epsilon, static_cast<int>(6 + i)));
    }
}

}   // namespace

TEST_CASE("advance: samples that come and go get the tokens they get alone, in one pass a step", "[decode]") {
    for (float const epsilon : {0.01f, 0.5f, 0.9f}) {
        INFO(epsilon);
        check_continuous<fake_engine, batched>(epsilon, 1);
        check_continuous<support::gathering_engine, batched>(epsilon, 1);
        check_continuous<fake_engine, lazy<>>(epsilon, 2);
        check_continuous<support::gathering_engine, lazy<>>(epsilon, 2);
    }
}

TEST_CASE("advance: no decoder needs no pass, and short spans are refused untouched", "[decode]") {
    using one = sample<fake_engine, batched>;
    fake_engine engine{vocabulary};
    one some{engine, 1, 2, 0.1f};
    std::array<one::decoding*, 1> const decoders{&some.decode};
    std::array<branch<cache>*, 3> list{};
    std::array<causalmm::result<token>, 1> drawn{};
    CHECK(advance<fake_engine, one::decoding>(engine, {}, list, drawn));
    CHECK(advance<fake_engine, one::decoding>(engine, decoders, std::span{list}.first(2), drawn) ==
          errc::shape_mismatch);
    CHECK(advance<fake_engine, one::decoding>(engine, decoders, list, {}) == errc::shape_mismatch);
    CHECK(engine.forwards == 0);
}

TEST_CASE("advance: the engine's failure is everybody's, a decoder's is its own", "[decode]") {
    using one = sample<fake_engine, batched>;
    fake_engine engine{vocabulary};
    one good{engine, 1, 2, 0.1f}, bad{engine, 2, 2, 7.0f};
    std::array<one::decoding*, 2> const decoders{&bad.decode, &good.decode};
    std::array<branch<cache>*, 6> list{};
    std::array<causalmm::result<token>, 2> drawn{};
    engine.fail_forward = 2;
    for (bool const works : {true, false, true}) {
        auto const outcome = advance<fake_engine, one::decoding>(engine, decoders, list, drawn);
        CHECK(outcome == (works ? errc::ok : errc::engine_failure));
        if (!works) { continue; }
        CHECK(drawn[0].status == errc::bad_parameter);
        CHECK(drawn[0].value == no_token);
        CHECK(drawn[1]);
    }
    CHECK(engine.forwards == 3);
    CHECK(bad.branches[0].cache().forwards == 0);
}
