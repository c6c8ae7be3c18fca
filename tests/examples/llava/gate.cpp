// SPDX-License-Identifier: MIT
#include <llava/gate.hpp>

#include <cstdint>
#include <vector>

#include <causalmm/core/dtype.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

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

}   // namespace

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
