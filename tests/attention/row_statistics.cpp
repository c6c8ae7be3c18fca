// SPDX-License-Identifier: MIT
#include <causalmm/attention/row_statistics.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::attention::detail::add_part;
using causalmm::attention::detail::affine_row;
using causalmm::attention::detail::row_part;
using causalmm::attention::detail::row_scale;
using causalmm::attention::detail::scale_of;
using causalmm::attention::detail::scale_part;
using namespace support;   // NOLINT: helpers of the tests

namespace {

float const not_a_number = std::numeric_limits<float>::quiet_NaN();

/// The part that these scores make.
row_part part_of(std::vector<double> const& scores) {
    if (scores.empty()) { return {}; }
    double top = scores[0], sum = 0.0;
    for (double const s : scores) { top = std::max(top, s); }
    for (double const s : scores) { sum += std::exp(s - top); }
    return {.top = static_cast<float>(top), .sum = static_cast<float>(sum)};
}

/// Two parts make the softmax of all their scores.
void check_parts(std::vector<double> const& inside, std::vector<double> const& outside) {
    row_part const in = part_of(inside), out = part_of(outside);
    row_scale const got = scale_of(in, out);
    std::vector<double> all = inside;
    all.insert(all.end(), outside.begin(), outside.end());
    row_part const whole = part_of(all);
    double const top = static_cast<double>(whole.top), total = static_cast<double>(whole.sum);
    CHECK(static_cast<double>(got.max_prob) == Approx(1.0 / total).epsilon(1e-6));
    CHECK(static_cast<double>(got.lse) == Approx(top + std::log(total)).epsilon(1e-6));
    auto const share = [&](row_part const& part) {
        return part.sum > 0.0f ? std::exp(static_cast<double>(part.top) - top) / total : 0.0;
    };
    CHECK(static_cast<double>(got.inside) == Approx(share(in)).epsilon(1e-5).margin(1e-40));
    CHECK(static_cast<double>(got.outside) == Approx(share(out)).epsilon(1e-5).margin(1e-40));
}

}   // namespace

TEST_CASE("row_statistics: two parts of a row make one softmax, whichever holds the largest score", "[attention]") {
    check_parts({1.0, 2.0}, {0.5, -1.0, 1.5});
    check_parts({0.5, -1.0}, {3.0, 3.0});
    check_parts({2.0, 2.0}, {2.0});
    check_parts({-2.45e5}, {-2.45e5, -2.45e5});
    check_parts({-2.45e5}, {5.0});   // the first weighs nothing
    check_parts({80.0}, {-80.0});
}

TEST_CASE("row_statistics: a part without keys does not count, whatever its top says", "[attention]") {
    check_parts({1.0, 2.0}, {});
    check_parts({}, {1.0, 2.0});
    check_parts({-300.0}, {});
    row_scale const got = scale_of({.top = 1e30f, .sum = 0.0f}, {.top = -5.0f, .sum = 2.0f});
    CHECK(got.lse == Approx(-5.0 + std::log(2.0)));
    CHECK(got.inside == 0.0f);
}

TEST_CASE("row_statistics: a row without keys has probability 0 and lse -infinity", "[attention]") {
    row_scale const got = scale_of({}, {});
    CHECK(got.max_prob == 0.0f);
    CHECK(got.inside == 0.0f);
    CHECK(got.outside == 0.0f);
    CHECK(causalmm::is_minus_infinity(got.lse));
}

TEST_CASE("row_statistics: parts are scaled and added, one value every stride floats", "[attention]") {
    std::vector<float> const block{1, 9, 9, 2, 9, 9, 3, 9, 9};
    row_part const part{.top = 0.0f, .sum = 1.0f, .z = block.data(), .stride = 3};
    std::vector<float> z(4, 5.0f);
    scale_part(part, 0.5f, 3, z.data());
    CHECK(z == std::vector<float>{0.5f, 1.0f, 1.5f, 5.0f});
    add_part(part, 2.0f, 3, z.data());
    CHECK(z == std::vector<float>{2.5f, 5.0f, 7.5f, 5.0f});
    add_part({.top = 0.0f, .sum = 0.0f, .z = nullptr}, 2.0f, 3, z.data());   // no keys: not read
    CHECK(z == std::vector<float>{2.5f, 5.0f, 7.5f, 5.0f});
}

TEST_CASE("row_statistics: an affine row is a sum + b from, also in place", "[attention]") {
    std::vector<double> const sum{10.0, 20.0, 1e9};
    std::vector<float> from{1.0f, 2.0f, 3.0f}, to(3, 7.0f);
    affine_row({.a = 0.5f, .b = -1.0f}, sum.data(), from.data(), 3, to.data());
    CHECK(to == std::vector<float>{4.0f, 8.0f, 5e8f - 3.0f});
    affine_row({.a = 0.5f, .b = -1.0f}, sum.data(), from.data(), 3, from.data());
    CHECK(from == to);
}

TEST_CASE("row_statistics: a factor of 0 does not touch what it would multiply", "[attention]") {
    std::vector<double> const sum{2.0}, bad{static_cast<double>(not_a_number)};
    std::vector<float> z{not_a_number};
    affine_row({.a = 0.5f, .b = 0.0f}, sum.data(), z.data(), 1, z.data());
    CHECK(z[0] == 1.0f);
    affine_row({.a = 0.0f, .b = 3.0f}, bad.data(), z.data(), 1, z.data());
    CHECK(z[0] == 3.0f);
    affine_row({.a = 0.0f, .b = 2.0f}, nullptr, z.data(), 1, z.data());
    CHECK(z[0] == 6.0f);
    affine_row({.a = 0.0f, .b = 0.0f}, nullptr, z.data(), 1, z.data());
    CHECK(same_bits(z[0], 0.0f));
}

TEST_CASE("row_statistics: a sum of values beyond float is no matter if its share is a float", "[attention]") {
    std::vector<double> const sum{4e38};
    float z = 0.0f;
    affine_row({.a = 0.25f, .b = 0.0f}, sum.data(), &z, 1, &z);
    CHECK(z == Approx(1e38f));
}
