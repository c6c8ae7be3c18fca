// SPDX-License-Identifier: MIT
#include <causalmm/released/sampled_gate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "catch.hpp"

namespace released = causalmm::released;
using causalmm::errc;
using causalmm::index_t;
using causalmm::tensor_view;
using released::vision_edit;

namespace {

/// A vision layer's queries and keys, its maps worked out in double, and drawn numbers in tables.
struct layer {
    index_t batches, heads, tokens, dim;
    std::vector<float> query, key, maps, lse, largest, uniform;
    std::vector<index_t> permutations;
    float scale = 0.4f;

    layer(index_t b, index_t h, index_t t, index_t d) : batches{b}, heads{h}, tokens{t}, dim{d} {
        std::mt19937 generator(3);
        std::normal_distribution<float> normal;
        std::uniform_real_distribution<float> unit;
        auto const filled = [](index_t count, auto const& draw) {
            std::vector<float> all(static_cast<std::size_t>(count));
            std::generate(all.begin(), all.end(), draw);
            return all;
        };
        query = filled(b * h * t * d, [&] { return normal(generator); });
        key = filled(b * h * t * d, [&] { return normal(generator); });
        uniform = filled(b * h * t * t, [&] { return unit(generator); });
        for (index_t head = 0; head < h; ++head) {
            std::vector<index_t> one(static_cast<std::size_t>(t * t));
            std::iota(one.begin(), one.end(), index_t{0});
            std::shuffle(one.begin(), one.end(), generator);
            permutations.insert(permutations.end(), one.begin(), one.end());
        }
        largest.assign(static_cast<std::size_t>(b * h), 0.0f);
        for (index_t row = 0; row < b * h * t; ++row) { add_row(row); }
    }
    void add_row(index_t row) {
        std::vector<double> scores;
        for (index_t k = 0; k < tokens; ++k) {
            double sum = 0.0;
            for (index_t i = 0; i < dim; ++i) {
                sum += static_cast<double>(query[static_cast<std::size_t>(row * dim + i)]) *
                       static_cast<double>(key[static_cast<std::size_t>((row / tokens * tokens + k) * dim + i)]);
            }
            scores.push_back(static_cast<double>(scale) * sum);
        }
        double total = 0.0;
        for (double const score : scores) { total += std::exp(score); }
        lse.push_back(static_cast<float>(std::log(total)));
        for (double const score : scores) {
            maps.push_back(static_cast<float>(std::exp(score) / total));
            float& top = largest[static_cast<std::size_t>(row / tokens)];
            top = std::max(top, maps.back());
        }
    }
    std::array<index_t, 4> shape() const { return {batches, heads, tokens, tokens}; }
    released::map_source source() const {
        return {.query = {query.data(), {batches, heads, tokens, dim}},
                .key = {key.data(), {batches, heads, tokens, dim}},
                .scale = scale,
                .lse = {lse.data(), {batches, heads, tokens}},
                .largest = {largest.data(), {batches, heads}}};
    }
};

/// Looks up what the layer's tables hold.
struct tables {
    layer const& from;

    float uniform(index_t b, index_t h, index_t y, index_t x) const noexcept {
        return from.uniform[static_cast<std::size_t>(((b * from.heads + h) * from.tokens + y) * from.tokens + x)];
    }
    index_t source(index_t h, index_t entry) const noexcept {
        return from.permutations[static_cast<std::size_t>(h * from.tokens * from.tokens + entry)];
    }
};

/// The same, noting which entries are asked for.
struct noting {
    layer const& from;
    std::vector<char>& asked;   // (head, entry)

    float uniform(index_t b, index_t h, index_t y, index_t x) const noexcept {
        note(h, y * from.tokens + x);
        return tables{from}.uniform(b, h, y, x);
    }
    index_t source(index_t h, index_t entry) const noexcept {
        note(h, entry);
        return tables{from}.source(h, entry);
    }

  private:
    void note(index_t h, index_t entry) const noexcept {
        asked[static_cast<std::size_t>(h * from.tokens * from.tokens + entry)] = 1;
    }
};

/// Whether resizing `tokens` to `side` reads this one: the two around (tokens / side) (r + 1/2) - 1/2 for some r.
bool is_read(index_t token, index_t tokens, index_t side) {
    for (index_t r = 0; r < side; ++r) {
        double const centre =
            static_cast<double>(tokens) / static_cast<double>(side) * (static_cast<double>(r) + 0.5) - 0.5;
        auto const low = static_cast<index_t>(centre);
        if (token == low || token == low + 1) { return true; }
    }
    return false;
}

}   // namespace

TEST_CASE("sampled_gate: the gate of the whole maps, from the weights it reads alone", "[released]") {
    for (auto const& [heads, tokens, side] :
         std::vector<std::array<index_t, 3>>{{3, 17, 4}, {16, 50, 7}, {9, 10, 3}, {1, 2, 5}, {2, 5, 5}, {1, 1, 1}}) {
        INFO(heads << " heads, " << tokens << " tokens, side " << side);
        layer const of(2, heads, tokens, 9);
        for (vision_edit const method :
             {vision_edit::random, vision_edit::uniform, vision_edit::reversed, vision_edit::shuffle}) {
            std::vector<float> edited(of.maps.size());
            std::vector<float> wanted(static_cast<std::size_t>(2 * side * side)), found(wanted.size());
            tensor_view<float, 4> const edited_view{edited.data(), of.shape()};
            REQUIRE(
                released::edit_attention(method, tensor_view<float const, 4>{of.maps.data(), of.shape()},
                                         {.uniform = {of.uniform.data(), of.shape()}, .permutations = of.permutations},
                                         edited_view) == errc::ok);
            REQUIRE(released::vision_gate(edited_view, {wanted.data(), {2, side, side}}) == errc::ok);
            REQUIRE(released::sampled_gate(method, of.source(), tables{of}, {found.data(), {2, side, side}}) ==
                    errc::ok);
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                CHECK(found[i] == Approx(wanted[i]).epsilon(1e-5).margin(1e-6));   // weights of float scores
            }
        }
    }
}

TEST_CASE("sampled_gate: of LLaVA-1.5's maps it reads 2,304 entries a head", "[released]") {
    index_t const heads = 2, tokens = 577, side = 24;
    layer of(1, heads, tokens, 3);
    std::vector<float> gate(static_cast<std::size_t>(side * side)), wanted;
    auto const run = [&](vision_edit method, auto const& draws) {
        return released::sampled_gate(method, of.source(), draws, {gate.data(), {1, side, side}});
    };
    for (vision_edit const method : {vision_edit::random, vision_edit::shuffle}) {
        std::vector<char> asked(static_cast<std::size_t>(heads * tokens * tokens), 0);
        REQUIRE(run(method, noting{of, asked}) == errc::ok);
        CHECK(std::accumulate(asked.begin(), asked.end(), 0) == heads * 2304);
    }
    // What no such entry is made of may be anything.
    REQUIRE(run(vision_edit::reversed, tables{of}) == errc::ok);
    wanted = gate;
    for (index_t row = 0; row < heads * tokens; ++row) {
        if (is_read(row % tokens, tokens, side)) { continue; }
        of.lse[static_cast<std::size_t>(row)] = std::numeric_limits<float>::quiet_NaN();
        for (auto* const each : {&of.query, &of.key}) {
            std::fill_n(each->begin() + row * 3, 3, std::numeric_limits<float>::quiet_NaN());
        }
    }
    REQUIRE(run(vision_edit::reversed, tables{of}) == errc::ok);
    CHECK(gate == wanted);
}

TEST_CASE("sampled_gate: shapes that do not fit are refused, and the gate stays as it was", "[released]") {
    layer const of(1, 2, 5, 3);
    std::vector<float> gate(65 * 65, 7.0f);
    auto const refused = [&](released::map_source const& from, std::array<index_t, 3> const& shape, errc why) {
        bool const right = released::sampled_gate(vision_edit::reversed, from, tables{of}, {gate.data(), shape}) == why;
        return right && std::all_of(gate.begin(), gate.end(), [](float x) { return x == 7.0f; });
    };
    CHECK(refused(of.source(), {1, 65, 65}, errc::unsupported));
    CHECK(refused(of.source(), {1, 2, 3}, errc::shape_mismatch));
    CHECK(refused(of.source(), {2, 2, 2}, errc::shape_mismatch));
    CHECK(refused(of.source(), {1, 0, 0}, errc::shape_mismatch));
    released::map_source few = of.source();
    few.lse.extents[2] = 4;
    CHECK(refused(few, {1, 2, 2}, errc::shape_mismatch));
    few = of.source();
    few.largest.extents[1] = 1;
    CHECK(refused(few, {1, 2, 2}, errc::shape_mismatch));
    few = of.source();
    few.query.extents[3] = 0;
    CHECK(refused(few, {1, 2, 2}, errc::shape_mismatch));
}
