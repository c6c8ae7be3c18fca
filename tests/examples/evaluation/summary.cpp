// SPDX-License-Identifier: MIT
#include <evaluation/summary.hpp>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("summary: each row beside the baseline of its split; without one it is refused", "[evaluation]") {
    support::temporary_folder const folder;
    auto const split = evaluation::read_task("pope:" + support::write_pope(folder.path(), "s.jsonl", 4).native());
    std::vector<evaluation::reply> const right = {{.text = "yes"}, {.text = "no"}, {.text = "yes"}, {.text = "no"}};
    std::vector<evaluation::reply> const affirming(4, {.text = "yes"});
    evaluation::table about;
    about.seed = "7";
    auto const made =
        evaluation::summarize({{.split = &split, .method = "x", .replies = right},
                               {.split = &split, .method = "greedy", .replies = affirming, .is_baseline = true}},
                              about);
    REQUIRE(made.rows.size() == 2);
    CHECK(made.seed == "7");
    CHECK(made.baseline == "greedy");
    CHECK(made.rows[0].measures.accuracy == 1.0);
    CHECK(made.rows[0].difference.mean == 0.5);
    CHECK(made.rows[1].is_baseline);
    CHECK(support::thrown_by([&] {
              evaluation::summarize({{.split = &split, .method = "x", .replies = right}}, about);
          }).code == 65);
    CHECK_THAT(evaluation::formatted(made, "csv"), Catch::Contains("\n\"s\",\"x\",4,1,"));
    CHECK(evaluation::formatted(made, "text") == made.text());
    CHECK(evaluation::formatted(made, "markdown") == made.markdown());
    CHECK(evaluation::formatted(made, "json") == made.json());
    CHECK(support::thrown_by([] { evaluation::check_format("xml"); }).code == 64);
}
