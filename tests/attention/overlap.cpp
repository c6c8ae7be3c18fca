// SPDX-License-Identifier: MIT
// No header of its own: outputs that overlap an input. Cases N34, N35 and N78. The assertions are this test's own, so no header
// of tests/support may be included: their functions would be those of another configuration.
namespace {

int failed_assertions = 0;

}   // namespace

#define CAUSALMM_ASSERT(condition) ((condition) ? void() : void(++failed_assertions))

#include <array>
#include <cstddef>
#include <vector>

#include <causalmm/attention/epilogue.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/attention/materialized.hpp>
#include <causalmm/attention/streaming.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/released/contrast.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::tensor_view;
namespace attention = causalmm::attention;

namespace {

/// One row of four, written `offset` elements behind the row that is read.
std::array<float, 8> edited_at(std::ptrdiff_t offset) {
    std::array<float, 8> memory{1.0f, 2.0f, 3.0f, 4.0f};
    std::array<float, 8> const values{0.5f, 1.0f, 1.5f, 2.0f, 1.5f, 3.0f, 4.5f, 6.0f};
    float const max_prob = 0.75f;
    attention::kernel_outputs<float> const kernel{.z = {memory.data(), {1, 1, 1, 4}},
                                                  .statistics = {.max_prob = {&max_prob, {1, 1, 1}}, .lse = {}},
                                                  .value = {values.data(), {1, 1, 2, 4}}};
    attention::edit<causalmm::intervention::reversed> const change{};
    CHECK(attention::epilogue(causalmm::backend::serial{}, change, kernel, causalmm::visibility::bidirectional{},
                              tensor_view<float, 4>{memory.data() + offset, {1, 1, 1, 4}}) == errc::ok);
    return memory;
}

std::array<float, 8> contrasted_at(std::ptrdiff_t offset) {
    std::array<float, 8> memory{2.0f, 1.0f, 1.5f, -9.0f};
    std::array<float, 4> const counterfactual{1.0f, 2.0f, 0.0f, 0.0f};
    CHECK(causalmm::released::contrast_logits({memory.data(), {1, 4}}, {counterfactual.data(), {1, 4}},
                                              {.gamma = 1.0, .epsilon = 0.1},
                                              {memory.data() + offset, {1, 4}}) == errc::ok);
    return memory;
}

}   // namespace

namespace {

using view4 = tensor_view<float, 4>;
causalmm::visibility::bidirectional const all{};
attention::edit<causalmm::intervention::reversed> const change{};

/// One head of three queries, two keys and two value dimensions, and outputs whose memory is 9 everywhere.
struct one_head {
    std::array<float, 6> query{}, key{}, value{1.0f, 2.0f, 3.0f, 4.0f};
    std::array<float, 16> z, pattern;
    attention::inputs<float> in{{query.data(), {1, 1, 3, 2}}, {key.data(), {1, 1, 2, 2}}, {value.data(), {1, 1, 2, 2}}};

    one_head() {
        z.fill(9.0f);
        pattern.fill(9.0f);
    }
    /// z and the pattern, both (1, 1, 3, 2), with these strides from row to row.
    view4 z_at(index_t step) { return {z.data() + 8, {1, 1, 3, 2}, {16, 16, step, 1}}; }
    view4 pattern_at(index_t step) { return {pattern.data() + 8, {1, 1, 3, 2}, {16, 16, step, 1}}; }
    bool untouched() const { return z == one_head{}.z && pattern == z; }
};

}   // namespace

TEST_CASE("overlap: N74 N78 a pattern whose entries share memory is not edited", "[attention]") {
    one_head h;
    auto const edited = [&h](index_t row, index_t key) {
        view4 const maps{h.pattern.data() + 8, {1, 1, 3, 2}, {0, 0, row, key}};
        return attention::intervene(causalmm::backend::serial{}, change, maps, all);
    };
    for (auto const& [row, key] : {std::array<index_t, 2>{1, 1}, {1, 2}, {0, 1}, {1, 0}, {-1, 1}, {2, -4}, {2, 4}}) {
        INFO(row << ", " << key);
        CHECK(edited(row, key) == errc::unsupported);
    }
    CHECK(h.untouched());
    for (auto const& [row, key] : {std::array<index_t, 2>{2, 1}, {1, 3}, {-2, 1}, {-1, -3}}) {
        CHECK(edited(row, key) == errc::ok);
    }
}

TEST_CASE("overlap: N74 N78 a pattern or z whose rows share memory is not written", "[attention]") {
    one_head h;
    auto const materialized = [&h](index_t pattern, index_t z) {
        return attention::materialized(causalmm::backend::serial{}, change, h.in, all, h.pattern_at(pattern),
                                       h.z_at(z));
    };
    auto const streamed = [&h](attention::streams const& out) {
        std::vector<std::byte> workspace(attention::workspace_bytes(change.policy, h.in));
        return attention::streaming(causalmm::backend::serial{}, change, h.in, all, out, workspace);
    };
    auto const edited = [&h](index_t z) {
        std::array<float, 3> const max_prob{0.5f, 0.5f, 0.5f};
        attention::kernel_outputs<float> const kernel{
            .z = h.in.query, .statistics = {.max_prob = {max_prob.data(), {1, 1, 3}}, .lse = {}}, .value = h.in.value};
        return attention::epilogue(causalmm::backend::serial{}, change, kernel, all, h.z_at(z));
    };
    for (index_t const step : {-1, 0, 1}) {
        INFO(step);
        CHECK(materialized(step, 2) == errc::unsupported);
        CHECK(materialized(2, step) == errc::unsupported);
        CHECK(streamed({.z = h.z_at(step)}) == errc::unsupported);
        CHECK(streamed({.z = h.z_at(2), .factual = h.z_at(step)}) == errc::unsupported);
        CHECK(edited(step) == errc::unsupported);
    }
    CHECK(h.untouched());
    CHECK(materialized(2, -2) == errc::ok);
    CHECK(streamed({.z = h.z_at(-2)}) == errc::ok);
    CHECK(edited(-2) == errc::ok);
}

TEST_CASE("overlap: N34 in place gives the bits of out of place", "[attention]") {
    failed_assertions = 0;
    auto const edited = edited_at(0), edited_apart = edited_at(4);
    auto const contrasted = contrasted_at(0), contrasted_apart = contrasted_at(4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(edited[i] == edited_apart[4 + i]);
        CHECK(contrasted[i] == contrasted_apart[4 + i]);
    }
    CHECK(edited[1] == 0.75f * 4.0f - 2.0f);   // max sum V - z
    CHECK(failed_assertions == 0);
}

TEST_CASE("overlap: N35 N78 an output that begins inside its input fails an assertion of a checked build",
          "[attention]") {
    for (std::ptrdiff_t const offset : {1, 2, 3}) {
        failed_assertions = 0;
        (void)edited_at(offset);
        CHECK(failed_assertions > 0);
        failed_assertions = 0;
        (void)contrasted_at(offset);
        CHECK(failed_assertions > 0);
    }
}
