// SPDX-License-Identifier: MIT
#include <evaluation/manifest.hpp>

#include "catch.hpp"
#include "support.hpp"

namespace {

evaluation::manifest header(std::string const& seed, std::string const& suffix) {
    evaluation::manifest result;
    result.add("method", "causalmm:gamma=1");
    result.add("seed", seed);
    result.add("suffix", suffix);
    return result;
}

}   // namespace

TEST_CASE("manifest: the first key that differs is named with both values", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = folder / "a.run.json";
    CHECK(header("1", "\n\"x\"").create(file));
    CHECK_FALSE(header("2", "other").create(file));   // of several processes, one
    CHECK(support::thrown_by([&] { header("1", "\n\"x\"").require_equal(file); }).code == 0);
    auto const [code, what] = support::thrown_by([&] { header("2", "other").require_equal(file); });
    CHECK(code == 78);
    CHECK(what ==
          "a.run.json: seed: was \"1\" when these answers were begun, is \"2\" now; choose another --out, or "
          "--overwrite");
}

TEST_CASE("manifest: a malformed or incomplete one is bad data", "[evaluation]") {
    support::temporary_folder const folder;
    auto const refused = [&](std::string_view text) {
        auto const file = support::write_file(folder / "a.run.json", text);
        return support::thrown_by([&] { header("1", "").require_equal(file); }).code;
    };
    CHECK(refused("") == 65);
    CHECK(refused("{\"method\": \"causalmm:gamma=1\"}") == 65);
    CHECK(refused("{\"method\": 1}") == 65);
    CHECK(refused("[]") == 65);
}

TEST_CASE("manifest: notes may differ, and are read back", "[evaluation]") {
    support::temporary_folder const folder;
    auto written = header("1", "");
    written.note("questions", "/there/q.jsonl");
    REQUIRE(written.create(folder / "a.run.json"));
    auto other = header("1", "");
    other.note("questions", "/here/q.jsonl");
    CHECK(support::thrown_by([&] { other.require_equal(folder / "a.run.json"); }).code == 0);
    auto const read = evaluation::manifest::read(folder / "a.run.json");
    CHECK(read.at("questions") == "/there/q.jsonl");
    CHECK(read.at("seed") == "1");
    CHECK(read.integer("seed") == 1);
    CHECK(support::thrown_by([&] { read.integer("method"); }).code == 65);
    CHECK(support::thrown_by([&] { read.at("absent"); }).what == "a.run.json: absent: is missing");
}
