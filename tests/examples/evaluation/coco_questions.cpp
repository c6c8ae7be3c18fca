// SPDX-License-Identifier: MIT
#include <evaluation/coco_questions.hpp>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <evaluation/chair.hpp>

#include "catch.hpp"
#include "support.hpp"

using support::captured;
using support::thrown_by;
using support::write_file;

namespace {

// Annotations of two pictures: a person and two dogs; nothing, but a caption with a cat.
struct setting {
    support::temporary_folder folder;
    nlohmann::json instances = nlohmann::json::parse(R"({"info": {}, "licenses": [], "images": [
        {"id": 42, "file_name": "COCO_val2014_000000000042.jpg"}, {"id": 7, "file_name": "COCO_val2014_000000000007.jpg"}],
        "annotations": [{"id": 1, "image_id": 42, "category_id": 18, "segmentation": [[1.0, 2.5]]},
        {"id": 2, "image_id": 42, "category_id": 1, "segmentation": {"counts": [3], "size": [1, 1]}},
        {"id": 3, "image_id": 42, "category_id": 18}],
        "categories": [{"id": 1, "name": "person"}, {"id": 18, "name": "dog"}]})");
    nlohmann::json captions = nlohmann::json::parse(R"({"images": [], "annotations": [
        {"image_id": 7, "id": 1, "caption": "A kitten sleeps."}, {"image_id": 42, "id": 2, "caption": "Two dogs."},
        {"image_id": 7, "id": 3, "caption": "A \"sofa\"."}]})");
    evaluation::coco_options options;

    std::string write() {
        options.instances = {write_file(folder / "instances.json", instances.dump())};
        options.captions = {write_file(folder / "captions.json", captions.dump())};
        options.out = folder / "q.jsonl";
        return captured(STDOUT_FILENO, [&] { evaluation::write_coco_questions(options); });
    }
    support::thrown refused() {
        auto const thrown = thrown_by([&] { write(); });
        CHECK_FALSE(std::filesystem::exists(folder / "q.jsonl"));
        return thrown;
    }
};

}   // namespace

TEST_CASE("coco questions: a line for each picture, with its classes and captions", "[evaluation]") {
    setting s;
    CHECK(s.write() == "2 pictures, 2 classes, 3 captions\n");
    CHECK(support::read_file(s.folder / "q.jsonl") ==
          "{\"image_id\": 7, \"image\": \"COCO_val2014_000000000007.jpg\", \"objects\": [], \"captions\": [\"A kitten "
          "sleeps.\", "
          "\"A \\\"sofa\\\".\"]}\n"
          "{\"image_id\": 42, \"image\": \"COCO_val2014_000000000042.jpg\", \"objects\": [\"person\", \"dog\"], "
          "\"captions\": "
          "[\"Two dogs.\"]}\n");
}

// As CHAIR: true are the classes of the instances and those that the true captions name.
TEST_CASE("coco questions: the benchmark takes instances and captions together for the truth", "[evaluation]") {
    setting s;
    s.write();
    evaluation::chair const read(s.folder / "q.jsonl");
    std::vector<std::string> const answers = {"A cat and a dog on a couch.", "A man with a dog and a frisbee."};
    // 7: cat and couch are there, the dog is not; 42: person and dog are there, the frisbee is not.
    CHECK(read.score(answers, "objects").rows[0].values == std::vector<std::optional<double>>{1, 2 / 6., 1});
}

TEST_CASE("coco questions: a file of image ids chooses the pictures and their order", "[evaluation]") {
    setting s;
    s.options.pictures = write_file(s.folder / "c.jsonl", "{\"image_id\": 42, \"caption\": \"x\"}\n");
    CHECK(s.write() == "1 pictures, 2 classes, 1 captions\n");
    CHECK_THAT(support::read_file(s.folder / "q.jsonl"), Catch::StartsWith("{\"image_id\": 42, "));
    std::filesystem::remove(s.folder / "q.jsonl");
    write_file(s.folder / "c.jsonl", "{\"image_id\": 8}\n");
    CHECK(s.refused().what == "c.jsonl line 1: image_id: 8 is in no images");
}

TEST_CASE("coco questions: what is wrong is named by file and field, and nothing is written", "[evaluation]") {
    auto const refused = [](auto const& change) {
        setting s;
        change(s);
        return s.refused().what;
    };
    CHECK(refused([](setting& s) { s.instances["annotations"][1]["category_id"] = 3; }) ==
          "instances.json: annotations[1].category_id: 3 is in no category");
    CHECK(refused([](setting& s) { s.instances["annotations"][2]["image_id"] = 8; }) ==
          "instances.json: annotations[2].image_id: 8 is in no images");
    CHECK(refused([](setting& s) { s.captions["annotations"][1]["image_id"] = 9; }) ==
          "captions.json: annotations[1].image_id: 9 is in no images");
    CHECK(refused([](setting& s) { s.captions["annotations"][1]["caption"] = 9; }) ==
          "captions.json: annotations[1].caption: expected text");
    CHECK(refused([](setting& s) { s.instances["images"][0]["file_name"] = ""; }) ==
          "instances.json: images[0].file_name: is empty or holds a NUL byte");
    CHECK(refused([](setting& s) { s.instances["images"][0]["file_name"] = std::string(4097, 'a'); }) ==
          "instances.json: images[0].file_name: is longer than 4096 bytes");
    CHECK(refused([](setting& s) { s.instances["images"][1]["id"] = -7; }) ==
          "instances.json: images[1].id: -7 is negative");
    CHECK(
        refused([](setting& s) {
            s.captions["images"] = {{{"id", 7}, {"file_name", "b.jpg"}}};
        }) ==
        "captions.json: images[0].file_name: \"b.jpg\" is not the \"COCO_val2014_000000000007.jpg\" that 7 was before");
    CHECK(refused([](setting& s) { s.instances["categories"][1]["id"] = 1; }) ==
          "instances.json: categories[1].name: \"dog\" is not the \"person\" that 1 was before");
    CHECK(refused([](setting& s) { s.captions["annotations"].erase(1); }) ==
          "captions.json: image_id: there are no captions of picture 42");
    CHECK(refused([](setting& s) { s.instances = s.captions = nlohmann::json::object(); }) ==
          "instances.json: images: there are none");
}
