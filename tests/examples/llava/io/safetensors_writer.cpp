// SPDX-License-Identifier: MIT
#include <llava/io/safetensors_writer.hpp>

#include <cstring>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using namespace std::string_literals;
using llava::io::dtype;
using llava::io::metadata;
using llava::io::tensor;
using support::contents;
using support::folder;

namespace {

tensor made(std::string const& name, dtype type, std::vector<std::int64_t> const& shape, std::string const& bytes) {
    return {.name = name,
            .type = type,
            .shape = shape,
            .data = reinterpret_cast<std::byte const*>(bytes.data()),
            .bytes = bytes.size(),
            .file = {}};
}

}   // namespace

TEST_CASE("safetensors_writer: the file is what the format says, byte by byte", "[llava][io]") {
    folder const where;
    std::string const data = "abcdefgh";
    llava::io::write_safetensors(where.path() / "t", {made("t", dtype::f32, {2}, data)}, {});
    // 54 bytes of header, filled up to 56.
    CHECK(contents(where.path() / "t") ==
          "\x38\0\0\0\0\0\0\0"s + R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})" + "  " + data);
}

TEST_CASE("safetensors_writer: what is written is read again, in the same order", "[llava][io]") {
    folder const where;
    std::string const two = "\x80\x3f\x00\xc0"s, one = "x", none;
    std::vector<tensor> const tensors{made("z.weight", dtype::bf16, {2, 1}, two),
                                      made("a \"quoted\" name", dtype::u8, {}, one),
                                      made("empty", dtype::i64, {3, 0}, none)};
    metadata const about{{"format", "pt"}, {"question", "Is there a \xc3\xa4?"}};
    llava::io::write_safetensors(where.path() / "t", tensors, about);
    llava::io::mapped_file const file{where.path() / "t"};
    auto const read = llava::io::read_safetensors(file);
    REQUIRE(read.size() == 3);
    CHECK(llava::io::read_metadata(file) == about);
    std::size_t order = 0;
    for (char const* const name : {"z.weight", "a \"quoted\" name"}) {
        tensor const& wanted = tensors[order];
        INFO(name);
        CHECK(read[order].name == name);
        CHECK(read[order].type == wanted.type);
        CHECK(read[order].shape == wanted.shape);
        REQUIRE(read[order].bytes == wanted.bytes);
        CHECK(std::memcmp(read[order].data, wanted.data, wanted.bytes) == 0);
        ++order;
    }
    CHECK(read[2].name == "empty");
}

TEST_CASE("safetensors_writer: no tensors and no metadata make a file too", "[llava][io]") {
    folder const where;
    llava::io::write_safetensors(where.path() / "t", {}, {});
    llava::io::mapped_file const file{where.path() / "t"};
    CHECK(llava::io::read_safetensors(file).empty());
    CHECK(llava::io::read_metadata(file).empty());
}

TEST_CASE("safetensors_writer: text that is not UTF-8 is replaced, not refused", "[llava][io]") {
    folder const where;
    llava::io::write_safetensors(where.path() / "t", {}, {{"question", "\xff?"}});
    CHECK(llava::io::read_metadata(llava::io::mapped_file{where.path() / "t"}).at("question") == "\xef\xbf\xbd?");
}
