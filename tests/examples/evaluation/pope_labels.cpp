// SPDX-License-Identifier: MIT
#include <evaluation/pope_labels.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::pope_labels;
using llava::io::json_document;

namespace {

// What is said of this question beside a random.json of one row.
support::thrown refused(std::string const& question) {
    support::temporary_folder const folder;
    support::write_file(folder / "coco_pope_random.json",
                        R"({"question_id": 1, "image": "a.jpg", "text": "Is it?", "label": "yes"})");
    pope_labels labels(folder / "q.jsonl");
    auto const asked = json_document::parse(question, "q.jsonl line 1");
    return support::thrown_by([&] { labels.next(asked->root()); });
}

}   // namespace

TEST_CASE("pope labels: a question that is not its row's is refused", "[evaluation]") {
    CHECK(refused(R"({"image": "a.jpg", "text": "Is it?\nSay.", "category": "random"})").code == 0);
    CHECK(refused(R"({"image": "b.jpg", "text": "Is it?", "category": "random"})").what ==
          "q.jsonl line 1: image: is not that of row 1 of coco_pope_random.json");
    CHECK(refused(R"({"image": "a.jpg", "text": "Is that?", "category": "random"})").what ==
          "q.jsonl line 1: text: does not begin with that of row 1 of coco_pope_random.json");
    CHECK(refused(R"({"image": "a.jpg", "text": "Is it?", "category": "popular"})").code == 66);
    for (auto const* name : {"", "../random", "Random", "a\\u0000"}) {
        INFO(name);
        CHECK(refused(R"({"image": "a.jpg", "text": "Is it?", "category": ")" + std::string(name) + "\"}").code == 65);
    }
}

TEST_CASE("pope labels: rows are used up in their order", "[evaluation]") {
    support::temporary_folder const folder;
    std::filesystem::create_directory(folder / "coco");
    support::write_file(folder / "coco/coco_pope_random.json",
                        R"([{"image": "a", "text": "?", "label": "yes"}, {"image": "a", "text": "?", "label": "no"}])");
    pope_labels labels(folder / "q.jsonl");
    auto const asked = json_document::parse(R"({"image": "a", "text": "?", "category": "random"})", "q.jsonl line 9");
    CHECK(labels.next(asked->root()));
    CHECK_FALSE(labels.next(asked->root()));
    CHECK(support::thrown_by([&] { labels.next(asked->root()); }).what ==
          "q.jsonl line 9: category: there is no row 3 of coco_pope_random.json");
}
