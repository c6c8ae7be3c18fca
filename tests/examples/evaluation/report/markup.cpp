// SPDX-License-Identifier: MIT
#include <evaluation/report/markup.hpp>

#include <limits>

#include "catch.hpp"
#include "content_setting.hpp"

using namespace std::string_literals;
using evaluation::report::element;
using evaluation::report::escaped;
using evaluation::report::fixed;
using evaluation::report::leaf;
using evaluation::report::signed_fixed;

TEST_CASE("markup: nothing in a text is markup", "[evaluation]") {
    CHECK(escaped("a < b && \"c\" > 'd'") == "a &lt; b &amp;&amp; &quot;c&quot; &gt; &#39;d&#39;");
    CHECK(escaped("&lt;") == "&amp;lt;");
    CHECK(escaped("\xC3\xA4\n\t") == "\xC3\xA4\n\t");
}

TEST_CASE("markup: what XML has no character for is replaced", "[evaluation]") {
    auto const replacement = "\xEF\xBF\xBD"s;
    CHECK(escaped("a\xFFz") == "a" + replacement + "z");   // no UTF-8
    CHECK(escaped("a\x01z\x7F") == "a" + replacement + "z" + replacement);
    CHECK(escaped("a\0z"s) == "a" + replacement + "z");
    CHECK(escaped("a\xEF\xBF\xBEz") == "a" + replacement + "z");   // U+FFFE
    CHECK(escaped(replacement) == replacement);
}

TEST_CASE("markup: elements with attributes and content", "[evaluation]") {
    CHECK(element("p", {{"class", "a\"b"}, {"id", "x"}}, "<b/>") == "<p class=\"a&quot;b\" id=\"x\"><b/></p>");
    CHECK(leaf("img", {{"alt", "<"}}) == "<img alt=\"&lt;\"/>");
}

TEST_CASE("markup: numbers", "[evaluation]") {
    CHECK(fixed(-1.25, 1) == "-1.2");
    CHECK(fixed(-0.04, 1) == "0.0");
    CHECK(signed_fixed(0.04, 1) == "0.0");
    CHECK(signed_fixed(12.34, 1) == "+12.3");
    CHECK(signed_fixed(-12.34, 0) == "-12");
    CHECK(fixed(std::numeric_limits<double>::infinity(), 1) == "inf");
}

TEST_CASE("markup: the tests' own reader of XML finds what is broken", "[evaluation]") {
    CHECK(support::breach_of_xml("<!DOCTYPE html>\n<a b=\"c>d\"><e/>&amp;</a>").empty());
    CHECK(support::breach_of_xml("<a><b></a></b>") == "unexpected </a>");
    CHECK(support::breach_of_xml("<a>") == "never closed: a");
    CHECK(support::breach_of_xml("<a>1 & 2, and so on and on</a>") == "bare & at 5");
    CHECK(support::breach_of_xml("<a>1 < 2</a>").starts_with("bare <"));
}
