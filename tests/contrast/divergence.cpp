// SPDX-License-Identifier: MIT
#include <causalmm/contrast/divergence.hpp>

#include <cmath>
#include <vector>

#include "catch.hpp"
#include "support/prepared.hpp"

using causalmm::contrast::jensen_shannon;
using causalmm::contrast::total_variation;
using rows = support::plain_rows<1>;

namespace {

/// Logits of these probabilities, with a constant on each row that nothing may depend on.
rows of(std::vector<double> const& p, std::vector<double> const& q, float constant = 0.0f) {
    rows made;
    for (double const each : p) { made.own.push_back(static_cast<float>(std::log(each)) + constant); }
    for (double const each : q) { made.others[0].push_back(static_cast<float>(std::log(each)) - 2.0f * constant); }
    return made;
}

}   // namespace

TEST_CASE("divergence: values worked out by hand", "[contrast]") {
    rows const one = of({0.5, 0.25, 0.25}, {0.25, 0.5, 0.25});
    CHECK(total_variation(one, 0) == Approx(0.25).epsilon(1e-6));
    // m = (3/8, 3/8, 1/4): 1/2 log 4/3 + 1/4 log 2/3 for either row
    CHECK(jensen_shannon(one, 0) == Approx(0.5 * std::log(4.0 / 3) + 0.25 * std::log(2.0 / 3)).epsilon(1e-5));
    rows const same = of({0.7, 0.2, 0.1}, {0.7, 0.2, 0.1}, 8.0f);
    CHECK(total_variation(same, 0) == Approx(0.0).margin(1e-6));
    CHECK(jensen_shannon(same, 0) == Approx(0.0).margin(1e-9));
    rows const apart{.own = {200.0f, -200.0f}, .others = {{{-200.0f, 200.0f}}}};   // the rest is exp(-400)
    CHECK(total_variation(apart, 0) == 1.0);
    CHECK(jensen_shannon(apart, 0) == Approx(std::log(2.0)).epsilon(1e-12));
}

TEST_CASE("divergence: constants on rows change nothing, and neither does the order of the two", "[contrast]") {
    std::vector<double> const p{0.6, 0.3, 0.05, 0.05}, q{0.1, 0.2, 0.3, 0.4};
    double const tv = total_variation(of(p, q), 0), js = jensen_shannon(of(p, q), 0);
    for (float const constant : {-40.0f, 3.0f, 500.0f}) {
        // A logit near 1,000 is rounded to 2^-14.
        CHECK(total_variation(of(p, q, constant), 0) == Approx(tv).epsilon(1e-4));
        CHECK(jensen_shannon(of(p, q, constant), 0) == Approx(js).epsilon(1e-3));
    }
    CHECK(total_variation(of(q, p), 0) == Approx(tv).epsilon(1e-12));
    CHECK(jensen_shannon(of(q, p), 0) == Approx(js).epsilon(1e-12));
}

TEST_CASE("divergence: of one token, or none, there is none", "[contrast]") {
    CHECK(total_variation(rows{.own = {3.0f}, .others = {{{-5.0f}}}}, 0) == 0.0);
    CHECK(jensen_shannon(rows{.own = {3.0f}, .others = {{{-5.0f}}}}, 0) == 0.0);
    CHECK(total_variation(rows{}, 0) == 0.0);
}
