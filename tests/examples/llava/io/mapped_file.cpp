// SPDX-License-Identifier: MIT
#include <llava/io/mapped_file.hpp>

#include <chrono>
#include <utility>

#include <sys/stat.h>

#include "catch.hpp"
#include "limited.hpp"
#include "support.hpp"

using llava::io::mapped_file;
using support::failure;
using support::folder;
using support::names;

namespace {

std::optional<std::string> mapping(std::filesystem::path const& file, std::size_t largest = 1000) {
    return failure([&] { return mapped_file(file, largest).bytes().size(); });
}

}   // namespace

TEST_CASE("mapped_file: holds the bytes of the file, also after a move", "[llava][io]") {
    folder const here;
    mapped_file first(here.write("a", "abc"));
    mapped_file const second(std::move(first));
    REQUIRE(second.bytes().size() == 3);
    CHECK(second.bytes()[2] == std::byte{'c'});
    CHECK(mapped_file(here.write("empty", "")).bytes().empty());
}

TEST_CASE("mapped_file: only readable regular files, without waiting", "[llava][io]") {
    folder const here;
    REQUIRE(::mkfifo((here.path() / "pipe").c_str(), 0600) == 0);
    std::filesystem::create_symlink("nowhere", here.path() / "dangling");
    std::filesystem::create_symlink("loop", here.path() / "loop");
    CHECK(names(mapping(here.path() / "absent"), 66, {"absent: ", "No such file"}));
    CHECK(names(mapping(here.path()), 66, {"not a regular file"}));
    CHECK(names(mapping(here.path() / "pipe"), 66, {"pipe: ", "not a regular file"}));
    CHECK(names(mapping("/dev/zero"), 66, {"zero: ", "not a regular file"}));
    CHECK(names(mapping(here.path() / "dangling"), 66, {"dangling: ", "No such file"}));
    CHECK(names(mapping(here.path() / "loop"), 66, {"loop: "}));
    CHECK(names(mapping(here.write("large", "12345"), 4), 65, {"large: ", "5 bytes"}));
}

TEST_CASE("mapped_file: notices that the file was written to, but minds no other of its name", "[llava][io]") {
    folder const here;
    auto const file = here.write("a", "abc");
    auto const mapped_long_after = [&file] {   // ticks of the clock that dates files are coarse
        std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) - std::chrono::hours(1));
        return mapped_file(file);
    };
    auto const rewritten = mapped_long_after();
    CHECK(rewritten.unchanged());
    here.write("a", "xyz");
    CHECK_FALSE(rewritten.unchanged());
    auto const replaced = mapped_long_after();
    std::filesystem::rename(here.write("b", "other"), file);
    CHECK(replaced.unchanged());
    CHECK(replaced.bytes()[0] == std::byte{'x'});
    std::filesystem::remove(file);
    CHECK(replaced.unchanged());
}

TEST_CASE("mapped_file: a limit of the process is no fault of the file", "[llava][io]") {
    folder const here;
    auto const file = here.write("a", "abc");
    std::optional<std::string> failed;
    {
        support::limited const no_more(RLIMIT_NOFILE, 0);
        failed = mapping(file);
    }
    CHECK(names(failed, 71, {"a: cannot be opened: ", "ulimit -n"}));
    constexpr rlim_t gigabyte = rlim_t{1} << 30;
    std::filesystem::resize_file(file, gigabyte);   // sparse
    {
        support::limited const half_more(RLIMIT_AS, support::mapped_now() + gigabyte / 2);
        failed = mapping(file, 2 * gigabyte);
    }
    CHECK(names(failed, 71, {"a: cannot be mapped, 1073741824 bytes: "}));
    CHECK_FALSE(mapping(file, 2 * gigabyte));
}
