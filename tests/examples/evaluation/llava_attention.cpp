// SPDX-License-Identifier: MIT
#include <evaluation/llava_attention.hpp>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "catch.hpp"

namespace {

std::filesystem::path const tiny = std::filesystem::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava";

std::optional<evaluation::attention_pair> look(std::string const& method, std::uint64_t seed = 0) {
    static auto const model = llava::model::open(tiny / "model", 1);
    return evaluation::llava_attention(model, llava::parse_method(method),
                                       {.image = tiny / "pope/images/scene_000000.png",
                                        .prompt = "Is there a guitar in the image?",
                                        .seed = seed,
                                        .sample = 1,
                                        .max_new_tokens = 1});
}

double mass(evaluation::attention_map const& map) { return std::accumulate(map.values.begin(), map.values.end(), 0.0); }

}   // namespace

TEST_CASE("llava attention: a map of the patches, before and after the edit", "[evaluation]") {
    for (std::string const method : {"causalmm:language=uniform", "causalmm:vision=uniform,scope=row"}) {
        INFO(method);
        auto const found = look(method);
        REQUIRE(found);
        CHECK(found->factual.rows == 8);
        CHECK(found->factual.columns == 8);
        CHECK(mass(found->factual) > 0.05);   // the rest rests on text or the class token
        CHECK(mass(found->factual) < 1);
        CHECK(found->factual.values != found->counterfactual.values);
        // Every visible key of a row weighs the same: 1 / keys in each head, so in their mean.
        auto const [least, most] =
            std::minmax_element(found->counterfactual.values.begin(), found->counterfactual.values.end());
        CHECK(*most == Approx(*least));
    }
    CHECK(look("causalmm:vision=uniform,scope=row")->counterfactual.values[0] == Approx(1.0 / 65));
}

TEST_CASE("llava attention: an identity changes nothing, and a seed decides on what is random", "[evaluation]") {
    auto const same = look("causalmm:language=identity");
    REQUIRE(same);
    CHECK(same->factual.values == same->counterfactual.values);
    CHECK(look("causalmm:vision=shuffled", 1)->counterfactual.values !=
          look("causalmm:vision=shuffled", 2)->counterfactual.values);
}

TEST_CASE("llava attention: nothing where no attention is edited, or only scores are", "[evaluation]") {
    CHECK_FALSE(look("greedy"));
    CHECK_FALSE(look("vcd"));
    CHECK_FALSE(look("causalmm:language=knockout"));
}
