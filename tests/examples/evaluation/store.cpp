// SPDX-License-Identifier: MIT
#include <evaluation/store.hpp>

#include <optional>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "catch.hpp"
#include "support.hpp"

using evaluation::store;
using support::read_file;
using support::thrown_by;
using support::write_file;

TEST_CASE("store: appends whole lines and gives them back", "[evaluation]") {
    support::temporary_folder const folder;
    {
        store file(folder / "a");
        CHECK(file.text().empty());
        file.append("one\n");
        file.append("two\n");
        file.sync();
    }
    store again(folder / "a");
    CHECK(again.text() == "one\ntwo\n");
    CHECK(again.torn() == 0);
    again.append("three\n");
    CHECK(read_file(folder / "a") == "one\ntwo\nthree\n");
}

TEST_CASE("store: R4 a torn last line is cut, wherever it was torn", "[evaluation]") {
    support::temporary_folder const folder;
    std::string const whole = "{\"a\":1}\n";
    std::string const last = "{\"a\":2,\"b\":\"x\"}\n";
    for (std::size_t cut = 0; cut <= last.size(); ++cut) {
        INFO(cut);
        write_file(folder / "a", whole + last.substr(0, cut));
        auto const kept = cut == last.size() ? whole + last : whole;
        store file(folder / "a");
        CHECK(file.torn() == (cut == last.size() ? 0 : cut));
        CHECK(file.text() == kept);
        CHECK(read_file(folder / "a") == whole + last.substr(0, cut));   // opening changes nothing
        file.append("new\n");
        CHECK(read_file(folder / "a") == kept + "new\n");
    }
}

TEST_CASE("store: R11 a file that is held is refused with 75, naming the holder", "[evaluation]") {
    support::temporary_folder const folder;
    std::optional<store> first(std::in_place, folder / "a");
    first->append("mine\n");
    auto const [code, what] = thrown_by([&] { store second(folder / "a"); });
    CHECK(code == 75);
    CHECK_THAT(what, Catch::StartsWith("a: is being written by another process"));
    if (std::filesystem::exists("/proc/locks")) CHECK_THAT(what, Catch::Contains("pid"));
    CHECK(read_file(folder / "a") == "mine\n");
    first.reset();
    CHECK(thrown_by([&] { store second(folder / "a"); }).code == 0);
}

TEST_CASE("store: what is no regular file cannot be created", "[evaluation]") {
    support::temporary_folder const folder;
    std::filesystem::create_symlink(folder / "b", folder / "link");
    CHECK(thrown_by([&] { store file(folder.path()); }).code == 73);
    CHECK(thrown_by([&] { store file(folder / "absent/a"); }).code == 73);
    CHECK(thrown_by([&] { store file(folder / "link"); }).code == 73);
    CHECK(thrown_by([&] { store file("/dev/full"); }).code == 73);
    CHECK(thrown_by([&] { store file(folder / std::string(5000, 'x')); }).code == 73);
}

TEST_CASE("store: R13 a file removed, replaced or moved meanwhile is an error at the next record", "[evaluation]") {
    support::temporary_folder const folder;
    auto const refused = [&](std::function<void()> const& meanwhile) {
        store file(folder / "a");
        file.append("one\n");
        meanwhile();
        CHECK(thrown_by([&] { file.append("two\n"); }).code == 74);
    };
    refused([&] { std::filesystem::remove(folder / "a"); });
    refused([&] {
        write_file(folder / "b", "other\n");
        std::filesystem::rename(folder / "b", folder / "a");
    });
    CHECK(read_file(folder / "a") == "other\n");
    refused([&] { std::filesystem::rename(folder / "a", folder / "c"); });
    CHECK(read_file(folder / "c") == "other\none\n");   // nothing is written elsewhere
}

TEST_CASE("store: R6 R7 where the space ends in the middle of a line, the file ends at a line", "[evaluation]") {
    support::temporary_folder const folder;
    store file(folder / "a");
    file.append("12345\n");
    // The limit of this process stands in for a full disk.
    auto const before = ::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    rlimit const small{.rlim_cur = 10, .rlim_max = old.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto const [code, what] = thrown_by([&] { file.append("67890\n"); });
    ::setrlimit(RLIMIT_FSIZE, &old);
    ::signal(SIGXFSZ, before);
    CHECK(code == 74);
    CHECK_THAT(what, Catch::StartsWith("a: write failed") && Catch::Contains("bytes free"));
    CHECK(read_file(folder / "a") == "12345\n");
    file.append("67890\n");
    CHECK(read_file(folder / "a") == "12345\n67890\n");
}

TEST_CASE("store: R3 a killed writer leaves a file that continues", "[evaluation]") {
    support::temporary_folder const folder;
    auto const child = ::fork();
    if (child == 0) {
        store file(folder / "a");
        for (int i = 0; i < 1'000'000; ++i) file.append("record " + std::to_string(i) + "\n");
        ::_exit(0);
    }
    while (!std::filesystem::exists(folder / "a") || std::filesystem::file_size(folder / "a") < 1000)
        std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    store const file(folder / "a");
    CHECK(file.text().ends_with('\n'));
    CHECK(file.torn() == 0);   // one write per line: nothing to repair
}

TEST_CASE("write whole: replaces in one step, leaves nothing behind", "[evaluation]") {
    support::temporary_folder const folder;
    evaluation::write_whole(folder / "t", "one");
    evaluation::write_whole(folder / "t", "two\n");
    CHECK(read_file(folder / "t") == "two\n");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    CHECK(thrown_by([&] { evaluation::write_whole(folder / "absent/t", "x"); }).code == 73);
}

TEST_CASE("create whole: of several, one creates the file", "[evaluation]") {
    support::temporary_folder const folder;
    CHECK(evaluation::create_whole(folder / "t", "one"));
    CHECK_FALSE(evaluation::create_whole(folder / "t", "two"));
    CHECK(read_file(folder / "t") == "one");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    CHECK(thrown_by([&] { evaluation::create_whole(folder / "absent/t", "x"); }).code == 73);
}
