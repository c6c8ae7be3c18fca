// SPDX-License-Identifier: MIT
#include <evaluation/bias_control.hpp>

#include <cmath>
#include <limits>
#include <numeric>

#include "catch.hpp"

using evaluation::bias_control;
using evaluation::labelled_margin;

TEST_CASE("bias control: the constant bias that affirms so many, question by question", "[evaluation]") {
    std::vector<labelled_margin> const margins = {{1, false}, {5, true}, {2, true}, {4, false}, {3, true}, {0, false}};
    CHECK(*bias_control(margins, 0) == std::vector<double>{1, 0, 0, 1, 0, 1});
    CHECK(*bias_control(margins, 1) == std::vector<double>{1, 1, 0, 1, 0, 1});
    CHECK(*bias_control(margins, 2) == std::vector<double>{1, 1, 0, 0, 0, 1});
    CHECK(*bias_control(margins, 4) == std::vector<double>{1, 1, 1, 0, 1, 1});
    CHECK(*bias_control(margins, 6) == std::vector<double>{0, 1, 1, 0, 1, 0});
}

TEST_CASE("bias control: equal margins at the threshold share what is left", "[evaluation]") {
    // Affirmed: the one at 2, then one of the four at 1, each with chance 1/4.
    std::vector<labelled_margin> const margins = {{1, true}, {1, false}, {2, false}, {1, false}, {1, true}, {0, true}};
    CHECK(*bias_control(margins, 2) == std::vector<double>{0.25, 0.75, 0, 0.75, 0.25, 0});
    CHECK(*bias_control(margins, 5) == std::vector<double>{1, 0, 0, 0, 1, 0});
}

TEST_CASE("bias control: nothing without a question or with a margin that is not finite", "[evaluation]") {
    std::vector<labelled_margin> const infinite = {{std::numeric_limits<double>::infinity(), true}, {0, false}};
    std::vector<labelled_margin> const unknown = {{0, true}, {std::nan(""), false}};
    CHECK_FALSE(bias_control(infinite, 1));
    CHECK_FALSE(bias_control(unknown, 1));
    CHECK_FALSE(bias_control({}, 0));
}
