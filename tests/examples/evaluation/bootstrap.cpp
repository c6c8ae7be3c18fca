// SPDX-License-Identifier: MIT
#include <evaluation/bootstrap.hpp>

#include <cmath>

#include <causalmm/core/counter_rng.hpp>

#include "catch.hpp"

using evaluation::area_bootstrap;
using evaluation::clustered_margin;
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

namespace {

// 300 questions, a yes beside a no; a margin is uniform, plus .3 for yes: the two overlap.
std::vector<clustered_margin> margins(std::vector<std::string> const& names, int size) {
    std::vector<clustered_margin> result;
    for (std::uint32_t i = 0; i < 300; ++i) {
        auto const word = causalmm::philox4x32({i, 0, 0, 0}, {5, 0})[0];
        bool const yes = i % 2 == 0;
        double const margin = static_cast<double>(causalmm::unit_float(word)) + (yes ? 0.3 : 0);
        for (int k = 0; k < size; ++k)
            result.push_back({.cluster = names[i], .of = {.margin = margin, .label_is_yes = yes}});
    }
    return result;
}

// The standard error of the area from its two sets of placements (DeLong, DeLong, Clarke-Pearson 1988), with the area itself.
std::pair<double, double> by_placements(std::vector<clustered_margin> const& all) {
    std::vector<double> of_yes, of_no;
    for (auto const& each : all) {
        double won = 0, others = 0;
        for (auto const& other : all) {
            if (other.of.label_is_yes == each.of.label_is_yes) continue;
            others += 1;
            bool const above = each.of.margin > other.of.margin;
            won += above == each.of.label_is_yes ? 1 : 0;
        }
        (each.of.label_is_yes ? of_yes : of_no).push_back(won / others);
    }
    auto const mean = [](std::vector<double> const& v) {
        double sum = 0;
        for (double const x : v) sum += x;
        return sum / static_cast<double>(v.size());
    };
    auto const variance_of_mean = [&](std::vector<double> const& v) {
        double sum = 0;
        for (double const x : v) sum += (x - mean(v)) * (x - mean(v));
        auto const n = static_cast<double>(v.size());
        return sum / (n - 1) / n;
    };
    return {mean(of_yes), std::sqrt(variance_of_mean(of_yes) + variance_of_mean(of_no))};
}

}   // namespace

TEST_CASE("bootstrap: the area's interval agrees with its standard error from placements", "[evaluation]") {
    auto const clusters = names();
    auto const data = margins(clusters, 1);
    auto const [area, error] = by_placements(data);
    auto const found = area_bootstrap(data, 7);
    REQUIRE(found);
    CHECK(found->mean == Approx(area).epsilon(1e-12));
    // The quantiles of 10,000 resamples are known to .03 standard errors, and the area is not quite normal: a tenth is left to both.
    CHECK(found->low == Approx(area - 1.96 * error).margin(0.15 * error));
    CHECK(found->high == Approx(area + 1.96 * error).margin(0.15 * error));
}

TEST_CASE("bootstrap: the area of questions that stand or fall together is as uncertain as one of them",
          "[evaluation]") {
    auto const clusters = names();
    auto const one = area_bootstrap(margins(clusters, 1), 7);
    auto const three = area_bootstrap(margins(clusters, 3), 7);
    CHECK(three->mean == Approx(one->mean).epsilon(1e-12));
    CHECK(three->low == Approx(one->low).epsilon(1e-12));
    CHECK(three->high == Approx(one->high).epsilon(1e-12));
}

TEST_CASE("bootstrap: the area where labels are parted, tied, rare or absent", "[evaluation]") {
    auto const of = [](std::vector<std::pair<double, bool>> const& each, bool one_image) {
        static auto const clusters = names();
        std::vector<clustered_margin> data;
        for (std::size_t i = 0; i < each.size(); ++i)
            data.push_back({.cluster = clusters[one_image ? 0 : i], .of = {each[i].first, each[i].second}});
        return area_bootstrap(data, 7);
    };
    auto const parted = of({{2, true}, {1, true}, {-1, false}, {-2, false}}, false);
    CHECK(parted->mean == 1);
    CHECK(parted->low == 1);
    CHECK(parted->high == 1);
    auto const tied = of({{1, true}, {1, false}}, true);
    CHECK(tied->low == 0.5);
    CHECK(tied->high == 0.5);
    // Two images of one label each: three of four resamples of theirs miss a label or repeat one; half are left out.
    auto const rare = of({{1, true}, {0, false}}, false);
    CHECK(rare->mean == 1);
    CHECK(rare->high == 1);
    CHECK_FALSE(of({{1, true}, {2, true}}, false));
    CHECK_FALSE(of({{std::nan(""), true}, {2, false}}, false));
    CHECK_FALSE(of({}, false));
}
