// SPDX-License-Identifier: MIT
// From logits of any kind to the next token.
#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>

#include <limits>

#include "fuzz.hpp"

namespace {

using causalmm::errc;
using causalmm::sampling::candidate;
using fuzz::require;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float special[] = {0.0f,  1.0f,   -infinity, infinity, std::numeric_limits<float>::quiet_NaN(),
                             3e38f, -3e38f, 1e-45f};

float number(fuzz::numbers& from) {
    std::size_t const kind = from.below(64);
    return kind < 8    ? special[kind]
           : kind < 60 ? static_cast<float>(from.next<std::int8_t>()) / 8.0f
                       : from.next<float>();
}

using sampler = causalmm::sampling::pipeline<causalmm::sampling::multinomial, causalmm::sampling::temperature,
                                             causalmm::sampling::top_k, causalmm::sampling::top_p>;
using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive, sampler>;

struct question {
    step one;
    std::vector<float> factual, first, second;
    causalmm::sampling::draw which;

    explicit question(fuzz::numbers& from) {
        for (float& gamma : one.contrast.gamma) gamma = from.below(3) == 0 ? 0.0f : number(from);
        one.plausibility.epsilon = from.below(2) == 0 ? 0.1f : number(from);
        auto& [temperature, top_k, top_p] = one.sampler.filters;
        temperature.value = from.below(2) == 0 ? 1.0f : number(from);
        top_k.k = from.next<std::uint8_t>();
        top_p.p = from.below(2) == 0 ? 1.0f : number(from);
        which = {
            .seed = from.next<std::uint32_t>(), .sample = from.next<std::uint8_t>(), .step = from.next<std::uint8_t>()};
        std::size_t const size = from.below(80);
        for (auto* const row : {&factual, &first, &second}) {
            row->resize(size);
            for (float& each : *row) each = number(from);
        }
    }
    causalmm::result<causalmm::sampling::token> answer() const {
        std::vector<candidate> scratch(factual.size());
        return one(factual, {first, second}, which, scratch);
    }
};

bool same(std::vector<float> const& a, std::vector<float> const& b) {
    return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

void run(std::string_view bytes) {
    fuzz::numbers from(bytes);
    question const asked(from);
    question const before = asked;
    auto const found = asked.answer();
    require(same(asked.factual, before.factual) && same(asked.first, before.first), "inputs are never written");
    if (!asked.one.check()) require(found.status == errc::bad_parameter, "a bad parameter is refused as such");
    if (!found) return require(found.value == causalmm::sampling::no_token, "without an answer there is no token");
    require(found.value >= 0 && static_cast<std::size_t>(found.value) < asked.factual.size(),
            "a token of the vocabulary");
    float const chosen = asked.factual[static_cast<std::size_t>(found.value)];
    require(causalmm::is_finite(chosen), "a token that is not forbidden");
    float top = -infinity;
    for (float const each : asked.factual) {
        require(causalmm::is_finite(each) || causalmm::is_minus_infinity(each), "a foul row gives no token");
        top = each > top ? each : top;
    }
    require(chosen >= asked.one.plausibility.cutoff(top), "a plausible token");
    require(asked.answer().value == found.value, "the same token each time");
    question blind = asked;
    if (!asked.one.contrast.reads(0)) blind.first.assign(asked.first.size(), -infinity);
    if (!asked.one.contrast.reads(1)) blind.second.clear();
    require(blind.answer().value == found.value, "a branch without strength is not read");
}

std::vector<std::string> seeds() {
    std::vector<std::string> out;
    for (unsigned char first = 0; first < 6; ++first) {
        std::string seed(1, static_cast<char>(first));
        for (int i = 0; i < 300; ++i) seed += static_cast<char>(i * 29 + first * 7);
        out.push_back(seed);
    }
    return out;
}

fuzz::target const here("step", run, seeds);

}   // namespace
