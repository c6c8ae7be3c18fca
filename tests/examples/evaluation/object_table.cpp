// SPDX-License-Identifier: MIT
#include <evaluation/object_table.hpp>

#include <evaluation/coco_names.hpp>

#include "golden.hpp"

using evaluation::object_table;

TEST_CASE("object table: captions mention what a reader finds in them", "[evaluation]") {
    auto const table = object_table::coco();
    auto const expected = support::golden_json("chair/expected.json")["mentions"];
    std::istringstream lines(support::read_file(support::golden_file("chair/captions.jsonl")));
    std::string line;
    for (std::size_t i = 0; std::getline(lines, line); ++i) {
        INFO(line);
        std::string const caption = nlohmann::json::parse(line)["caption"];
        CHECK(table.mentions(caption) == expected.at(i).get<std::vector<std::string>>());
    }
}

TEST_CASE("object table: COCO has 80 classes, and each names itself", "[evaluation]") {
    auto const table = object_table::coco();
    std::set<std::string> classes;
    for (auto const entry : evaluation::coco_names) {
        std::string const line(entry);
        auto const name = line.substr(0, line.find(','));
        classes.insert(name);
        CHECK(table.class_of(name) == name);
        CHECK(table.mentions("a " + name + ".") == std::vector<std::string>{name});
    }
    CHECK(classes.size() == 80);
    CHECK(table.class_of("Women") == "person");
    CHECK(table.class_of("unicorn").empty());
}

TEST_CASE("object table: qualifiers, and a seat beside a toilet", "[evaluation]") {
    auto const table = object_table::coco();
    using words = std::vector<std::string>;
    CHECK(table.mentions("a baby elephant") == words{"elephant"});
    CHECK(table.mentions("a baby, elephants") == words{"person", "elephant"});
    CHECK(table.mentions("a baby on an elephant") == words{"person", "elephant"});
    CHECK(table.mentions("adult cats and babies") == words{"cat", "person"});
    CHECK(table.mentions("seat, toilet") == words{"toilet"});
    CHECK(table.mentions("home plates").empty());
    CHECK(table.mentions("").empty());
}

// By CHAIR's rules: its tokens keep a comma as a word of its own, and its list of double words has "train track", which is no class.
TEST_CASE("object table: a mark parts a pair of words, and tracks are no train", "[evaluation]") {
    auto const table = object_table::coco();
    using words = std::vector<std::string>;
    CHECK(table.mentions("laptops, computers") == words{"laptop"});
    CHECK(table.mentions("laptop computers") == words{"laptop"});
    CHECK(table.mentions("It is hot. Dogs sleep") == words{"dog"});
    CHECK(table.mentions("a train on train tracks") == words{"train"});
    CHECK(table.mentions("a train; tracks") == words{"train"});
    CHECK(table.mentions("the seat (of the toilet)") == words{"toilet"});
    CHECK(table.mentions("taxis") == words{"car"});
    CHECK(table.mentions("a bus and two ties") == words{"bus", "tie"});
}
