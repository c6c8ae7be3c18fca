// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

using namespace catalogue;   // NOLINT: helpers of the tests
using namespace std::string_literals;

namespace {

constexpr char const* json_name = "tokenizer.json";
constexpr char const* model_name = "tokenizer.model";

// The wire format of sentencepiece_model.proto.
std::string varint(std::size_t value) {
    std::string out;
    for (; value >= 128; value >>= 7U) out += static_cast<char>((value & 127U) | 128U);
    return out + static_cast<char>(value);
}
std::string bytes(unsigned number, std::string const& content) {
    return varint(number << 3U | 2U) + varint(content.size()) + content;
}
std::string integer(unsigned number, std::size_t value) { return varint(number << 3U) + varint(value); }

std::string piece(std::string const& text, std::size_t kind, std::string const& score = "\0\0\x80\xBF"s) {
    return bytes(1, bytes(1, text) + "\x15" + score + integer(3, kind));
}
std::string byte_piece(unsigned byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return piece(std::string("<0x") + digits[byte >> 4U] + digits[byte & 15U] + ">", 6);
}
std::string rules(std::string const& trainer = "", std::string const& normalizer = "") {
    return bytes(2, integer(3, 2) + integer(35, 1) + trainer) +
           bytes(3, integer(3, 1) + integer(4, 0) + integer(5, 1) + normalizer);
}
std::string const three = piece("<unk>", 2) + piece("<s>", 3) + piece("</s>", 3);

// The embedded model's vocabulary as a tokenizer.model; its added tokens follow in added_tokens.json. Its last pieces may be of
// the user's: then each is the start of the next.
std::string whole_model(std::string const& more = "", std::size_t users = 0) {
    auto const json = nlohmann::json::parse(model_file(json_name));
    std::map<int, std::string> by_id;
    for (auto const& [text, id] : json["model"]["vocab"].items()) by_id[id] = text;
    std::string out;
    for (auto const& [id, text] : by_id) {
        std::size_t const left = by_id.size() - static_cast<std::size_t>(id);
        out += left <= users ? piece(std::string(users + 1 - left, '~'), 4)
                             : piece(text, id == 0                   ? 2
                                           : id < 3                  ? 3
                                           : text.starts_with("<0x") ? 6
                                                                     : 1);
    }
    return out + rules() + more;
}

}   // namespace

TEST_CASE("catalogue: tokenizer.model, no well-formed message", "[catalogue]") {
    model_folder const model({json_name});
    check_cases(model, model_name,
                {{"empty", "", "the file is empty"},
                 {"11-byte varint", "\x08" + std::string(10, '\xff') + "\1", "protobuf: a number of more than 64 bits"},
                 {"length past end", "\x0a\x10", "protobuf: truncated"},
                 {"length 2^63", "\x0a" + varint(1ULL << 63U), "protobuf: truncated"},
                 {"wire type 7", "\x0f", "protobuf: wire type 7"},
                 {"field 0", "\x02\0"s, "protobuf: field number 0"},
                 {"group nesting bomb", std::string(1'000'000, '\x0b'), "protobuf: wire type 3"},
                 {"JSON instead", "{\"model\":{}}", "protobuf: "}});
    check_cases(model, model_name, foreign_files());
    std::string const small = three + rules();
    for (std::size_t size = 1; size < small.size(); ++size) {
        INFO("truncation sweep " << size);
        model.replace(model_name, small.substr(0, size));
        CHECK(model.check().code == 65);
    }
}

TEST_CASE("catalogue: tokenizer.model, pieces", "[catalogue]") {
    std::string const end = rules();
    // Four bytes of a trie whose root points beyond them.
    std::string const root = "\4\0\0\0"s + std::string(4, '\xff');
    std::string most_bytes;
    for (unsigned byte = 0; byte < 255; ++byte) most_bytes += byte_piece(byte);
    auto const more = [&](std::string const& text, std::size_t kind) { return three + piece(text, kind) + end; };
    check_cases(model_folder({json_name}), model_name,
                {{"no pieces", end, "pieces: missing"},
                 {"no unk", piece("<s>", 3) + end, "pieces: none is of type unknown"},
                 {"two unk", more("x", 2), "pieces[3]: a second unknown piece"},
                 {"duplicate piece", more("<s>", 1), "pieces[3]: \"<s>\" is given twice"},
                 {"NUL piece", more("a\0b"s, 1), "pieces[3]: "},
                 {"200 KB piece", more(std::string(200'000, 'p'), 1), "pieces[3]: a piece of 200000 bytes"},
                 {"empty piece", more("", 1), "pieces[3]: a piece of 0 bytes"},
                 {"non-UTF-8 piece", more("\xff", 1), "pieces[3]: \"\\xFF\" is not text"},
                 {"NaN score", three + piece("x", 1, "\0\0\xc0\x7f"s) + end, "pieces[3]: score"},
                 {"type 99", more("x", 99), "pieces[3]: type 99"},
                 {"<0x-1>", more("<0x-1>", 6), "pieces[3]: \"<0x-1>\" names no byte"},
                 {"<0xZZ>", more("<0xZZ>", 6), "pieces[3]: \"<0xZZ>\" names no byte"},
                 {"<0x100>", more("<0x100>", 6), "pieces[3]: \"<0x100>\" names no byte"},
                 {"byte set empty", three + end, "pieces: byte_fallback without all of <0x00> to <0xFF>"},
                 {"byte set incomplete", three + most_bytes + end, "pieces: byte_fallback without all of"},
                 {"bos id 999", three + rules(integer(41, 999)), "trainer_spec.bos_id: is not a piece"},
                 {"no BPE", three + rules(integer(3, 1)), "trainer_spec.model_type: expected 2"},
                 {"charsmap 3 bytes", three + rules("", bytes(2, "abc")), "normalizer_spec.precompiled_charsmap: "},
                 {"charsmap root out of range", three + rules("", bytes(2, root)), "precompiled_charsmap: "},
                 {"charsmap size 2^32-4", three + rules("", bytes(2, "\xfc\xff\xff\xff")), "precompiled_charsmap: "}});
}

TEST_CASE("catalogue: tokenizer.model, accepted", "[catalogue]") {
    model_folder const model({json_name});
    model.replace("added_tokens.json", R"({"<pad>":855,"<image>":854})");
    check_cases(model, model_name,
                {{"the embedded vocabulary", whole_model(), ""},
                 {"unknown fields", whole_model(integer(99, 7)), ""},
                 {"99 nested user symbols", whole_model("", 99), ""}});
    model.replace(model_name, whole_model());
    check_cases(model, "added_tokens.json",
                {{"hole", R"({"<image>":854,"<pad>":856})", "<pad>: expected an integer"},
                 {"id 1e9", R"({"<image>":1000000000})", "<image>: expected an integer"},
                 {"duplicate id", R"({"<image>":854,"<pad>":854})", "id 854 is given twice"},
                 {"clash", R"({"<s>":854})", "<s>: is a piece of the model already"},
                 {"empty token", R"({"":854})", "a token of 0 bytes"},
                 {"list", "[]", "expected an object"}});
}

TEST_CASE("catalogue: tokenizer.json, the whole file", "[catalogue]") {
    std::string const good = model_file(json_name);
    check_cases(
        model_folder(), json_name,
        {{"empty", "", "the file is empty"},
         {"cut JSON", good.substr(0, good.size() / 2), "not valid JSON"},
         {"no model", "{}", "model: missing"},
         {"unknown type", with(good, "/model/type", "\"Unigram\""), "model: not supported: \"Unigram\""},
         {"empty vocab", with(good, "/model/vocab", "{}"), "model.vocab: empty"},
         {"200,000 deep", std::string(200'000, '['), "nested deeper than 64"},
         {"lone surrogate", with(good, "/model/vocab", R"({"\ud800":0})"), "not valid JSON"},
         {"BOM", "\xEF\xBB\xBF" + good, ""},
         {"duplicate key", "{\"model\":{}," + good.substr(1), "key \"model\" is given twice"},
         {"duplicate piece", with(good, "/model/vocab", R"({"a":0,"a":1})"), "key \"a\" is given twice"},
         {"unk missing", with(good, "/model/unk_token", "\"<nope>\""), "model.unk_token: \"<nope>\""},
         {"catastrophic regex", with(good, "/pre_tokenizer", R"({"type":"Split","pattern":{"Regex":"(a+)+$"}})"),
          "pre_tokenizer: not supported: \"Split\""},
         {"regex in a normalizer", with(good, "/normalizer/normalizers/1/pattern", R"({"Regex":"(a+)+$"})"),
          "only a String pattern is supported"},
         {"unknown normalizer", with(good, "/normalizer", R"({"type":"NFKC"})"), "normalizer: not supported"}});
    check_cases(model_folder(), json_name, foreign_files());
}

TEST_CASE("catalogue: tokenizer.json, ids, merges and added tokens", "[catalogue]") {
    std::string const good = model_file(json_name);
    std::vector<entry> cases;
    for (char const* id : {"-1", "2147483648", "1099511627776", "1.5", "\"1\"", "true", "null"})
        cases.push_back({"id "s + id, with(good, "/model/vocab/<s>", id), "model.vocab.<s>: expected an integer"});
    auto const merge = [&](char const* text) { return with(good, "/model/merges/0", text); };
    auto const added = [&](char const* key, char const* text) { return with(good, "/added_tokens/3/"s + key, text); };
    std::vector<entry> const others = {
        {"duplicate id", with(good, "/model/vocab/<s>", "2"), "id 2 is given twice"},
        {"hole", without(good, "/model/vocab", "<0x41>"), "expected an integer from 0 to 852"},
        {"merge with unknown token", merge("\"q\\u0001 t\""), "model.merges[0]: piece \"q\\x01\" is not in"},
        {"merge of 3 parts", merge("\"a b c\""), "model.merges[0]: expected two pieces"},
        {"merge of 3 parts, list", merge(R"(["a","b","c"])"), "model.merges[0]: expected 2 pieces, found 3"},
        {"merge a number", merge("5"), "model.merges[0]: expected a string"},
        {"merge result missing", merge("\"q z\""), "model.merges[0]: piece \"qz\" is not in"},
        {"merge in list form", merge(R"(["\u2581","t"])"), ""},
        {"added token id 1e9", added("id", "1000000000"), "added_tokens[3].id: expected 854"},
        {"added token empty", added("content", "\"\""), "added_tokens[3].content: empty"},
        {"added token clash", added("content", "\"<s>\""), "added_tokens[3].content: \"<s>\" is given twice"}};
    cases.insert(cases.end(), others.begin(), others.end());
    check_cases(model_folder(), json_name, cases);
}
