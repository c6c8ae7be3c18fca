// SPDX-License-Identifier: MIT
#include <llava/io/staged_file.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

using llava::io::staged_file;
using support::contents;
using support::failure;
using support::folder;
using support::names;

namespace {

std::span<std::byte const> bytes(std::string const& text) { return std::as_bytes(std::span(text)); }

auto files_in(folder const& where) {
    auto const list = std::filesystem::directory_iterator(where.path());
    return std::distance(begin(list), end(list));
}

unsigned rights(std::filesystem::path const& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0U;
}

}   // namespace

TEST_CASE("staged_file: appears whole when committed, and not before", "[llava][io]") {
    folder const where;
    staged_file file(where.path() / "out");
    file.write(bytes("one "));
    file.write({});
    file.write(bytes("two"));
    CHECK_FALSE(std::filesystem::exists(where.path() / "out"));
    file.commit();
    CHECK(contents(where.path() / "out") == "one two");
    CHECK(rights(where.path() / "out") == 0644);
    CHECK(files_in(where) == 1);
}

TEST_CASE("staged_file: without commit what stood there stays and no trace is left", "[llava][io]") {
    folder const where;
    where.write("out", "before");
    { staged_file(where.path() / "out").write(bytes("after")); }
    CHECK(contents(where.path() / "out") == "before");
    CHECK(files_in(where) == 1);
}

TEST_CASE("staged_file: replaces a file and keeps its rights", "[llava][io]") {
    folder const where;
    auto const name = where.write("out", "before");
    ::chmod(name.c_str(), 0600);
    staged_file file(name);
    file.write(bytes("after"));
    file.commit();
    CHECK(contents(name) == "after");
    CHECK(rights(name) == 0600);
    CHECK(files_in(where) == 1);
}

TEST_CASE("staged_file: committed as new it takes no other's place", "[llava][io]") {
    folder const where;
    auto const written = [&](std::string const& text) {
        staged_file file(where.path() / "out");
        file.write(bytes(text));
        return file.commit_new();
    };
    CHECK(written("one"));
    CHECK_FALSE(written("two"));
    CHECK(contents(where.path() / "out") == "one");
    CHECK(files_in(where) == 1);
}

TEST_CASE("staged_file: refuses what cannot become a file", "[llava][io]") {
    folder const where;
    auto const refused = [&](std::filesystem::path const& name) {
        return failure([&] { return staged_file(where.path() / name), 0; });
    };
    std::filesystem::create_directory(where.path() / "folder");
    CHECK(names(refused("folder"), 73, {"folder: is not a regular file"}));
    CHECK(names(refused("nowhere/out"), 73, {"out: cannot be created: No such file"}));
    CHECK(names(refused(""), 73, {""}));
    CHECK(names(refused("/dev/null"), 73, {"null: is not a regular file"}));
    CHECK(files_in(where) == 1);
}
