// SPDX-License-Identifier: MIT
#include <causalmm/visibility/mask_tensor.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::index_t;
using causalmm::visibility::check;
using causalmm::visibility::key_run;
using causalmm::visibility::mask_tensor;

static_assert(causalmm::visibility::scattered_visibility<mask_tensor<>>);
static_assert(causalmm::visibility::visibility_policy<mask_tensor<double>>);
static_assert(mask_tensor<bool>::name == "mask_tensor" && mask_tensor<bf16>::name == "additive_mask");

namespace {

using runs = std::vector<key_run>;

template <class Policy>
runs seen(Policy const& policy, index_t batch, index_t query, index_t keys) {
    auto const all = policy.keys(batch, query, keys);
    return {all.begin(), all.end()};
}

float const hidden = std::bit_cast<float>(std::uint32_t{0xff800000});
float const quiet_nan = std::bit_cast<float>(std::uint32_t{0x7fc00000});

template <class Element>
mask_tensor<Element> row_of(std::vector<Element> const& row) {
    auto const keys = static_cast<index_t>(row.size());
    return {.data = row.data(), .extents = {1, 1, 1, keys}, .strides = {keys, keys, keys, 1}};
}

/// The status of a call whose rows all see what an additive mask with this entry says.
template <class Element, class Entry = float>
errc outcome(Entry entry) {
    std::vector<Element> const row{Element{0.0f}, static_cast<Element>(hidden), static_cast<Element>(entry)};
    return check(row_of(row), 2, 4, 3).code;
}

/// Whether an additive mask with this entry is accepted, and the key of the entry hidden.
template <class Element, class Entry>
bool hides(Entry entry) {
    std::vector<Element> const row{Element{0.0f}, static_cast<Element>(entry), Element{0.0f}};
    return outcome<Element>(entry) == errc::ok && seen(row_of(row), 0, 0, 3) == runs{{{0, 1}, 0}, {{2, 3}, 0}};
}

// torch.finfo(dtype).min of float16, bfloat16, float32 and float64.
float const f16_lowest = -65504.0f;
float const bf16_lowest = std::bit_cast<float>(std::uint32_t{0xff7f0000});
float const float_lowest = std::bit_cast<float>(std::uint32_t{0xff7fffff});
double const double_lowest = std::bit_cast<double>(std::uint64_t{0xffefffffffffffff});

}   // namespace

TEST_CASE("mask_tensor: true and one are seen, false and zero hidden", "[visibility]") {
    bool const flags[] = {true, false, true, true, false, false, true};
    mask_tensor<> const policy{.data = flags, .extents = {1, 1, 1, 7}, .strides = {7, 7, 7, 1}};
    REQUIRE(check(policy, 3, 5, 7) == errc::ok);
    CHECK(seen(policy, 2, 4, 7) == runs{{{0, 1}, 0}, {{2, 4}, 0}, {{6, 7}, 0}});
    std::vector<unsigned char> const bytes{0, 1, 255, 0};
    CHECK(seen(row_of(bytes), 0, 0, 4) == runs{{{1, 3}, 0}});
    CHECK(seen(row_of(std::vector<unsigned char>(5)), 0, 0, 5).empty());
}

TEST_CASE("mask_tensor: of an additive mask, 0 is seen and -infinity hidden, of every type", "[visibility]") {
    for (float const zero : {0.0f, -0.0f}) {
        CHECK(outcome<float>(zero) == errc::ok);
        CHECK(outcome<double>(zero) == errc::ok);
        CHECK(outcome<f16>(zero) == errc::ok);
        CHECK(outcome<bf16>(zero) == errc::ok);
    }
    std::vector<float> const row{hidden, 0.0f, -0.0f, hidden, 0.0f};
    CHECK(seen(row_of(row), 0, 0, 5) == runs{{{1, 3}, 0}, {{4, 5}, 0}});
}

TEST_CASE("mask_tensor: the lowest finite number of a mask's type hides, in a wider type too", "[visibility]") {
    CHECK(hides<f16>(f16_lowest));
    CHECK(hides<bf16>(bf16_lowest));
    CHECK(hides<float>(float_lowest));
    CHECK(hides<double>(double_lowest));
    CHECK(hides<float>(f16_lowest));
    CHECK(hides<float>(bf16_lowest));
    for (float const entry : {f16_lowest, bf16_lowest, float_lowest}) { CHECK(hides<double>(entry)); }
    CHECK(static_cast<f16>(f16_lowest).bits == 0xfbff);   // the largest finite magnitudes by their bits
    CHECK(static_cast<bf16>(bf16_lowest).bits == 0xff7f);
}

TEST_CASE("mask_tensor: a row whose keys all hold the lowest number sees none", "[visibility]") {
    std::vector<float> const row(5, float_lowest);
    REQUIRE(check(row_of(row), 1, 1, 5) == errc::ok);
    CHECK(seen(row_of(row), 0, 0, 5).empty());
}

TEST_CASE("mask_tensor: N04 any other finite number edits scores, however low, so it is refused and not ignored",
          "[visibility]") {
    float const next_to_f16 = std::bit_cast<float>(std::bit_cast<std::uint32_t>(f16_lowest) - 1);
    for (float const entry : {-1e9f, -1e4f, -65536.0f, -1.0f, 1e-3f, 2.0f, -f16_lowest, -bf16_lowest, -float_lowest,
                              next_to_f16, -hidden, quiet_nan, -quiet_nan}) {
        INFO(entry);
        CHECK(outcome<float>(entry) == errc::unsupported);
        CHECK(outcome<double>(entry) == errc::unsupported);
    }
    for (float const entry : {-1e9f, -1e4f, -65504.0f, -1.0f, 1e-3f, 2.0f, -bf16_lowest, -hidden, quiet_nan}) {
        INFO(entry);
        CHECK(outcome<bf16>(entry) == errc::unsupported);   // -65504 is no bf16: it is rounded to -65536
    }
    for (float const entry : {-65472.0f, -1e4f, -1.0f, 1e-3f, 2.0f, 65504.0f, -hidden, quiet_nan}) {
        INFO(entry);
        CHECK(outcome<f16>(entry) == errc::unsupported);
    }
    std::uint32_t const float_bits = std::bit_cast<std::uint32_t>(float_lowest);
    CHECK(outcome<float>(std::bit_cast<float>(float_bits - 1)) == errc::unsupported);
    CHECK(outcome<double>(-double_lowest) == errc::unsupported);
    CHECK(outcome<double>(double{float_lowest} * 1.5) == errc::unsupported);
    CHECK(outcome<double>(-1e300) == errc::unsupported);
    CHECK(outcome<double>(1e-300) == errc::unsupported);   // no float
}

TEST_CASE("mask_tensor: batch and query axes are broadcast, and any strides followed", "[visibility]") {
    std::vector<unsigned char> flags(2 * 3 * 4);   // (key, query, batch) in memory
    for (std::size_t i = 0; i < flags.size(); ++i) { flags[i] = i % 5 < 2 ? 1 : 0; }
    mask_tensor<unsigned char> const policy{.data = flags.data(), .extents = {2, 1, 3, 4}, .strides = {1, 0, 2, 6}};
    REQUIRE(check(policy, 2, 3, 4) == errc::ok);
    for (index_t b = 0; b < 2; ++b) {
        for (index_t q = 0; q < 3; ++q) {
            std::vector<bool> expected, found(4);
            for (index_t k = 0; k < 4; ++k) { expected.push_back((b + 2 * q + 6 * k) % 5 < 2); }
            for (key_run const& run : seen(policy, b, q, 4)) {
                for (index_t k = run.begin; k < run.end; ++k) { found[static_cast<std::size_t>(k)] = true; }
            }
            CHECK(found == expected);
        }
    }
    mask_tensor<unsigned char> const padding{.data = flags.data(), .extents = {2, 1, 1, 4}, .strides = {4, 4, 4, 1}};
    REQUIRE(check(padding, 2, 9, 4) == errc::ok);
    CHECK(seen(padding, 1, 8, 4) == seen(padding, 1, 0, 4));
    CHECK(seen(padding, 1, 8, 4) != seen(padding, 0, 0, 4));
}

TEST_CASE("mask_tensor: extents that are not the call's, and masks by head, are refused", "[visibility]") {
    std::vector<unsigned char> const flags(64, 1);
    auto const code = [&](std::array<index_t, 4> const& extents, bool memory = true) {
        return check(
                   mask_tensor<unsigned char>{
                       .data = memory ? flags.data() : nullptr, .extents = extents, .strides = {}},
                   2, 3, 4)
            .code;
    };
    CHECK(code({2, 1, 3, 4}) == errc::ok);
    CHECK(code({3, 1, 3, 4}) == errc::shape_mismatch);
    CHECK(code({2, 1, 2, 4}) == errc::shape_mismatch);
    CHECK(code({2, 1, 3, 5}) == errc::shape_mismatch);
    CHECK(code({2, 1, 3, 1}) == errc::shape_mismatch);   // the key axis is not broadcast
    CHECK(code({2, 0, 3, 4}) == errc::shape_mismatch);
    CHECK(code({2, 2, 3, 4}) == errc::unsupported);
    CHECK(code({2, 1, 3, 4}, false) == errc::shape_mismatch);
    CHECK(check(mask_tensor<>{}, 0, 0, 0) == errc::shape_mismatch);   // no mask is not an empty one
}

TEST_CASE("mask_tensor: positions begin at the origins, before which no key may be seen", "[visibility]") {
    std::vector<unsigned char> const flags{0, 0, 1, 1, 0, 1};
    mask_tensor<unsigned char> policy = row_of(flags);
    std::array<index_t, 2> origins{2, 1};
    policy.origins = origins;
    REQUIRE(check(policy, 2, 1, 6) == errc::ok);
    CHECK(policy.origin(0) == 2);
    CHECK(seen(policy, 1, 0, 6) == runs{{{2, 4}, 1}, {{5, 6}, 1}});
    origins[1] = 3;
    CHECK(check(policy, 2, 1, 6) == errc::bad_parameter);
    CHECK(check(policy, 3, 1, 6) == errc::shape_mismatch);
}

TEST_CASE("mask_tensor: eight runs a row, not nine", "[visibility]") {
    std::vector<unsigned char> flags(17);
    for (std::size_t i = 0; i < 16; i += 2) { flags[i] = 1; }
    CHECK(check(row_of(flags), 1, 1, 17) == errc::ok);
    flags[16] = 1;
    CHECK(check(row_of(flags), 1, 1, 17) == errc::out_of_capacity);
}
