// SPDX-License-Identifier: MIT
#include <evaluation/text_lines.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::split_tabs;
using evaluation::text_lines;
using support::thrown_by;
using support::write_file;

TEST_CASE("text lines: numbered, without blank ones", "[evaluation]") {
    support::temporary_folder const folder;
    auto const lines = text_lines(write_file(folder / "a.txt", "\xef\xbb\xbf one\t1 \r\n\r\n \ntwo"));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].text == " one\t1 ");
    CHECK(lines[1].text == "two");
    CHECK(lines[1].where == "a.txt in " + folder.path().filename().native() + " line 4");
    CHECK(text_lines(write_file(folder / "a.txt", "")).empty());
    CHECK(thrown_by([&] { text_lines(folder / "absent"); }).code == 66);
    CHECK(thrown_by([&] { text_lines(write_file(folder / "a.txt", std::string("a\0b", 3))); }).code == 65);
    CHECK(thrown_by([&] { text_lines(write_file(folder / "a.txt", std::string((1 << 20) + 1, 'x'))); }).code == 65);
}

TEST_CASE("text lines: fields between tabs", "[evaluation]") {
    CHECK(split_tabs("a \t b\t", 3, "w") == std::vector<std::string>{"a", "b", ""});
    CHECK(thrown_by([] { split_tabs("a\tb", 3, "w"); }).what == "w: expected 3 fields with tabs between them, found 2");
}
