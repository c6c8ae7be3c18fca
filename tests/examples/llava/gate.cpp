// SPDX-License-Identifier: MIT
#include <llava/gate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <causalmm/core/dtype.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"
#include "support/oracle.hpp"

using causalmm::released::vision_edit;

namespace {

struct tower {
    llava::model model = golden::open("plain");
    llava::scratch memory{};
    std::vector<float> state = [this] {
        std::vector<float> from = model.vision().embed(golden::pixels(model), model.pool());
        model.vision().run(from, 0, model.vision().layers(), {.pool = model.pool(), .memory = memory});
        return from;
    }();
    std::vector<float> query = memory.query, key = memory.key;

    std::vector<float> gated(vision_edit method, std::uint64_t seed = 1, std::uint64_t sample = 2) {
        return llava::gated_state(model.vision(), state, query, key,
                                  {.sample = sample, .pool = model.pool(), .memory = memory}, method, seed);
    }
};

/// (tokens, heads, head_dim) as a layer leaves it -> (1, heads, tokens, head_dim).
oracle::array4 by_head(std::vector<float> const& rows, std::int64_t heads, std::int64_t tokens) {
    auto const dim = static_cast<std::int64_t>(rows.size()) / tokens / heads;
    oracle::array4 all{1, heads, tokens, dim};
    for (std::int64_t i = 0; i < tokens * heads * dim; ++i) {
        all.at(0, i / dim % heads, i / dim / heads, i % dim) = static_cast<double>(rows[static_cast<std::size_t>(i)]);
    }
    return all;
}

/// One entry of a head's map resized to side x side as bilinear interpolation with pixel centres at halves has it.
double resized(oracle::array4 const& maps, std::int64_t head, std::int64_t r, std::int64_t c, std::int64_t side) {
    auto const place = [&](std::int64_t at) {
        double const stretch = static_cast<double>(maps.rows) / static_cast<double>(side);
        return std::max(stretch * (static_cast<double>(at) + 0.5) - 0.5, 0.0);
    };
    double sum = 0.0;
    for (std::int64_t y = 0; y < maps.rows; ++y) {
        for (std::int64_t x = 0; x < maps.columns; ++x) {
            double const near_y = std::max(1.0 - std::abs(place(r) - static_cast<double>(y)), 0.0);
            double const near_x = std::max(1.0 - std::abs(place(c) - static_cast<double>(x)), 0.0);
            sum += near_y * near_x * maps.at(0, head, y, x);
        }
    }
    return sum;
}

/// The published order in double: whole maps, their edit, their sizes brought to the patches', their mean over heads.
template <class Policy>
std::vector<double> gate_of(tower const& t, Policy const& policy) {
    llava::clip const& vision = t.model.vision();
    std::int64_t const heads = vision.heads(), side = vision.grid();
    oracle::array4 const query = by_head(t.query, heads, vision.tokens()), key = by_head(t.key, heads, vision.tokens());
    oracle::setting s;
    s.samples = {2};
    s.vision = true;
    s.layer = vision.layers() - 1;
    double const scale = 1.0 / std::sqrt(static_cast<double>(query.columns));
    oracle::array4 const maps = oracle::attended(policy, query, key, scale, s);
    std::vector<double> gate;
    for (std::int64_t patch = 0; patch < side * side; ++patch) {
        double sum = 0.0;
        for (std::int64_t head = 0; head < heads; ++head) {
            sum += resized(maps, head, patch / side, patch % side, side);
        }
        gate.push_back(sum / static_cast<double>(heads));
    }
    return gate;
}

}   // namespace

TEST_CASE("gate: scales by what whole maps, edited and resized, say of each patch", "[llava]") {
    tower t;
    namespace policy = causalmm::intervention;
    auto const over = policy::scope::map;
    auto const check = [&](vision_edit method, auto const& edit) {
        std::vector<float> const gated = t.gated(method);
        std::vector<double> const gate = gate_of(t, edit);
        auto const hidden = static_cast<std::size_t>(t.model.vision().hidden());
        for (std::size_t i = hidden; i < gated.size(); ++i) {
            double const wanted = gate[i / hidden - 1] * static_cast<double>(t.state[i]);
            CHECK(static_cast<double>(gated[i]) == Approx(wanted).epsilon(6e-4).margin(1e-6));   // half precision
        }
    };
    check(vision_edit::random, policy::random{.seed = 1, .scale = 2.0f});
    check(vision_edit::uniform, policy::uniform{.over = over});
    check(vision_edit::reversed, policy::reversed{.over = over});
}

TEST_CASE("gate: a uniform edit scales every patch by one token's share", "[llava]") {
    tower t;
    std::vector<float> const gated = t.gated(vision_edit::uniform);
    std::int64_t const hidden = t.model.vision().hidden();
    REQUIRE(gated.size() == t.state.size());
    for (std::size_t i = static_cast<std::size_t>(hidden); i < gated.size(); ++i) {
        CHECK(
            gated[i] ==
            Approx(t.state[i] / 17.0f).epsilon(2e-3).margin(1e-6));   // 16 patches and the class token; half precision
        CHECK(gated[i] == static_cast<float>(causalmm::f16{gated[i]}));
    }
}

TEST_CASE("gate: each patch has one scale, and every edit its own", "[llava]") {
    tower t;
    std::vector<std::vector<float>> all;
    for (vision_edit const method :
         {vision_edit::random, vision_edit::uniform, vision_edit::reversed, vision_edit::shuffle}) {
        all.push_back(t.gated(method));
        for (std::size_t other = 0; other + 1 < all.size(); ++other) { CHECK(all[other] != all.back()); }
    }
    std::int64_t const hidden = t.model.vision().hidden();
    for (std::int64_t patch = 1; patch <= 16; ++patch) {
        auto const at = static_cast<std::size_t>(patch * hidden);
        float const scale = all[2][at] / t.state[at];
        for (std::size_t i = 0; i < static_cast<std::size_t>(hidden); ++i) {
            CHECK(all[2][at + i] == Approx(scale * t.state[at + i]).epsilon(4e-3).margin(1e-4));
        }
    }
}

TEST_CASE("gate: random draws are a function of seed and sample", "[llava]") {
    tower t;
    for (vision_edit const method : {vision_edit::random, vision_edit::shuffle}) {
        CHECK(t.gated(method) == t.gated(method));
        CHECK(t.gated(method, 1, 2) != t.gated(method, 3, 2));
        CHECK(t.gated(method, 1, 2) != t.gated(method, 1, 3));
    }
}
