// SPDX-License-Identifier: MIT
#include <evaluation/claims.hpp>

#include <optional>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

using evaluation::claims;

TEST_CASE("claims: a piece is had by one, until it is given back or the holder ends", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "run.json", "{}");
    claims ours(file);
    std::optional<claims> theirs(std::in_place, file);
    CHECK(ours.take(0));
    CHECK(ours.take(1'000'000));
    CHECK_FALSE(theirs->take(0));
    CHECK_FALSE(theirs->take(1'000'000));
    CHECK(theirs->take(1));
    CHECK_FALSE(ours.take(1));
    ours.release(0);
    CHECK(theirs->take(0));
    theirs.reset();
    CHECK(ours.take(0));
    CHECK(ours.take(1));
    CHECK(support::read_file(file) == "{}");
}

TEST_CASE("claims: R3 those of a process that was killed are free", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "run.json", "{}");
    auto const child = ::fork();
    if (child == 0) {
        claims theirs(file);
        if (theirs.take(3)) support::write_file(folder / "taken", "");
        while (true) ::pause();
    }
    while (!std::filesystem::exists(folder / "taken")) std::this_thread::yield();
    claims ours(file);
    CHECK_FALSE(ours.take(3));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(ours.take(3));
}

TEST_CASE("claims: a file that is gone is not created", "[evaluation]") {
    support::temporary_folder const folder;
    CHECK(support::thrown_by([&] { claims one(folder / "absent"); }).code == 73);
    CHECK_FALSE(std::filesystem::exists(folder / "absent"));
}

TEST_CASE("chunk ends: a picture's questions stay together, within bounds", "[evaluation]") {
    auto const ends = [](std::vector<int> const& pictures) {
        std::vector<evaluation::question> questions(pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) questions[i].image = std::to_string(pictures[i]);
        return evaluation::chunk_ends(questions);
    };
    using sizes = std::vector<std::size_t>;
    CHECK(ends({}) == sizes{});
    CHECK(ends({1}) == sizes{1});
    CHECK(ends({1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3}) == sizes{12, 14});   // POPE asks six of a picture
    CHECK(ends({1, 2, 3, 4, 5, 6, 7, 8, 9}) == sizes{8, 9});
    CHECK(ends(std::vector<int>(130, 1)) == sizes{64, 128, 130});
}
