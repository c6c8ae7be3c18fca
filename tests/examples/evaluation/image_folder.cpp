// SPDX-License-Identifier: MIT
#include <evaluation/image_folder.hpp>

#include "catch.hpp"
#include "examples/llava/io/limited.hpp"
#include "support.hpp"

using support::thrown_by;
using support::write_file;

TEST_CASE("image folder: finds regular files beneath it", "[evaluation]") {
    support::temporary_folder const folder;
    std::filesystem::create_directory(folder / "sub");
    write_file(folder / "a.png", "");
    write_file(folder / "sub/b.png", "");
    std::filesystem::create_symlink("a.png", folder / "link.png");
    evaluation::image_folder const images(folder.path());
    CHECK(images.find("a.png", "q line 1") == folder / "a.png");
    CHECK(images.find("sub/b.png", "q line 1") == folder / "sub/b.png");
    CHECK(images.find("sub/../a.png", "q line 1") == folder / "sub/../a.png");
    CHECK(images.find("link.png", "q line 1") == folder / "link.png");
}

TEST_CASE("image folder: no name leads out of it", "[evaluation]") {
    support::temporary_folder const outer;
    std::filesystem::create_directory(outer / "images");
    write_file(outer / "secret.png", "");
    std::filesystem::create_symlink("../secret.png", outer / "images/evil.png");
    std::filesystem::create_symlink("/etc/hostname", outer / "images/absolute.png");
    evaluation::image_folder const images(outer / "images");
    for (auto const& name :
         {std::string("../secret.png"), std::string("x/../../secret.png"), std::string("evil.png"),
          std::string("absolute.png"), std::string("/etc/hostname"), (outer / "secret.png").native()}) {
        INFO(name);
        auto const [code, what] = thrown_by([&] { images.find(name, "q.jsonl line 3"); });
        // Where x is absent, the walk may end before it turns back.
        CHECK((code == 65 || (code == 66 && name.starts_with("x/"))));
        CHECK_THAT(what, Catch::StartsWith("q.jsonl line 3: image: "));
    }
}

TEST_CASE("image folder: what is absent or no file is missing input", "[evaluation]") {
    support::temporary_folder const folder;
    std::filesystem::create_directory(folder / "sub");
    evaluation::image_folder const images(folder.path());
    for (auto const& name : {std::string("absent.png"), std::string("."), std::string("sub"),
                             std::string("file://a.png"), std::string("\\\\host\\a.png"), std::string(4096, 'x')}) {
        INFO(name);
        CHECK(thrown_by([&] { images.find(name, "q line 1"); }).code == 66);
    }
    CHECK(thrown_by([&] { evaluation::image_folder const none(folder / "absent"); }).code == 66);
}

TEST_CASE("image folder: a limit of the process is told as one", "[evaluation]") {
    support::temporary_folder const folder;
    write_file(folder / "a.png", "");
    evaluation::image_folder const images(folder.path());
    support::thrown of_folder, of_file;
    {
        support::limited const no_more(RLIMIT_NOFILE, 0);
        of_folder = thrown_by([&] { evaluation::image_folder const again(folder.path()); });
        of_file = thrown_by([&] { images.find("a.png", "q line 1"); });
    }
    CHECK(of_folder.code == 71);
    CHECK_THAT(of_folder.what, Catch::Contains("--images: cannot be opened: ") && Catch::Contains("ulimit -n"));
    CHECK(of_file.code == 71);
    CHECK_THAT(of_file.what,
               Catch::StartsWith("q line 1: image: \"a.png\" cannot be opened: ") && Catch::Contains("ulimit -n"));
}

TEST_CASE("check images: each picture is decoded once, and a bad one is named", "[evaluation]") {
    support::temporary_folder const folder;
    write_file(folder / "a.png", support::one_pixel());
    write_file(folder / "b.png", support::one_pixel());
    evaluation::image_folder const images(folder.path());
    std::vector<evaluation::question> questions(3);
    questions[0].image = questions[2].image = "a.png";
    questions[1].image = "b.png";
    auto const found = evaluation::check_images(images, questions);
    CHECK(found.count == 2);
    CHECK(found.hash.size() == 64);
    CHECK(evaluation::check_images(images, questions).hash == found.hash);
    write_file(folder / "b.png", support::one_pixel().substr(0, 50));
    auto const [code, what] = thrown_by([&] { evaluation::check_images(images, questions); });
    CHECK(code == 65);
    CHECK_THAT(what, Catch::StartsWith("b.png: "));
}
