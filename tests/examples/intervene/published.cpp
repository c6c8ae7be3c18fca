// SPDX-License-Identifier: MIT
#include <intervene/published.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"
#include "support/philox.hpp"

using intervene::parse_published;
using support::failure;
using support::names;

namespace {

/// One head of a published function, layer 2, seed 9.
std::vector<float> applied(std::string const& name, std::vector<float> maps, support::shape4 const& shape) {
    auto const outcome = intervene::apply(parse_published(name), {maps.data(), shape}, 9, 2);
    CHECK(outcome == causalmm::errc::ok);
    return maps;
}

std::vector<float> const causal{1.0f, 0.0f, 0.25f, 0.75f};   // (2, 2)
support::shape4 const square{1, 1, 2, 2};

/// What torch.rand_like stands for.
float draw(bool vision, std::int64_t head, std::int64_t query, std::int64_t key) {
    auto const words = oracle::key_of(9, 0, vision ? oracle::attention_vision : oracle::attention_language);
    return static_cast<float>(oracle::row_draw(words, 2, static_cast<std::uint64_t>(head),
                                               static_cast<std::uint64_t>(query), static_cast<std::uint64_t>(key)));
}

}   // namespace

TEST_CASE("published: the language functions, by hand, with their defects", "[intervene]") {
    CHECK(applied("reverse_attention", causal, square) == std::vector<float>{0.0f, 0.0f, 0.5f, 0.0f});
    CHECK(applied("uniform_attention", causal, square) == std::vector<float>{0.5f, 0.0f, 0.5f, 0.5f});
    CHECK(applied("normalize_attention", {1.0f, 1.0f, 1.0f, 3.0f}, square) ==
          std::vector<float>{0.5f, 0.0f, 0.25f, 0.75f});   // masked after it was normalized
    auto const both = applied("reverse_and_normalize_attention", causal, square);
    CHECK(std::isnan(both[0]));   // 0 / 0, as published
    CHECK(both[2] == 1.0f);
    CHECK(both[3] == 0.0f);
    auto const random = applied("random_attention", causal, square);
    float const a = draw(false, 0, 1, 0), b = draw(false, 0, 1, 1);
    CHECK(random[1] == 0.0f);
    CHECK(random[2] == Approx(a / (a + b)).epsilon(1e-6));
    CHECK(random[3] == Approx(b / (a + b)).epsilon(1e-6));
}

TEST_CASE("published: edit_attention works on whole maps", "[intervene]") {
    std::vector<float> const maps{0.1f, 0.2f, 0.3f, 0.4f, 1.0f, 0.0f, 0.5f, 0.5f};
    support::shape4 const two{1, 2, 2, 2};
    auto const reversed = applied("edit_attention:reversed", maps, two);
    CHECK(reversed[0] == Approx(0.3).epsilon(1e-6));
    CHECK(reversed[3] == 0.0f);
    CHECK(reversed[5] == 1.0f);
    auto const uniform = applied("edit_attention:uniform", maps, two);
    CHECK(uniform[0] == Approx(0.25).epsilon(1e-6));
    CHECK(uniform[7] == 0.5f);
    auto const random = applied("edit_attention:random", maps, two);
    CHECK(random[7] == 2.0f * draw(true, 1, 1, 1));
    auto shuffled = applied("edit_attention:shuffle", maps, two);
    CHECK(std::is_permutation(shuffled.begin(), shuffled.begin() + 4, maps.begin()));
    CHECK(std::is_permutation(shuffled.begin() + 4, shuffled.end(), maps.begin() + 4));
    CHECK(applied("edit_attention:shuffle", maps, two) == shuffled);
}

TEST_CASE("published: a shape that the code does not take, and names that it has not, are refused", "[intervene]") {
    std::vector<float> wide(6, 0.5f);
    auto const outcome = intervene::apply(parse_published("reverse_attention"), {wide.data(), {1, 1, 2, 3}}, 0, 0);
    CHECK(outcome == causalmm::errc::shape_mismatch);
    CHECK(wide == std::vector<float>(6, 0.5f));
    for (std::string const text : {"", "reverse", "edit_attention", "edit_attention:turn"}) {
        INFO(text);
        CHECK(names(
            failure([&] { return parse_published(text); }), 64,
            {"--released: unknown function", "reverse_attention, normalize_attention", "edit_attention:shuffle"}));
    }
}
