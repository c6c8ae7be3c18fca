// SPDX-License-Identifier: MIT
#include <llava/io/tokenizer.hpp>
#include <llava/io/vocabulary.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using support::failure;
using support::folder;
using support::names;
using namespace std::string_literals;

namespace {

std::string field(char tag, std::string const& bytes) { return tag + (static_cast<char>(bytes.size()) + bytes); }

std::string piece(std::string const& text, char type, std::string const& score = "\0\0\0\0"s) {
    return field('\x0a', field('\x0a', text) + "\x15" + score + "\x18" + type);
}

std::string const controls = piece("<unk>", 2) + piece("<s>", 3) + piece("</s>", 3);
std::string const letters = piece("a", 1) + piece("b", 1);
std::string const bpe_trainer = field('\x12', "\x18\x02");     // model_type 2
std::string const plain_spaces = field('\x1a', "\x20\x00"s);   // remove_extra_whitespaces false

std::optional<std::string> reading(std::string const& bytes) {
    return failure([&] { return llava::io::read_sentencepiece(bytes, "tokenizer.model").pieces.size(); });
}

}   // namespace

TEST_CASE("sentencepiece: a model made by hand", "[llava][io]") {
    auto const words = llava::io::read_sentencepiece(controls + letters + piece("ab", 1) + bpe_trainer + plain_spaces,
                                                     "tokenizer.model");
    std::vector<int> ids;
    words.model.encode("abba", ids);
    CHECK(ids == std::vector<int>{5, 4, 3});
    CHECK(words.start == std::vector<int>{1});
    CHECK(words.special[2]);
}

TEST_CASE("sentencepiece: a user's piece is cut out whole, merges with nothing, and is no special token",
          "[llava][io]") {
    auto const words = llava::io::read_sentencepiece(
        controls + letters + piece("ab", 1) + piece("ba", 4) + piece("bab", 4) + bpe_trainer + plain_spaces,
        "tokenizer.model");
    auto const ids = [&words](std::string_view text) {
        std::vector<int> out;
        words.model.encode(text, out);
        return out;
    };
    CHECK(ids("abab") == std::vector<int>{3, 7});    // a, then the longer of the two at b
    CHECK(ids("babab") == std::vector<int>{7, 5});   // the leftmost first; ab is left to merge
    CHECK(ids("bab") == std::vector<int>{7});
    CHECK(ids("aba") == std::vector<int>{3, 6});   // not ab + a: merges come after
    CHECK(ids("abbaa") == std::vector<int>{5, 6, 3});
    CHECK_FALSE(words.special[6]);
    std::string many;   // all different
    for (int i = 0; i < 4097; ++i)
        many += piece("\xE0"s + static_cast<char>(0xA0 + i / 64 % 32) + static_cast<char>(0x80 + i % 64) +
                          static_cast<char>('a' + i / 2048),
                      4);
    CHECK(names(reading(controls + many + bpe_trainer + plain_spaces), 65, {"pieces[4099]", "more than 4096"}));
}

TEST_CASE("sentencepiece: malformed models are refused by name", "[llava][io]") {
    std::string const rest = bpe_trainer + plain_spaces;
    CHECK(names(reading(rest), 65, {"tokenizer.model: pieces", "missing"}));
    CHECK(names(reading(controls + letters + plain_spaces), 65, {"model_type", "found 1"}));
    CHECK(names(reading(controls + letters + bpe_trainer), 65, {"normalizer_spec"}));
    CHECK(names(reading(letters + rest), 65, {"unknown"}));
    CHECK(names(reading(controls + piece("<unk2>", 2) + rest), 65, {"pieces[3]", "second unknown"}));
    CHECK(names(reading(controls + piece("<s>", 1) + rest), 65, {"pieces[3]", "twice"}));
    CHECK(names(reading(controls + piece("", 1) + rest), 65, {"pieces[3]"}));
    CHECK(names(reading(controls + piece("\xff", 1) + rest), 65, {"pieces[3]", "not text"}));
    CHECK(names(reading(controls + piece("a\0b"s, 1) + rest), 65, {"pieces[3]", "not text"}));
    CHECK(names(reading(controls + piece("a", 1, "\0\0\xc0\x7f"s) + rest), 65, {"pieces[3]", "score"}));
    for (char const type : {'\0', '\x05', '\x63'})
        CHECK(names(reading(controls + piece("a", type) + rest), 65, {"pieces[3]", "type"}));
    CHECK(names(reading(controls + piece("<0x-1>", 6) + rest), 65, {"pieces[3]", "byte"}));
    CHECK(names(reading(controls + letters + field('\x12', "\x18\x02\xc8\x02\x09") + plain_spaces), 65, {"bos_id"}));
    CHECK(names(reading(controls + letters + bpe_trainer + field('\x1a', "\x20\x00\x12\x03xyz"s)), 65,
                {"precompiled_charsmap"}));
    auto const fallback = field('\x12', "\x18\x02\x98\x02\x01") + plain_spaces;
    CHECK(names(reading(controls + letters + piece("<0x41>", 6) + fallback), 65, {"pieces", "byte_fallback"}));
    CHECK(names(reading("{\"model\": 1}"), 65, {"tokenizer.model: "}));
}

TEST_CASE("sentencepiece: a real model cut anywhere is refused", "[llava][io]") {
    std::string const good = support::contents(support::golden("sentencepiece/tokenizer.model"));
    CHECK_FALSE(reading(good));
    for (std::size_t size = 0; size + 300 < good.size(); size += 97) {
        INFO("cut to " << size);
        CHECK(names(reading(good.substr(0, size)), 65, {"tokenizer.model: "}));
    }
}

TEST_CASE("sentencepiece: added tokens follow the model's without gaps", "[llava][io]") {
    folder const model;
    model.write("tokenizer.model", controls + letters + bpe_trainer + plain_spaces);
    auto const adding = [&](std::string const& text) {
        model.write("added_tokens.json", text);
        return failure([&] { return llava::io::tokenizer::open(model.path()).size(); });
    };
    CHECK_FALSE(adding(R"({"<pad>":6,"<image>":5})"));
    CHECK(llava::io::tokenizer::open(model.path()).image_token() == 5);
    for (std::string const bad : {R"({"<image>":6})", R"({"<image>":4})", R"({"<image>":5,"<pad>":5})",
                                  R"({"<image>":"5"})", R"({"":5})", R"({"a":5})"}) {
        INFO(bad);
        CHECK(names(adding(bad), 65, {"added_tokens.json: "}));
    }
    CHECK(names(adding("[]"), 65, {"added_tokens.json: ", "object"}));
}
