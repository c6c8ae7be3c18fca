// SPDX-License-Identifier: MIT
// No source of its own: samples that come and go share the passes of one engine.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>
#include <llava/engine.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

using causalmm::decode::token;
using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    causalmm::sampling::pipeline<causalmm::sampling::multinomial>>;

struct machine {
    llava::model model = golden::open("plain");
    llava::scratch memory{};
    llava::engine engine{model.language(), model.pool(), 96, memory};
    llava::edit change{.policy = causalmm::intervention::random{}, .where = {.layers = {{1, 2}}}};

    /// Rows of a prompt of sample `number`, whose first four every branch sees.
    std::vector<float> prompt(std::uint64_t number, float scale) const {
        auto const width = static_cast<std::size_t>(model.language().hidden());
        std::vector<float> rows((5 + 3 * number) * width);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = static_cast<float>((i * (7 + number)) % 23) * 0.1f - 1.1f;
            if (i >= 4 * width) { rows[i] *= scale; }
        }
        return rows;
    }
};

/// A factual branch, one beside it that sees its prompt differently, and one forked from it, with their decoder.
template <class Schedule>
struct sample {
    using decoding = causalmm::decode::decoder<llava::engine, Schedule, step>;

    sample(machine& m, std::uint64_t number)
        : factual{m.engine.begin(m.prompt(number, 1.0f), {.fork_layer = 1, .shared_rows = 4, .sample = number})},
          vision{m.engine.beside(factual,
                                 [rows = m.prompt(number, 0.5f), width = m.model.language().hidden()](auto first) {
                                     return std::vector<float>(rows.begin() + first * width, rows.end());
                                 })},
          language{m.engine.fork(factual, m.change)},
          scratch(decoding::scratch_size(static_cast<std::size_t>(m.engine.vocabulary()))),
          decode{m.engine,
                 {},
                 {.contrast = {{1.0f, 1.0f}}, .plausibility = {0.3f}, .sampler = {}},
                 {&factual, &vision, &language},
                 scratch,
                 7,
                 number} {}

    llava::engine::branch factual, vision, language;
    std::vector<causalmm::sampling::candidate> scratch;
    decoding decode;
};

std::size_t length_of(std::size_t number) { return 6 + number; }

/// One sample after the other, one branch after the other.
std::vector<token> alone(std::uint64_t number, causalmm::decode::contrast_counts& met) {
    machine m;
    sample<causalmm::decode::sequential> one{m, number};
    std::vector<token> tokens;
    while (tokens.size() < length_of(number)) {
        auto const drawn = one.decode.next();
        REQUIRE(drawn);
        tokens.push_back(drawn.value);
    }
    met.needed += one.decode.contrasts().needed;
    met.skipped += one.decode.contrasts().skipped;
    return tokens;
}

/// A sample joins at every second step, each stays for a while of its own.
template <class Schedule>
std::vector<std::vector<token>> continuous(std::size_t count) {
    using decoding = typename sample<Schedule>::decoding;
    machine m;
    std::deque<sample<Schedule>> samples;
    std::vector<std::vector<token>> tokens(count);
    for (std::size_t t = 0; t < 2 * count + length_of(count); ++t) {
        if (t % 2 == 0 && samples.size() < count) { samples.emplace_back(m, samples.size()); }
        std::vector<decoding*> decoders;
        std::vector<std::size_t> running;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (tokens[i].size() == length_of(i)) { continue; }
            decoders.push_back(&samples[i].decode);
            running.push_back(i);
        }
        std::vector<llava::engine::branch*> list(3 * decoders.size());
        std::vector<causalmm::result<token>> drawn(decoders.size());
        REQUIRE(causalmm::decode::advance<llava::engine, decoding>(m.engine, decoders, list, drawn));
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            REQUIRE(drawn[i]);
            tokens[running[i]].push_back(drawn[i].value);
        }
    }
    return tokens;
}

}   // namespace

TEST_CASE("llava: samples that come and go, of different lengths, get the tokens they get alone", "[llava]") {
    std::size_t const count = 4;
    causalmm::decode::contrast_counts met;
    std::vector<std::vector<token>> expected;
    for (std::uint64_t number = 0; number < count; ++number) { expected.push_back(alone(number, met)); }
    CHECK(continuous<causalmm::decode::batched>(count) == expected);
    CHECK(continuous<causalmm::decode::lazy<>>(count) == expected);
    CHECK(met.needed > 5);   // both kinds of steps were met
    CHECK(met.skipped > 5);
}
