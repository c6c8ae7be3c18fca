// SPDX-License-Identifier: MIT
#include <evaluation/file_lock.hpp>

#include <optional>

#include <sys/resource.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

using evaluation::file_lock;
using evaluation::sharing;
using support::thrown_by;

TEST_CASE("file lock: R11 one alone, or any number that share", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = folder / "run.lock";
    auto const code = [&](sharing kind, int milliseconds = 0) {
        return thrown_by([&] { file_lock const one(file, kind, milliseconds); }).code;
    };
    {
        file_lock const alone(file, sharing::exclusive);
        CHECK(code(sharing::exclusive) == 75);
        CHECK(code(sharing::shared) == 75);
        auto const what = thrown_by([&] { file_lock const one(file, sharing::shared); }).what;
        CHECK_THAT(what, Catch::StartsWith("run.lock: is being written by another process"));
        if (std::filesystem::exists("/proc/locks"))
            CHECK_THAT(what, Catch::Contains("(pid " + std::to_string(::getpid()) + ")"));
    }
    {
        file_lock const shared(file, sharing::shared);
        CHECK(code(sharing::shared) == 0);
        CHECK(code(sharing::exclusive) == 75);
    }
    std::optional<file_lock> first(std::in_place, file, sharing::exclusive);
    first->share();
    CHECK(code(sharing::shared) == 0);
    CHECK(code(sharing::exclusive) == 75);
    first.reset();
    CHECK(code(sharing::exclusive) == 0);
}

TEST_CASE("file lock: a short wait is enough for one who leaves", "[evaluation]") {
    support::temporary_folder const folder;
    std::optional<file_lock> first(std::in_place, folder / "a", sharing::exclusive);
    std::jthread const leaving([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        first.reset();
    });
    CHECK(thrown_by([&] { file_lock const second(folder / "a", sharing::shared, 10'000); }).code == 0);
}

TEST_CASE("file lock: what is no regular file cannot be opened", "[evaluation]") {
    support::temporary_folder const folder;
    std::filesystem::create_symlink(folder / "b", folder / "link");
    for (auto const& name : {folder.path(), folder / "absent/a", folder / "link", std::filesystem::path("/dev/full")})
        CHECK(thrown_by([&] { evaluation::open_output(name); }).code == 73);
    CHECK(thrown_by([&] { evaluation::open_output(folder / "absent", 0); }).code == 73);
}

TEST_CASE("file lock: R21 without a descriptor left, the limit is named", "[evaluation]") {
    support::temporary_folder const folder;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const none{.rlim_cur = 3, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    auto const [code, what] = thrown_by([&] { evaluation::open_output(folder / "a"); });
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(code == 71);
    CHECK_THAT(what, Catch::Contains("ulimit -n"));
}
