// SPDX-License-Identifier: MIT
#include <llava/io/tokenizer.hpp>
#include <llava/io/vocabulary.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using support::failure;
using support::names;
using support::replace;

namespace {

std::string const small =
    R"({"version":"1.0","added_tokens":[{"id":2,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,
"normalized":false,"special":true},{"id":6,"content":"<image>","special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend",
"prepend":"_"},{"type":"Replace","pattern":{"String":" "},"content":"_"}]},"pre_tokenizer":null,"post_processor":{"type":"TemplateProcessing",
"single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[1],
"tokens":["<s>"]}}},"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"_"},"content":" "},{"type":"ByteFallback"},
{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},"model":{"type":"BPE","dropout":null,"unk_token":"<unk>",
"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"vocab":{"<unk>":0,"<s>":1,"</s>":2,"_":3,"a":4,"_a":5},
"merges":["_ a"]}})";

// How the tokenizer with one change fails; the change must have changed something.
bool refused(std::string_view from, std::string_view to, std::string_view field) {
    std::string const changed = replace(small, from, to);
    auto const why = failure([&] { return llava::io::read_vocabulary(changed, "tokenizer.json").pieces.size(); });
    UNSCOPED_INFO(to << " -> " << why.value_or("accepted"));
    return changed != small && names(why, 65, {"tokenizer.json: ", field});
}

bool accepted(std::string_view from, std::string_view to) {
    std::string const changed = replace(small, from, to);
    return changed != small &&
           !failure([&] { return llava::io::read_vocabulary(changed, "tokenizer.json").pieces.size(); });
}

}   // namespace

TEST_CASE("vocabulary: a small file, both forms of merges, files without optional parts", "[llava][io]") {
    auto const words = llava::io::tokenizer::parse(small, "tokenizer.json");
    CHECK(words.encode("a</s>a x") == std::vector<int>{1, 5, 2, 5, 3, 0});
    CHECK(words.decode(words.encode("a a", false)) == "a a");
    CHECK(words.image_token() == 6);
    CHECK(accepted("[\"_ a\"]", "[[\"_\",\"a\"]]"));
    CHECK(accepted(",{\"id\":6,\"content\":\"<image>\",\"special\":true}", ""));
    CHECK(accepted("\"merges\":[\"_ a\"]", "\"merges\":[]"));
    CHECK(accepted("\"post_processor\":{", "\"post_processor\":null,\"unused\":{"));
}

TEST_CASE("vocabulary: ids are integers without gaps or repeats", "[llava][io]") {
    for (std::string const bad : {"-1", "2147483648", "1099511627776", "1.5", "\"1\"", "true", "null", "3", "6"}) {
        CHECK(refused("\"a\":4", "\"a\":" + bad, "model.vocab."));
    }
    CHECK(refused("\"vocab\":{\"<unk>\":0,\"<s>\":1,\"</s>\":2,\"_\":3,\"a\":4,\"_a\":5}", "\"vocab\":{}",
                  "model.vocab"));
    CHECK(refused("\"a\":4", "\"_\":4", "twice"));
    CHECK(refused("\"a\":4", "\"" + std::string(2000, 'a') + "\":4", "model.vocab."));
    CHECK(refused("\"vocab\":{", "\"words\":{", "model.vocab: missing"));
}

TEST_CASE("vocabulary: merges are of two known pieces with a known result", "[llava][io]") {
    for (std::string const bad : {"\"_ x\"", "\"x a\"", "\"_a\"", "\"_ a a\"", "5", "[\"_\"]", "[\"_\",\"a\",\"a\"]",
                                  "[\"_\",5]", "\"a _\"", "null"}) {
        CHECK(refused("\"_ a\"", bad, "model.merges[0]"));
    }
    CHECK(refused("[\"_ a\"]", "{}", "model.merges"));
}

TEST_CASE("vocabulary: other models and unknown characters without a token", "[llava][io]") {
    CHECK(refused("\"BPE\"", "\"Unigram\"", "model: not supported: \"Unigram\""));
    CHECK(refused("\"unk_token\":\"<unk>\"", "\"unk_token\":\"[UNK]\"", "model.unk_token"));
    CHECK(refused("\"unk_token\":\"<unk>\"", "\"unk_token\":null", "byte_fallback"));
    CHECK(refused("\"dropout\":null", "\"dropout\":0.1", "model.dropout"));
    CHECK(refused("\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"", "end_of_word_suffix"));
    CHECK(refused("\"fuse_unk\":true", "\"fuse_unk\":1", "model.fuse_unk"));
    CHECK(refused("\"fuse_unk\":true", "\"ignore_merges\":true", "model.ignore_merges"));
    CHECK(refused("\"model\":{", "\"modal\":{", "model: missing"));
}

TEST_CASE("vocabulary: added tokens have the id they would be given", "[llava][io]") {
    for (std::string const bad : {"1000000000", "7", "5", "-1", "\"6\"", "6.0"})
        CHECK(refused("\"id\":6", "\"id\":" + bad, "added_tokens[1].id"));
    CHECK(refused("\"content\":\"<image>\"", "\"content\":\"\"", "added_tokens[1].content"));
    CHECK(refused("\"content\":\"<image>\"", "\"content\":\"</s>\"", "added_tokens[1].content"));
    CHECK(refused("\"id\":2", "\"id\":3", "added_tokens[0].id"));
    CHECK(refused("\"single_word\":false", "\"single_word\":true", "added_tokens[0].single_word"));
}

TEST_CASE("vocabulary: text rules of other tokenizers are refused, and no pattern is run", "[llava][io]") {
    CHECK(refused("\"Prepend\",\n\"prepend\":\"_\"", "\"NFKC\"", "NFKC"));
    CHECK(refused("{\"String\":\" \"}", "{\"Regex\":\"(a+)+$\"}", "normalizer.normalizers[1].pattern"));
    CHECK(refused("{\"String\":\" \"}", "{\"String\":\"\"}", "pattern"));
    CHECK(refused("{\"String\":\" \"}", "{\"String\":\"ab\"}", "pattern"));
    CHECK(refused("\"pre_tokenizer\":null", "\"pre_tokenizer\":{\"type\":\"ByteLevel\"}", "pre_tokenizer"));
    CHECK(refused("\"pre_tokenizer\":null",
                  "\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"last\"}",
                  "prepend_scheme"));
    CHECK(refused("\"type\":\"TemplateProcessing\"", "\"type\":\"ByteLevel\"", "post_processor"));
    CHECK(refused("\"ids\":[1]", "\"ids\":[7]", "post_processor.special_tokens"));
    CHECK(refused("\"id\":\"A\"", "\"id\":\"B\"", "post_processor.single[1]"));
    CHECK(refused("\"ByteFallback\"", "\"WordPiece\"", "decoder.decoders[1]"));
    CHECK(refused("\"stop\":0", "\"stop\":1", "stop"));
    CHECK(refused("\"decoder\":{", "\"decoded\":{", "decoder: missing"));
}

TEST_CASE("vocabulary: what is not a tokenizer.json at all", "[llava][io]") {
    for (std::size_t size = 0; size < small.size(); size += 11) {
        INFO("cut to " << size);
        CHECK(names(
            failure([&] { return llava::io::read_vocabulary(small.substr(0, size), "tokenizer.json").special.size(); }),
            65, {"tokenizer.json: "}));
    }
    CHECK(refused("\"a\":4", "\"\\ud800\":4", "not valid JSON"));
    CHECK(refused("\"merges\":[", "\"merges\":" + std::string(200000, '['), "64 levels"));
    support::folder const model;
    auto const opening = [&] { return failure([&] { return llava::io::tokenizer::open(model.path()).size(); }); };
    CHECK(names(opening(), 66, {"tokenizer.json: ", "No such file"}));
    model.write("tokenizer.json", "");
    CHECK(names(opening(), 65, {"tokenizer.json: ", "empty"}));
    model.write("tokenizer.json", "version https://git-lfs.github.com/spec/v1\n");
    CHECK(names(opening(), 65, {"tokenizer.json: ", "Git LFS"}));
}
