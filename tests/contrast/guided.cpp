// SPDX-License-Identifier: MIT
#include <causalmm/contrast/guided.hpp>

#include <array>
#include <cmath>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/none.hpp>

#include "catch.hpp"
#include "support/greedy_step.hpp"

using causalmm::contrast::guided;

static_assert(causalmm::contrast::contrast_policy<guided>);
static_assert(guided{}.scale == 1.1f && guided{}.check());
static_assert(guided{}.reads(0) && !guided{.scale = 1.0f}.reads(0) && guided{.scale = 0.0f}.reads(0));

namespace {

float contrast(float scale, float factual, float unconditional) {
    return guided{scale}.contrast(factual, std::array{unconditional});
}

}   // namespace

TEST_CASE("guided: values worked out by hand", "[contrast]") {
    CHECK(contrast(2.0f, 3.0f, 1.0f) == 5.0f);   // 1 + 2 * 2
    CHECK(contrast(0.5f, 3.0f, 1.0f) == 2.0f);   // half way
    CHECK(contrast(0.0f, 3.0f, 1.0f) == 1.0f);
    CHECK(contrast(1.0f, 3.0f, 1.0f) == 3.0f);
    CHECK(contrast(50.0f, -1.0f, 1.0f) == -99.0f);   // 1 + 50 * (-2)
}

TEST_CASE("guided: is linear of gamma = scale - 1", "[contrast]") {
    for (float const scale : {1.0f, 1.25f, 1.5f, 4.0f}) {
        causalmm::contrast::linear<1> const linear{.gamma = {scale - 1.0f}};
        for (float const l : {-8.0f, -0.5f, 0.0f, 2.25f}) {
            for (float const u : {-3.0f, 0.0f, 7.5f}) {
                CHECK(contrast(scale, l, u) == linear.contrast(l, std::array{u}));   // dyadic numbers: exact
            }
        }
    }
}

TEST_CASE("guided: on logits it gives the probabilities of guidance on log-probabilities", "[contrast]") {
    // p = (0.5, 0.3, 0.2), p_u = (0.25, 0.25, 0.5): p^2 / p_u = (1, 0.36, 0.08), so p' = (1, 0.36, 0.08) / 1.44.
    support::row const factual{std::log(0.5f) + 7.0f, std::log(0.3f) + 7.0f, std::log(0.2f) + 7.0f};
    support::row const unconditional{std::log(0.25f) - 3.0f, std::log(0.25f) - 3.0f, std::log(0.5f) - 3.0f};
    causalmm::decode::step<guided, support::none, support::sampler> const step{
        .contrast = {.scale = 2.0f}, .plausibility = {}, .sampler = {}};
    auto const got = support::survivors(step, factual, {unconditional});
    REQUIRE(got.status);
    CHECK(got.logits[1] == Approx(std::log(0.36)).epsilon(1e-5));
    CHECK(got.logits[2] == Approx(std::log(0.08)).epsilon(1e-5));
}

TEST_CASE("guided: N30 a scale that is negative or not finite is a bad parameter", "[contrast]") {
    for (float const bad : {-0.1f, -1.2e-38f, support::quiet_nan, support::infinity, -support::infinity}) {
        INFO(bad);
        CHECK(guided{.scale = bad}.check() == causalmm::errc::bad_parameter);
    }
    for (float const good : {0.0f, 0.5f, 1.0f, 50.0f}) { CHECK(guided{.scale = good}.check()); }
}
