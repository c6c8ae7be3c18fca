// SPDX-License-Identifier: MIT
// Contrasts that prepare themselves, and cuts that look at the whole row, token after token.
#include <causalmm/contrast.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <causalmm/decode.hpp>
#include <causalmm/plausibility.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

#include "catch.hpp"
#include "support/fake_engine.hpp"

using namespace support;
namespace contrast = causalmm::contrast;
namespace decode = causalmm::decode;
namespace plausibility = causalmm::plausibility;
using tokens = std::vector<token>;
using causalmm::sampling::candidate;

namespace {

constexpr std::size_t vocabulary = 60, length = 40;
constexpr float dose = 0.75f;
tokens const prompt{2, 7, 1};

/// Tokens of a greedy decoding by the library.
template <class Engine, class Schedule, class Contrast, class Plausibility>
tokens decoded(Contrast const& how, Plausibility const& cut) {
    using step = decode::step<Contrast, Plausibility, causalmm::sampling::pipeline<causalmm::sampling::greedy>>;
    Engine engine{vocabulary};
    typename Engine::branch_type factual{Engine::make(0.0f)}, other{Engine::make(dose)};
    REQUIRE(engine.append(factual, prompt));
    REQUIRE(engine.append(other, prompt));
    std::vector<candidate> scratch(2 * vocabulary);
    decode::decoder<Engine, Schedule, step> decoder{engine, {}, {how, cut, {}}, {&factual, &other}, scratch};
    tokens result;
    for (std::size_t t = 0; t < length; ++t) {
        auto const drawn = decoder.next();
        REQUIRE(drawn);
        result.push_back(drawn.value);
    }
    return result;
}

std::vector<double> softmax(std::vector<double> row) {
    double const top = *std::max_element(row.begin(), row.end());
    double total = 0.0;
    for (double& each : row) { total += each = std::exp(each - top); }
    for (double& each : row) { each /= total; }
    return row;
}

/// Weight of l and of l_b in the contrasted logit of step t, from the rows over the plausible tokens.
struct weights {
    double factual, other;
};
weights weights_of(contrast::time_varying const& how, std::size_t t, std::vector<double> const&,
                   std::vector<double> const&) {
    double const g = std::exp(-static_cast<double>(how.rate) * static_cast<double>(t));
    return {1.0 / g, -(1.0 - g) / g};
}
weights weights_of(contrast::gated const& how, std::size_t, std::vector<double> const& p,
                   std::vector<double> const& q) {
    bool const js = how.measure == contrast::divergence::jensen_shannon;
    double apart = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        // js = H(m) - 1/2 H(p) - 1/2 H(q), with the entropy H = -sum x log x; no probability here is 0
        double const m = 0.5 * (p[i] + q[i]);
        apart +=
            js ? 0.5 * (p[i] * std::log(p[i]) + q[i] * std::log(q[i])) - m * std::log(m) : 0.5 * std::abs(p[i] - q[i]);
    }
    bool const agrees = apart < static_cast<double>(how.threshold);
    return agrees ? weights{1.0, static_cast<double>(how.alpha)}
                  : weights{1.0 + static_cast<double>(how.gamma), -static_cast<double>(how.gamma)};
}
weights weights_of(contrast::layerwise<1> const&, std::size_t, std::vector<double> const&, std::vector<double> const&) {
    return {1.0, -1.0};
}

/// The same tokens from the formulas, in double, the cutoffs given by a function of the sorted row.
template <class Contrast, class Cutoff>
tokens expected(Contrast const& how, Cutoff const& cutoff_of) {
    tokens text = prompt;
    for (std::size_t t = 0; t < length; ++t) {
        std::vector<float> const factual = row_after(text, 0.0f, vocabulary), other = row_after(text, dose, vocabulary);
        std::vector<float> sorted = factual;
        std::sort(sorted.begin(), sorted.end(), std::greater<>{});
        double const cutoff = cutoff_of(sorted);
        std::vector<std::size_t> kept;
        std::vector<double> l, o;
        for (std::size_t i = 0; i < vocabulary; ++i) {
            if (static_cast<double>(factual[i]) < cutoff) { continue; }
            kept.push_back(i);
            l.push_back(static_cast<double>(factual[i]));
            o.push_back(static_cast<double>(other[i]));
        }
        weights const w = weights_of(how, t, softmax(l), softmax(o));
        std::size_t best = 0;
        for (std::size_t i = 1; i < kept.size(); ++i) {
            // Equal logits are made from sixty-fourths; half of one is more than float's rounding and less than a difference.
            if (w.factual * (l[i] - l[best]) + w.other * (o[i] - o[best]) > 1e-3) { best = i; }
        }
        text.push_back(static_cast<token>(kept[best]));
    }
    return {text.begin() + static_cast<std::ptrdiff_t>(prompt.size()), text.end()};
}

double adaptive_cutoff(std::vector<float> const& sorted) { return static_cast<double>(sorted[0]) + std::log(0.1); }

template <class Contrast, class Plausibility, class Cutoff>
void check(Contrast const& how, Plausibility const& cut, Cutoff const& cutoff_of) {
    INFO(Contrast::name << " after " << Plausibility::name);
    tokens const wanted = expected(how, cutoff_of);
    CHECK(decoded<fake_engine, decode::sequential>(how, cut) == wanted);
    CHECK(decoded<fake_engine, decode::batched>(how, cut) == wanted);
    CHECK(decoded<fake_engine, decode::lazy<>>(how, cut) == wanted);
    CHECK(decoded<gathering_engine, decode::lazy<>>(how, cut) == wanted);
}

}   // namespace

TEST_CASE("contrast: policies that prepare themselves decode as their formulas say, whatever the schedule",
          "[contrast]") {
    plausibility::adaptive const cut{.epsilon = 0.1f};
    check(contrast::time_varying{.rate = 0.1f}, cut, adaptive_cutoff);
    check(contrast::layerwise<1>{}, cut, adaptive_cutoff);
    for (float const threshold : {0.0f, 0.3f, 0.45f, 1.0f}) {
        check(contrast::gated{.threshold = threshold, .alpha = 2.0f}, cut, adaptive_cutoff);
    }
    for (float const threshold : {0.0f, 0.1f, 0.2f, 0.7f}) {
        check(contrast::gated{.threshold = threshold, .alpha = 2.0f, .measure = contrast::divergence::jensen_shannon},
              cut, adaptive_cutoff);
    }
}

TEST_CASE("contrast: the step counts: tokens of a growing contrast are first the factual ones", "[contrast]") {
    plausibility::adaptive const cut{.epsilon = 0.1f};
    tokens const grown = decoded<fake_engine, decode::sequential>(contrast::time_varying{.rate = 0.5f}, cut);
    tokens const plain = decoded<fake_engine, decode::sequential>(contrast::linear<1>{}, cut);
    CHECK(grown[0] == plain[0]);
    CHECK(grown != plain);
}

TEST_CASE("plausibility: cuts that look at the whole row", "[contrast]") {
    contrast::layerwise<1> const how{};
    check(how, plausibility::relative_top{.ratio = 0.5f, .min_tokens = 4}, [](std::vector<float> const& sorted) {
        return std::min(static_cast<double>(sorted[0]) + std::log(0.5), static_cast<double>(sorted[3]));
    });
    check(how, plausibility::candidates{.k = 5, .p = 0.6f}, [](std::vector<float> const& sorted) {
        double total = 0.0, reached = 0.0;
        for (float const l : sorted) { total += std::exp(static_cast<double>(l)); }
        std::size_t count = 0;
        do {
            reached += std::exp(static_cast<double>(sorted[count++])) / total;
        } while (count < 5 && reached < static_cast<double>(0.6f));
        return static_cast<double>(sorted[count - 1]);
    });
}
