// SPDX-License-Identifier: MIT
#include <evaluation/coco_file.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::coco_row;
using support::thrown_by;

namespace {

// Everything that a file's rows say, in order, and what is thrown.
struct seen {
    std::string text;
    support::thrown thrown;
};

seen read(std::string const& json) {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "coco.json", json);
    seen result;
    result.thrown = thrown_by([&] {
        evaluation::read_coco(file, [&](std::string_view array, coco_row const& row) {
            result.text += std::string(array) + " " + row.name() + " " + std::to_string(row.integer("id")) + "\n";
        });
    });
    return result;
}

}   // namespace

TEST_CASE("coco file: rows of arrays are visited in order, and what is nested in them is passed over", "[evaluation]") {
    auto const found =
        read(R"({"info": {"id": 9, "a": [{"id": 8}]}, "type": "instances", "images": [{"id": 1}, {"id": 2}],
        "annotations": [{"segmentation": [[1.5, 2], [3, 4]], "id": 3}, {"segmentation": {"counts": [1], "id": 7}, "id": 4,
        "bbox": []}], "categories": []})");
    CHECK(found.thrown.what == "");
    CHECK(found.text ==
          "images images[0] 1\nimages images[1] 2\nannotations annotations[0] 3\nannotations annotations[1] 4\n");
}

TEST_CASE("coco file: a row is named by its place, whatever lies before it", "[evaluation]") {
    CHECK(read(R"({"a": {"b": 1, "c": [2]}, "images": [1, [], {"id": 3}, null, {"id": 4, "a": {"b": 1, "b": 2}}]})")
              .text == "images images[2] 3\nimages images[4] 4\n");
}

TEST_CASE("coco file: what is wrong is named by file and field", "[evaluation]") {
    CHECK(read(R"({"images": [{"id": 1}, {}]})").thrown.what == "coco.json: images[1].id: is missing, or no integer");
    CHECK(read(R"({"images": [{"id": "1"}]})").thrown.what == "coco.json: images[0].id: expected integer");
    CHECK(read(R"({"images": [{"id": 1.5}]})").thrown.what == "coco.json: images[0].id: is missing, or no integer");
    CHECK(read(R"({"images": [{"id": 9223372036854775808}]})").thrown.code == 65);
    CHECK(read(R"([{"id": 1}])").thrown.what == "coco.json: is no object");
    CHECK(read("3").thrown.what == "coco.json: is no object");
    CHECK(read(R"({"images": [{"id": 1}])").thrown.code == 65);
    CHECK_THAT(read(R"({"images": [{"id": 1},]})").thrown.what, Catch::Contains("coco.json: is not JSON at byte 23"));
    CHECK(read("").thrown.code == 65);
    CHECK(read(R"({"images": [{"id": 1}], "images": []})").thrown.what == "coco.json: images: is there twice");
    CHECK(read(R"({"images": [{"id": 1, "a": 2, "a": []}]})").thrown.what == "coco.json: images[0].a: is there twice");
    CHECK(read("{\"a\": " + std::string(100, '[')).thrown.what == "coco.json: is nested deeper than 64 levels");
    CHECK(thrown_by([] { evaluation::read_coco("absent.json", {}); }).code == 66);
}
