// SPDX-License-Identifier: MIT
#include <llava/conversation.hpp>

#include <cstdint>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

using llava::answer;
using llava::answer_options;
using llava::picture_prefix;

namespace {

char const* const question = "Is there a dog in the image?";

struct setting {
    llava::model model = golden::open("plain");
    llava::io::image picture = llava::io::read_image(golden::folder / "picture.png");
};

answer_options options_of(std::uint64_t sample) {
    return {.max_new_tokens = 6, .seed = 3, .sample = sample, .wants_margin = true};
}

}   // namespace

TEST_CASE("conversation: a branch that is never needed never runs", "[llava]") {
    setting const s;
    llava::method const by = llava::parse_method("causalmm:vision=reversed,language=reversed,epsilon=1"),
                        greedy = llava::parse_method("greedy");
    picture_prefix kept{s.model, by, s.picture}, plain{s.model, greedy, s.picture};
    for (std::uint64_t i = 0; i < 3; ++i) {
        answer_options options = options_of(i);
        options.wants_margin = false;
        answer const found = ask(kept, question, options), factual = ask(plain, question, options);
        CHECK(found.contrasts.needed == 0);
        CHECK(found.prompts.vision_layers == factual.prompts.vision_layers);
        CHECK(found.prompts.row_layers == factual.prompts.row_layers);
    }
}

TEST_CASE("conversation: what a margin computed is paid by the first answer that needs it", "[llava]") {
    setting const s;
    llava::method const lazy = llava::parse_method("causalmm:language=reversed,epsilon=1");
    picture_prefix kept{s.model, lazy, s.picture};
    answer_options options = options_of(0);
    (void)ask(kept, question, options);   // its margin alone runs the edited branch
    auto const places = kept.kept(options.attention);
    REQUIRE(places[2]->known());
    CHECK(places[0]->seconds == 0.0);
    double const owed = places[2]->seconds;
    CHECK(owed > 0.0);
    (void)ask(kept, question, options);   // does not need it
    CHECK(places[2]->seconds == owed);
    options.schedule = causalmm::decode::sequential{};
    answer const paying = ask(kept, question, options);
    CHECK(paying.seconds > owed);
    CHECK(places[2]->seconds == 0.0);
}
