// SPDX-License-Identifier: MIT
#include <evaluation/bootstrap.hpp>

#include <cmath>

#include "catch.hpp"

using evaluation::paired_answer;
using evaluation::paired_bootstrap;

namespace {

// 400 clusters of `size` equal questions: 60 gains, 40 losses.
std::vector<paired_answer> answers(std::vector<std::string> const& names, int size) {
    std::vector<paired_answer> result;
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (int k = 0; k < size; ++k)
            result.push_back({.cluster = names[i], .difference = i < 60 ? 1.0 : i < 100 ? -1.0 : 0.0});
    }
    return result;
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (int i = 0; i < 400; ++i) result.push_back("image " + std::to_string(i));
    return result;
}

}   // namespace

TEST_CASE("bootstrap: agrees with the normal interval of a mean", "[evaluation]") {
    auto const clusters = names();
    auto const found = paired_bootstrap(answers(clusters, 1), 7);
    // mean .05, variance 100/400 - .05^2 = .2475, standard error sqrt(.2475 / 400) = .024875.
    double const error = std::sqrt(0.2475 / 400);
    CHECK(found.mean == Approx(0.05));
    // 10,000 resamples place a 2.5 % quantile to about .027 standard errors; steps are 1/400.
    CHECK(found.low == Approx(0.05 - 1.96 * error).margin(0.004));
    CHECK(found.high == Approx(0.05 + 1.96 * error).margin(0.004));
}

TEST_CASE("bootstrap: questions that stand or fall together do not narrow the interval", "[evaluation]") {
    auto const clusters = names();
    auto const one = paired_bootstrap(answers(clusters, 1), 7);
    auto const four = paired_bootstrap(answers(clusters, 4), 7);
    CHECK(four.low == one.low);
    CHECK(four.high == one.high);
}

TEST_CASE("bootstrap: the seed decides, and nothing else", "[evaluation]") {
    auto const clusters = names();
    auto const data = answers(clusters, 1);
    CHECK(paired_bootstrap(data, 1).low == paired_bootstrap(data, 1).low);
    CHECK(std::abs(paired_bootstrap(data, 1).low - paired_bootstrap(data, 2).low) < 0.004);
}

TEST_CASE("bootstrap: no difference is exactly none, and no answers are no error", "[evaluation]") {
    std::vector<paired_answer> const same(50, {.cluster = "a", .difference = 0});
    auto const found = paired_bootstrap(same, 3);
    CHECK(found.mean == 0);
    CHECK(found.low == 0);
    CHECK(found.high == 0);
    CHECK(paired_bootstrap({}, 3).high == 0);
}
