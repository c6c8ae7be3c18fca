// SPDX-License-Identifier: MIT
#include <llava/io/protobuf.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using llava::io::protobuf_message;
using support::names;
using namespace std::string_literals;

namespace {

// Field 1 of each kind in turn, as the encoding guide of Protocol Buffers writes them.
std::optional<std::string> reading(std::string const& bytes) {
    std::string const file = "a.model";
    return support::failure([&] {
        protobuf_message message(bytes, file);
        int fields = 0;
        while (message.next()) ++fields;
        return fields;
    });
}

}   // namespace

TEST_CASE("protobuf: the encoding guide's examples", "[llava][io]") {
    std::string const file = "a.model";
    std::string const bytes = "\x08\x96\x01\x12\x07testing\x1d\x01\x00\x00\x80\x21\x02\x00\x00\x00\x00\x00\x00\x00"s;
    protobuf_message message(bytes, file);
    CHECK(message.next()->value == 150);
    CHECK(message.next()->bytes == "testing");
    CHECK(message.next()->value == 0x80000001U);
    CHECK(message.next()->value == 2);
    CHECK_FALSE(message.next());
    std::string const largest = "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    protobuf_message other(largest, file);
    CHECK(other.next()->value == ~std::uint64_t{0});
}

TEST_CASE("protobuf: cut, oversized and obsolete fields are refused", "[llava][io]") {
    for (std::string const& bad :
         {"\x08"s, "\x08\x80"s, "\x12\x05test"s, "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s, "\x1d\x01"s, "\x21\x01"s})
        CHECK(names(reading(bad), 65, {"a.model", "truncated"}));
    CHECK(names(reading("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s), 65, {"64 bits"}));
    CHECK(names(reading("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s), 65, {"64 bits"}));
    CHECK(names(reading("\x00\x01"s), 65, {"field number 0"}));
    for (std::string const& bad : {"\x0b"s, "\x0c"s, "\x0e"s, "\x0f"s}) CHECK(names(reading(bad), 65, {"wire type"}));
}
