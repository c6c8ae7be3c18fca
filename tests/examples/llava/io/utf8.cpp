// SPDX-License-Identifier: MIT
#include <llava/io/utf8.hpp>

#include <string>

#include "catch.hpp"

using namespace std::string_literals;
using llava::io::character_size;
using llava::io::is_utf8;

TEST_CASE("utf8: the well-formed byte sequences of the Unicode standard, table 3-7", "[llava][io]") {
    CHECK(character_size("") == 0);
    CHECK(character_size("a") == 1);
    CHECK(character_size("\0"s) == 1);
    CHECK(character_size("\xC2\x80") == 2);
    CHECK(character_size("\xDF\xBFz") == 2);
    CHECK(character_size("\xE0\xA0\x80") == 3);
    CHECK(character_size("\xED\x9F\xBF") == 3);
    CHECK(character_size("\xEE\x80\x80") == 3);
    CHECK(character_size("\xEF\xBF\xBF") == 3);
    CHECK(character_size("\xF0\x90\x80\x80") == 4);
    CHECK(character_size("\xF4\x8F\xBF\xBF") == 4);
}

TEST_CASE("utf8: everything else is not a character", "[llava][io]") {
    for (std::string const bad :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2z", "\xE0\x9F\xBF", "\xE1\x80", "\xED\xA0\x80",
          "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
        CHECK(character_size(bad) == 0);
        CHECK_FALSE(is_utf8("a" + bad));
    }
    CHECK(is_utf8(""));
    CHECK(is_utf8("a\xE5\xAE\x83\xF0\x9F\x98\x80"));
}

TEST_CASE("utf8: white space is Unicode's, also at the end", "[llava][io]") {
    CHECK(llava::io::leading_space(" \t\xE3\x80\x80\xC2\xA0x ") == 7);
    CHECK(llava::io::trailing_space(" x\xE2\x80\xA8\n") == 4);
    CHECK(llava::io::leading_space("\xE2\x80\x8Bx") == 0);   // zero width space is no White_Space
    CHECK(llava::io::leading_space("  ") == 2);
    CHECK(llava::io::trailing_space("") == 0);
}
