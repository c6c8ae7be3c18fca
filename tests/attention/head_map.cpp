// SPDX-License-Identifier: MIT
#include <causalmm/attention/head_map.hpp>

#include <algorithm>
#include <array>
#include <limits>

#include "catch.hpp"
#include "support/intervening.hpp"

using namespace support;   // NOLINT: helpers of the tests
namespace detail = causalmm::attention::detail;

TEST_CASE("head_map: statistics of a map with nothing selected are those of an empty row", "[attention]") {
    tensor<float> t = stochastic({1, 1, 3, 4});
    bidirectional const seen{};
    region const none{.heads = index_set::none()};
    place const at{};
    detail::head_map<float, bidirectional> const map{t.view().slice(0, 0), seen, none, at, 0, 0};
    auto const stats = detail::measure_map(map);
    CHECK(stats.visible == 0);
    CHECK(stats.mass == 0.0);
    CHECK(stats.mean == 0.0);
    CHECK(stats.max_prob == 0.0f);
}

TEST_CASE("head_map: maximum and mean are those of all finite rows, and each row's mass is kept", "[attention]") {
    tensor<float> t = stochastic({1, 1, 5, 37});
    for (index_t k = 0; k < 37; ++k) { t.view()(0, 0, 2, k) *= 3.0f; }
    t.view()(0, 0, 3, 7) = std::numeric_limits<float>::infinity();
    double mass = 0.0;
    float largest = 0.0f;
    for_each_index({1, 1, 5, 37}, [&](index_t b, index_t h, index_t q, index_t k) {
        if (q == 3) { return; }
        mass += static_cast<double>(t.view()(b, h, q, k));
        largest = std::max(largest, t.view()(b, h, q, k));
    });
    bidirectional const seen{};
    region const everything{};
    place const at{};
    detail::head_map<float, bidirectional> const map{t.view().slice(0, 0), seen, everything, at, 0, 0};
    std::array<double, 4> masses{};   // one row more than there is space for
    auto const stats = detail::measure_map(map, masses);
    CHECK(stats.visible == 4 * 37);
    CHECK(stats.max_prob == largest);
    CHECK(stats.mass == Approx(mass).epsilon(1e-6));
    CHECK(stats.mean == Approx(mass / (4 * 37)).epsilon(1e-6));
    CHECK(masses[0] == Approx(1.0).epsilon(1e-6));
    CHECK(masses[2] == Approx(3.0).epsilon(1e-6));
    CHECK(masses[3] == std::numeric_limits<double>::infinity());
}
