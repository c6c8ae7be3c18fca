// SPDX-License-Identifier: MIT
#include <evaluation/json_text.hpp>

#include <limits>

#include "catch.hpp"

TEST_CASE("json text: strings are escaped to one line of UTF-8", "[evaluation]") {
    CHECK(evaluation::json_string("a \"b\"\\\n\t\x01") == "\"a \\\"b\\\"\\\\\\n\\t\\u0001\"");
    CHECK(evaluation::json_string("caf\xc3\xa9") == "\"caf\xc3\xa9\"");
    CHECK(evaluation::json_string("a\xff z") == "\"a\xef\xbf\xbd z\"");
}

TEST_CASE("json text: numbers are the shortest that read back, and null if not finite", "[evaluation]") {
    CHECK(evaluation::json_number(0.1f) == "0.1");
    CHECK(evaluation::json_number(0.1) == "0.1");
    CHECK(evaluation::json_number(-2.5f) == "-2.5");
    CHECK(evaluation::json_number(std::numeric_limits<float>::infinity()) == "null");
    CHECK(evaluation::json_number(std::numeric_limits<double>::quiet_NaN()) == "null");
}
