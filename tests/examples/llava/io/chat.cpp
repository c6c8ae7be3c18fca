// SPDX-License-Identifier: MIT
#include <llava/io/chat.hpp>

#include <algorithm>
#include <string>

#include "catch.hpp"
#include "support.hpp"

namespace io = llava::io;

TEST_CASE("chat: the prompt of the hub's llava-1.5-7b-hf", "[llava][io]") {
    CHECK(io::llava_prompt("Is there a dog?") == "USER: <image>\nIs there a dog? ASSISTANT:");
}

TEST_CASE("chat: one image slot whatever the question says, and the plain encoding where it says nothing special",
          "[llava][io]") {
    auto const words = io::tokenizer::open(support::golden("resaved"));
    for (std::string const question : {"Is there a dog?", "", " ", "a  b\n"}) {
        CHECK(io::prompt_tokens(words, question) == words.encode(io::llava_prompt(question)));
    }
    for (std::string const question : {"<image>", "</s> <image> <image>", "<ima", "ge>", "<s><unk><pad>"}) {
        INFO(question);
        auto const ids = io::prompt_tokens(words, question);
        CHECK(std::count(ids.begin(), ids.end(), words.image_token()) == 1);
        CHECK(std::count_if(ids.begin(), ids.end(), [&](int id) { return words.is_special(id); }) ==
              2);   // <s> and <image>
        CHECK(words.decode(ids).find("\n" + question + " ASSISTANT:") != std::string::npos);
    }
}
