// SPDX-License-Identifier: MIT
#include <llava/io/safetensors.hpp>

#include <cstring>
#include <string>

#include "catch.hpp"
#include "support.hpp"

using llava::io::canonical_name;
using llava::io::checkpoint;
using llava::io::dtype;
using support::failure;
using support::folder;
using support::names;
using support::replace;
using namespace std::string_literals;

namespace {

std::string length(std::uint64_t value) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>((value >> shift) & 255U);
    return out;
}

std::string with_header(std::string const& header, std::string const& data = "") {
    return length(header.size()) + header + data;
}

std::string entry(std::string const& name, std::string const& type, std::string const& shape,
                  std::string const& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

// How a model folder with this one file fails.
std::optional<std::string> opening(std::string const& bytes) {
    folder const model;
    model.write("model.safetensors", bytes);
    return failure([&] { return checkpoint::open(model.path()).tensors().size(); });
}

// The same for one F32 tensor "t" of 8 bytes with its header changed.
std::optional<std::string> changed(std::string_view from, std::string_view to) {
    return opening(with_header(replace("{" + entry("t", "F32", "[2]", "[0,8]") + "}", from, to), "abcdefgh"));
}

constexpr std::string_view file = "model.safetensors: ";

}   // namespace

TEST_CASE("safetensors: values, shapes and types are those of the file", "[llava][io]") {
    folder const model;
    // Unordered, misaligned by the odd header length, with metadata, an empty tensor, a scalar, and trailing spaces in the header.
    std::string const header = "{" + entry("b", "I64", "[]", "[4,12]") + ",\"__metadata__\":{\"format\":\"pt\"}," +
                               entry("a", "BF16", "[2,1]", "[0,4]") + "," + entry("none", "F16", "[3,0]", "[12,12]") +
                               "} ";
    model.write("model.safetensors", with_header(header, "\x80\x3f\x00\xc0"s + length(7)));
    auto const weights = checkpoint::open(model.path());
    REQUIRE(weights.tensors().size() == 3);
    auto const& a = weights.at("a");
    CHECK(a.type == dtype::bf16);
    CHECK(a.shape == std::vector<std::int64_t>{2, 1});
    CHECK(a.bytes == 4);
    CHECK(std::memcmp(a.data, "\x80\x3f\x00\xc0", 4) == 0);
    std::int64_t scalar = 0;
    std::memcpy(&scalar, weights.at("b").data, 8);
    CHECK(scalar == 7);
    CHECK(weights.at("b").shape.empty());
    CHECK(weights.at("none").bytes == 0);
    CHECK(llava::io::dtype_name(dtype::i64) == "I64");
    CHECK(llava::io::dtype_size(dtype::f16) == 2);
    CHECK(names(failure([&] { return weights.at("c").bytes; }), 65, {file, "c: tensor missing"}));
}

TEST_CASE("safetensors: the lengths in the file cannot be trusted", "[llava][io]") {
    CHECK(names(opening(""), 65, {file, "header", "truncated"}));
    CHECK(names(opening("abc"), 65, {file, "truncated"}));
    for (std::uint64_t const bad : {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{100000001},
                                    std::uint64_t{1} << 63U, ~std::uint64_t{0}}) {
        INFO(bad);
        CHECK(names(opening(length(bad)), 65, {file, "header", std::to_string(bad)}));
    }
    CHECK(names(opening(length(0)), 65, {file, "header"}));
    std::string const good = with_header("{" + entry("t", "F32", "[2]", "[0,8]") + "}", "abcdefgh");
    CHECK_FALSE(opening(good));
    for (std::size_t size = 0; size < good.size(); ++size) {
        INFO("cut to " << size);
        CHECK(names(opening(good.substr(0, size)), 65, {file, "truncated"}));
    }
    CHECK(names(opening(good + "x"), 65, {file, "1 bytes after the last tensor"}));
}

TEST_CASE("safetensors: the header must be a JSON object of tensors", "[llava][io]") {
    for (std::string const bad : {"{", "[]", "null", " {}", "\xEF\xBB\xBF{}", "{\"t\":\xff}"}) {
        INFO(bad);
        CHECK(names(opening(with_header(bad)), 65, {file}));
    }
    CHECK(names(opening(with_header("{}\0\0"s)), 65, {file, "NUL"}));
    CHECK(names(opening(with_header(std::string(100, '['))), 65, {file}));
    CHECK(names(opening(with_header("{\"a\":" + std::string(200000, '['))), 65, {file, "64 levels"}));
    CHECK(names(changed("}}", "},\"t\":1}"), 65, {file, "\"t\"", "twice"}));
    CHECK(names(changed("\"shape\"", "\"dtype\":\"F32\",\"shape\""), 65, {file, "\"dtype\"", "twice"}));
    CHECK(names(changed("\"shape\"", "\"extra\":1,\"shape\""), 65, {file, "t.extra", "unknown field"}));
    CHECK(names(changed("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "5"), 65, {file, "t: ", "object"}));
    CHECK(names(opening(with_header("{\"__metadata__\":{\"a\":1}}")), 65, {file, "__metadata__.a"}));
    CHECK(names(opening(with_header("{\"__metadata__\":[]}")), 65, {file, "__metadata__"}));
    CHECK_FALSE(opening(with_header("{}")));
}

TEST_CASE("safetensors: dtype, shape and offsets are checked one by one", "[llava][io]") {
    for (std::string const bad : {"\"F17\"", "\"f32\"", "\"F4\"", "32", "null", "\"\""})
        CHECK(names(changed("\"F32\"", bad), 65, {file, "t.dtype"}));
    CHECK(names(changed("\"dtype\":\"F32\",", ""), 65, {file, "t.dtype: missing"}));
    CHECK(names(changed("\"shape\":[2],", ""), 65, {file, "t.shape: missing"}));
    CHECK(names(changed(",\"data_offsets\":[0,8]", ""), 65, {file, "t.data_offsets: missing"}));
    for (std::string const bad : {"[-2]", "[2.0]", "[\"2\"]", "[true]", "[null]", "[18446744073709551616]", "2",
                                  "[1,1,1,1,1,1,1,1,2]", "[-2,-1]"}) {
        INFO(bad);
        CHECK(names(changed("[2]", bad), 65, {file, "t.shape"}));
    }
    // Products that wrap 64 bits: the count, the bytes, the bytes to exactly 0; and a zero does not excuse the rest.
    for (std::string const bad : {"[4294967296,4294967296]", "[4611686018427387906]", "[4611686018427387904]",
                                  "[0,4611686018427387904,4611686018427387904]"}) {
        INFO(bad);
        CHECK(names(changed("[2]", bad), 65, {file, "t.shape", "64 bits"}));
    }
    CHECK(names(changed("[2]", "[3]"), 65, {file, "t.data_offsets", "8 bytes", "need 12"}));
    CHECK(names(changed("F32", "F64"), 65, {file, "t.data_offsets"}));
    for (std::string const bad : {"[8,0]", "[0,8,16]", "[0]", "[]", "[-8,0]", "[0,8.0]", "[0,\"8\"]",
                                  "[18446744073709551608,18446744073709551616]", "8"}) {
        INFO(bad);
        CHECK(names(changed("[0,8]", bad), 65, {file, "t.data_offsets"}));
    }
    CHECK(names(changed("[0,8]", "[8,16]"), 65, {file, "t.data_offsets", "truncated"}));
}

TEST_CASE("safetensors: tensors must tile the data", "[llava][io]") {
    auto const two = [](std::string const& first, std::string const& second, std::size_t size) {
        return opening(with_header("{" + entry("a", "U8", "[4]", first) + "," + entry("b", "U8", "[4]", second) + "}",
                                   std::string(size, 'x')));
    };
    CHECK_FALSE(two("[4,8]", "[0,4]", 8));
    CHECK(names(two("[0,4]", "[3,7]", 7), 65, {file, "b: ", "overlap"}));
    CHECK(names(two("[0,4]", "[0,4]", 4), 65, {file, "overlap"}));
    CHECK(names(two("[0,4]", "[5,9]", 9), 65, {file, "b: ", "hole of 1"}));
    CHECK(names(two("[1,5]", "[5,9]", 9), 65, {file, "a: ", "hole of 1"}));
}

TEST_CASE("safetensors: names that could harm a terminal or a log are refused", "[llava][io]") {
    CHECK(names(changed("\"t\"", "\"\\u001b[31m\""), 65, {file, "control character"}));
    CHECK(names(changed("\"t\"", "\"a\\nb\""), 65, {file, "control character"}));
    CHECK(names(changed("\"t\"", "\"a\\u0000b\""), 65, {file, "control character"}));
    CHECK(names(changed("\"t\"", "\"" + std::string(1000000, 'n') + "\""), 65, {file, "1000000 bytes"}));
    CHECK(names(changed("\"t\"", "\"\""), 65, {file, "name"}));
}

TEST_CASE("safetensors: other files under the name are recognised", "[llava][io]") {
    CHECK(names(opening("PK\x03\x04............"), 65, {file, "ZIP", "pickle"}));
    CHECK(names(opening("\x80\x02}q............"), 65, {file, "pickle"}));
    CHECK(names(opening("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), 65, {file, "Git LFS pointer"}));
    CHECK(names(opening("<!DOCTYPE html><html>404</html>"), 65, {file, "HTML"}));
    CHECK(names(opening("GGUF\x03............"), 65, {file, "GGUF"}));
}

TEST_CASE("safetensors: the three spellings of LLaVA's tensors are one", "[llava][io]") {
    // From files that transformers 5.23 saved with save_original_format on and off, and the hub's llava-1.5-7b-hf.
    CHECK(canonical_name("model.language_model.layers.0.self_attn.q_proj.weight") ==
          "language_model.model.layers.0.self_attn.q_proj.weight");
    CHECK(canonical_name("language_model.model.layers.0.self_attn.q_proj.weight") ==
          "language_model.model.layers.0.self_attn.q_proj.weight");
    CHECK(canonical_name("model.language_model.norm.weight") == "language_model.model.norm.weight");
    CHECK(canonical_name("lm_head.weight") == "language_model.lm_head.weight");
    CHECK(canonical_name("language_model.lm_head.weight") == "language_model.lm_head.weight");
    for (std::string const prefix :
         {"model.vision_tower.", "vision_tower.", "vision_tower.vision_model.", "model.vision_tower.vision_model."}) {
        CHECK(canonical_name(prefix + "pre_layrnorm.bias") == "vision_tower.vision_model.pre_layrnorm.bias");
    }
    CHECK(canonical_name("model.multi_modal_projector.linear_1.bias") == "multi_modal_projector.linear_1.bias");
    CHECK(canonical_name("multi_modal_projector.linear_1.bias") == "multi_modal_projector.linear_1.bias");
    CHECK(canonical_name("something.else") == "something.else");

    folder const model;
    model.write("model.safetensors", with_header("{" + entry("lm_head.weight", "U8", "[1]", "[0,1]") + "}", "x"));
    auto const weights = checkpoint::open(model.path());
    CHECK(weights.contains("language_model.lm_head.weight"));
    CHECK(weights.contains("lm_head.weight"));
    CHECK(weights.at("language_model.lm_head.weight").name == "lm_head.weight");
    std::string const both = "{" + entry("lm_head.weight", "U8", "[1]", "[0,1]") + "," +
                             entry("language_model.lm_head.weight", "U8", "[1]", "[1,2]") + "}";
    CHECK(names(opening(with_header(both, "xy")), 65, {file, "lm_head.weight", "the same tensor"}));
}

namespace {

// A folder with shards one.safetensors (tensor a) and two.safetensors (tensor b) and this weight_map.
std::optional<std::string> sharded(std::string const& map) {
    folder const model;
    model.write("one.safetensors", with_header("{" + entry("a", "U8", "[1]", "[0,1]") + "}", "x"));
    model.write("two.safetensors", with_header("{" + entry("b", "U8", "[1]", "[0,1]") + "}", "y"));
    model.write("model.safetensors.index.json", "{\"metadata\":{\"total_size\":2},\"weight_map\":" + map + "}");
    return failure([&] {
        auto const weights = checkpoint::open(model.path());
        return weights.at("b").data[0] == std::byte{'y'} ? 0 : throw std::logic_error("wrong shard");
    });
}

constexpr std::string_view index_file = "model.safetensors.index.json: ";

}   // namespace

TEST_CASE("safetensors: shards are read through their index, which cannot lead elsewhere", "[llava][io]") {
    CHECK_FALSE(sharded(R"({"a":"one.safetensors","b":"two.safetensors"})"));
    CHECK(names(sharded(R"({"a":"one.safetensors","b":"three.safetensors"})"), 66,
                {"three.safetensors", "No such file"}));
    for (std::string const bad :
         {"../two.safetensors", "/etc/passwd", "", ".", "..", "a/two.safetensors", "two.safetensors\\u0000"}) {
        INFO(bad);
        CHECK(names(sharded(R"({"a":"one.safetensors","b":")" + bad + "\"}"), 65, {index_file, "weight_map.b"}));
    }
    CHECK(
        names(sharded(R"({"a":"one.safetensors","b":"one.safetensors"})"), 65, {index_file, "weight_map.b", "not in"}));
    CHECK(names(sharded(R"({"a":"two.safetensors","b":"one.safetensors"})"), 65,
                {index_file, "weight_map.a", "two.safetensors"}));
    CHECK(names(sharded(R"({"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"})"), 65,
                {index_file, "weight_map.c", "not in"}));
    CHECK(names(sharded(R"({"a":"one.safetensors","b":5})"), 65, {index_file, "weight_map.b"}));
    CHECK(names(sharded("[]"), 65, {index_file, "weight_map"}));
    CHECK(names(sharded("{}"), 65, {index_file, "weight_map"}));
}

TEST_CASE("safetensors: a folder without weights says so", "[llava][io]") {
    folder const model;
    CHECK(names(failure([&] { return checkpoint::open(model.path()).tensors().size(); }), 66, {file, "No such file"}));
}
