// SPDX-License-Identifier: MIT
// No header of its own: outputs that overlap an input. Cases N34, N35 and N78. The assertions are this test's own, so no header
// of tests/support may be included: their functions would be those of another configuration.
namespace {

int failed_assertions = 0;

}   // namespace

#define CAUSALMM_ASSERT(condition) ((condition) ? void() : void(++failed_assertions))

#include <array>
#include <cstddef>

#include <causalmm/attention/epilogue.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/released/contrast.hpp>
#include <causalmm/visibility/bidirectional.hpp>

#include "catch.hpp"

using causalmm::errc;
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
