// SPDX-License-Identifier: MIT
#include <evaluation/task.hpp>

#include <set>

#include "catch.hpp"
#include "support.hpp"

using evaluation::file_name_of;
using support::thrown_by;

TEST_CASE("task: a benchmark's name and a file", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_pope(folder.path(), "random.jsonl", 8);
    auto const read = evaluation::read_task("pope:" + file.native());
    CHECK(read.kind.name == "pope");
    CHECK(read.images.empty());
    CHECK(evaluation::read_task("pope:" + file.native(), "pictures").images == "pictures");
    CHECK(read.split == "random");
    CHECK(read.questions.size() == 8);
    CHECK(read.hash.size() == 64);
    evaluation::reading const how{.words = evaluation::preset::of<evaluation::presets::vcd>(), .style = ""};
    CHECK(evaluation::read_task("pope:" + file.native(), {}, how).hash != read.hash);
    CHECK_THAT(thrown_by([&] { evaluation::read_task("pop:" + file.native()); }).what,
               Catch::StartsWith("--task: \"pop\" is unknown (choices: pope"));
    CHECK(thrown_by([&] { evaluation::read_task("pop:" + file.native()); }).code == 64);
    CHECK(thrown_by([] { evaluation::read_task("pope"); }).code == 64);
    CHECK(thrown_by([] { evaluation::read_task("pope:"); }).code == 64);
    CHECK(thrown_by([&] { evaluation::read_task("pope:" + (folder / "absent").native()); }).code == 66);
}

TEST_CASE("file name: readable, safe, and different for different methods", "[evaluation]") {
    CHECK(file_name_of("greedy") == "greedy");
    CHECK(file_name_of("causalmm:vision=shuffled,vision_layers=0-3,gamma=0.5") ==
          "causalmm+vision=shuffled,vision_layers=0-3,gamma=0.5");
    CHECK(file_name_of("../a b") == "..%2Fa%20b");
    CHECK(file_name_of("\xc3\xa9\n@") == "%C3%A9%0A%40");
    std::set<std::string> names;
    std::vector<std::string> const methods = {"a:b",
                                              "a+b",
                                              "a%3Ab",
                                              "a_b",
                                              "a b",
                                              "a/b",
                                              "a%2Fb",
                                              "a=b",
                                              "A:b",
                                              std::string(121, 'x'),
                                              std::string(122, 'x'),
                                              std::string(120, 'x'),
                                              std::string(120, 'x') + "y"};
    for (auto const& method : methods) {
        auto const name = file_name_of(method);
        CHECK(name.size() <= 137);
        CHECK(name.find_first_of("/@ ") == std::string::npos);
        names.insert(name);
    }
    CHECK(names.size() == methods.size());
}
