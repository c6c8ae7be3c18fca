// SPDX-License-Identifier: MIT
#include <llava/read_value.hpp>

#include <string>

#include "catch.hpp"

TEST_CASE("read_value: numbers whole, without sign or space", "[llava]") {
    int count = 0;
    CHECK(llava::read("42", count));
    CHECK(count == 42);
    for (std::string const text : {"", "-1", "+1", " 1", "1 ", "1.0", "x", "2147483648"}) {
        INFO(text);
        CHECK_FALSE(llava::read(text, count));
    }
    double number = 0.0;
    CHECK(llava::read_strength("2.5e-1", number));
    CHECK(number == 0.25);
    for (std::string const text : {"nan", "inf", "1e39", "1e400", "-0", "0,5", "0x1"}) {
        INFO(text);
        CHECK_FALSE(llava::read_strength(text, number));
    }
    CHECK(llava::read_share("1", number));
    CHECK_FALSE(llava::read_share("1.0000001", number));
    CHECK_FALSE(llava::read_share("nan", number));
}

TEST_CASE("read_value: ranges include both ends", "[llava]") {
    causalmm::selection::index_range range;
    CHECK(llava::read_range("3", range));
    CHECK(range == causalmm::selection::index_range{3, 4});
    CHECK(llava::read_range("0-2147483647", range));
    CHECK(range == causalmm::selection::index_range{0, 2147483648});
    for (std::string const text : {"", "-", "1-", "-1", "2-1", "1-2-3", "1 -2"}) {
        INFO(text);
        CHECK_FALSE(llava::read_range(text, range));
    }
}

TEST_CASE("read_value: true and false, nothing else", "[llava]") {
    bool value = false;
    CHECK(llava::read_bool("true", value));
    CHECK(value);
    CHECK(llava::read_bool("false", value));
    CHECK_FALSE(value);
    CHECK_FALSE(llava::read_bool("yes", value));
}
