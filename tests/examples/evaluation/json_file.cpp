// SPDX-License-Identifier: MIT
#include <evaluation/json_file.hpp>

#include "catch.hpp"
#include "support.hpp"

using support::thrown_by;
using support::write_file;

TEST_CASE("json file: keys keep their order, and text is written as Python writes it", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = write_file(folder / "a.json", "{\"b\": \"\\u00e9\", \"a\": [1, 2.5], \"c\": null}");
    auto value = evaluation::read_ordered(file);
    value["0"] = "\xff";
    CHECK(evaluation::ascii_json(value) ==
          "{\n    \"b\": \"\\u00e9\",\n    \"a\": [\n        1,\n        2.5\n    ],\n"
          "    \"c\": null,\n    \"0\": \"\\ufffd\"\n}\n");
    CHECK(thrown_by([&] { evaluation::read_ordered(write_file(file, "{\"a\": 1, \"a\": 2}")); }).code == 65);
    CHECK(thrown_by([&] { evaluation::read_ordered(folder / "absent"); }).code == 66);
}

TEST_CASE("json file: a text that may be a number, and the prefix of a key", "[evaluation]") {
    auto const document = llava::io::json_document::parse(R"({"a": "7", "b": 7, "c": 7.5, "m_pred_b1": 1})", "f");
    auto const root = document->root();
    CHECK(evaluation::text_or_integer(root.at("a")) == "7");
    CHECK(evaluation::text_or_integer(root.at("b")) == "7");
    CHECK(thrown_by([&] { evaluation::text_or_integer(root.at("c")); }).code == 65);
    CHECK(evaluation::prefix_before(root, "b1") == "m_pred_");
    CHECK(thrown_by([&] { evaluation::prefix_before(root, "c1"); }).code == 65);
}
