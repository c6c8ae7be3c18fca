// SPDX-License-Identifier: MIT
// Text through the embedded model's vocabulary and back.
#include <llava/io/chat.hpp>

#include <algorithm>

#include "fuzz.hpp"
#include "tokenizer_laws.hpp"

namespace {

void run(std::string_view text) {
    static auto const words =
        llava::io::tokenizer::open(std::filesystem::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava/model");
    if (!llava::io::is_utf8(text)) {
        fuzz::require(!fuzz::accepts([&] { static_cast<void>(words.encode(text)); }, {fuzz::exit_code::usage}),
                      "text is UTF-8");
        return;
    }
    fuzz::check_words(words, text);
    auto const prompt = llava::io::prompt_tokens(words, text);
    fuzz::require(std::count(prompt.begin(), prompt.end(), words.image_token()) == 1, "a prompt has one image slot");
    // The vocabulary's mark of a space is no text of its own, and a leading space is the mark's.
    bool const plain = text.find("\xE2\x96\x81") == std::string_view::npos && !text.starts_with(' ');
    auto const quoted = words.encode_quoting(text, 0, text.size(), false);
    bool const known = std::find(quoted.begin(), quoted.end(), words.find("<unk>")) == quoted.end();
    if (plain && known) fuzz::require(words.decode(quoted, false) == text, "decode(encode(text)) is the text");
}

std::vector<std::string> seeds() {
    return {"Is there a red ball in the image?", "  <image> </s>  a",
            "\xC3\xA9\xE2\x96\x81\xF0\x9F\x98\x80\n\tA <0x41>"};
}

fuzz::target const here("round_trip", run, seeds);

}   // namespace
