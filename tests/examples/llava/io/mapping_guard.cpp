// SPDX-License-Identifier: MIT
#include <llava/io/mapping_guard.hpp>

#include <llava/io/mapped_file.hpp>

#include <csignal>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "support.hpp"

using llava::io::mapped_file;

namespace {

struct ending {
    int status = 0;
    std::string said;
};

// Reads a file in a child process after it was cut to nothing.
ending read_when_cut(std::string const& name, bool guarded, int others) {
    support::folder const here;
    auto const file = here.write(name, std::string(100'000, 'x'));
    auto const log = here.path() / "said";
    auto const child = ::fork();
    if (child == 0) {
        std::FILE* const said = std::fopen(log.c_str(), "w");
        ::dup2(::fileno(said), STDERR_FILENO);
        std::signal(SIGBUS, SIG_DFL);
        if (guarded) llava::io::mapping_guard::install("prog");
        std::vector<std::unique_ptr<mapped_file>> before;
        for (int i = 0; i < others; ++i) before.push_back(std::make_unique<mapped_file>(file));
        before.clear();
        mapped_file first(file);
        mapped_file const moved(std::move(first));
        if (::truncate(file.c_str(), 0) != 0) ::_exit(1);
        auto const volatile last = moved.bytes().back();
        ::_exit(last == std::byte{'x'} ? 2 : 3);
    }
    ending found;
    ::waitpid(child, &found.status, 0);
    found.said = support::contents(log);
    return found;
}

}   // namespace

TEST_CASE("mapping_guard: F4 a file that is cut while it is mapped is named, with 74", "[llava][io]") {
    for (int const others : {0, 70}) {
        auto const found = read_when_cut("a\x1b.bin", true, others);
        CHECK(WIFEXITED(found.status));
        CHECK(WEXITSTATUS(found.status) == 74);
        CHECK(found.said == "prog: error: a\\x1B.bin: was cut while it was read\n");
    }
}

TEST_CASE("mapping_guard: without it the program ends by the signal", "[llava][io]") {
    auto const found = read_when_cut("a.bin", false, 0);
    CHECK(WIFSIGNALED(found.status));
}
