// SPDX-License-Identifier: MIT
#include <evaluation/check.hpp>

#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

TEST_CASE("check: one line about each input", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_pope(folder.path(), "q.jsonl", 8);
    evaluation::check_options const options{
        .model = "m", .tasks = {"pope:" + file.native()}, .images = folder / "images"};
    auto const text =
        support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::check(options, support::fake_engine()) == 0); });
    CHECK(text == "config.json: fake\nq.jsonl: 8 questions, 4 with label yes\n" + options.images.native() +
                      ": 2 pictures of q decoded\n");
    auto without = options;
    without.images.clear();
    CHECK(support::thrown_by([&] { evaluation::check(without, support::fake_engine()); }).what ==
          "--images: is needed: the folder of the pictures");
    support::write_file(folder / "images/scene_1.png", "no picture");
    auto const refused = support::thrown_by(
        [&] { support::captured(STDOUT_FILENO, [&] { evaluation::check(options, support::fake_engine()); }); });
    CHECK(refused.code == 65);
    CHECK_THAT(refused.what, Catch::StartsWith("scene_1.png: "));
}
