// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/tokenizer.hpp>
#include <llava/io/utf8.hpp>

#include "fuzz.hpp"

namespace fuzz {

/// Whatever the vocabulary, the ids of a text are in it, and their text is UTF-8, in one piece as in many.
inline void check_words(llava::io::tokenizer const& words, std::string_view text) {
    if (!llava::io::is_utf8(text)) return;
    auto const ids = words.encode(text);
    std::string joined;
    llava::io::tokenizer::stream rest(words, false);
    for (int const id : ids) {
        require(id >= 0 && id < words.size(), "a token is in the vocabulary");
        joined += rest.put(id);
    }
    joined += rest.finish();
    require(joined == words.decode(ids, false), "a stream decodes as the whole");
    require(llava::io::is_utf8(joined), "a decoded text is UTF-8");
    require(words.image_token() < words.size(), "the image token is in the vocabulary");
    auto const quoted = words.encode_quoting(text, 0, text.size(), false);
    for (int const id : quoted) require(id >= 0 && id < words.size(), "a quoted token is in the vocabulary");
}

inline void check_words(llava::io::tokenizer const& words) {
    for (char const* text :
         {"", " ", "USER: <image>\nIs it red? ASSISTANT:", "</s><s> <unk>", "a\xC3\xA9\xE2\x96\x81 \xF0\x9F\x98\x80"})
        check_words(words, text);
    int const some = words.size() < 64 ? words.size() : 64;
    for (int id = 0; id < some; ++id) {
        require(words.find(words.piece(id)) >= 0, "every piece is found");
        check_words(words, words.piece(id));
    }
}

}   // namespace fuzz
