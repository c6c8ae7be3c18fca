// SPDX-License-Identifier: MIT
#include <evaluation/rules.hpp>

#include <evaluation/jsonl.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::rules::verdict;

namespace {

constexpr auto yes = verdict::yes;
constexpr auto no = verdict::no;
constexpr auto neither = verdict::neither;

verdict named(std::string const& name) { return name == "yes" ? yes : name == "no" ? no : neither; }

}   // namespace

TEST_CASE("vcd: looks for the letters of the right answer, so the label decides", "[evaluation]") {
    using evaluation::rules::vcd;
    CHECK(vcd::read("NO", true) == no);
    CHECK(vcd::read("NO", false) == no);
    CHECK(vcd::read("No.", false) == no);
    CHECK(vcd::read("I do not know", false) == no);
    CHECK(vcd::read("I do not know", true) == no);
    CHECK(vcd::read("There is a snowboard", false) == no);
    CHECK(vcd::read("There is a snowboard", true) == no);
    CHECK(vcd::read("Yes, but I cannot tell", true) == yes);
    CHECK(vcd::read("Yes, but I cannot tell", false) == no);
    CHECK(vcd::read("", false) == yes);
    CHECK(vcd::read("", true) == no);
}

TEST_CASE("official: all that is not a no in the first sentence is a yes", "[evaluation]") {
    using evaluation::rules::official;
    for (bool const label : {true, false}) {
        CHECK(official::read("NO", label) == yes);
        CHECK(official::read("No.", label) == no);
        CHECK(official::read("I do not know", label) == no);
        CHECK(official::read("There is a snowboard", label) == yes);
        CHECK(official::read("Yes, but I cannot tell", label) == yes);
        CHECK(official::read("", label) == yes);
        CHECK(official::read("Yes. No", label) == yes);
        CHECK(official::read("no,", label) == no);
        CHECK(official::read("there is no", label) == no);
    }
}

TEST_CASE("words: exactly one of the two words decides", "[evaluation]") {
    using evaluation::rules::words;
    for (bool const label : {true, false}) {
        CHECK(words::read("NO", label) == no);
        CHECK(words::read("No.", label) == no);
        CHECK(words::read("I do not know", label) == neither);
        CHECK(words::read("There is a snowboard", label) == neither);
        CHECK(words::read("Yes, but I cannot tell", label) == yes);
        CHECK(words::read("", label) == neither);
        CHECK(words::read("yes and no", label) == neither);
    }
}

TEST_CASE("exact: the bare word and nothing else", "[evaluation]") {
    using evaluation::rules::exact;
    for (bool const label : {true, false}) {
        CHECK(exact::read("NO", label) == no);
        CHECK(exact::read(" yes\n", label) == yes);
        CHECK(exact::read("No.", label) == neither);
        CHECK(exact::read("I do not know", label) == neither);
        CHECK(exact::read("There is a snowboard", label) == neither);
        CHECK(exact::read("Yes, but I cannot tell", label) == neither);
        CHECK(exact::read("", label) == neither);
    }
}

TEST_CASE("rules: awkward answers are read as the Python golden reads them", "[evaluation]") {
    std::filesystem::path const golden =
        std::filesystem::path(CAUSALMM_SOURCE_DIR) / "tests/golden/evaluation/rules.jsonl";
    int answers = 0;
    evaluation::read_lines(golden, [&](llava::io::json_field const& line, std::size_t) {
        auto const answer = line.at("answer").text();
        auto const expected = [&](char const* key) { return named(line.at(key).text()); };
        INFO(answer);
        CHECK(evaluation::rules::vcd::read(answer, true) == expected("vcd_if_yes"));
        CHECK(evaluation::rules::vcd::read(answer, false) == expected("vcd_if_no"));
        for (bool const label : {true, false}) {
            CHECK(evaluation::rules::official::read(answer, label) == expected("official"));
            CHECK(evaluation::rules::words::read(answer, label) == expected("words"));
            CHECK(evaluation::rules::exact::read(answer, label) == expected("exact"));
        }
        ++answers;
    });
    CHECK(answers >= 200);
}

TEST_CASE("rules: each is found by its name, and a foreign name lists them all", "[evaluation]") {
    evaluation::rule_list::for_each([]<class Rule>() {
        auto const found = evaluation::find_rule(Rule::name);
        CHECK(found.name == Rule::name);
        CHECK(found.read == &Rule::read);
        CHECK(found.neither_is_missed == Rule::neither_is_missed);
    });
    auto const [code, what] = support::thrown_by([] { evaluation::find_rule("vdc"); });
    CHECK(code == 64);
    CHECK(what == "--rule: \"vdc\" is unknown (choices: vcd, official, words, exact)");
}
