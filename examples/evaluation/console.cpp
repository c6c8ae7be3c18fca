// SPDX-License-Identifier: MIT
#include <evaluation/console.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <llava/io/error.hpp>

namespace evaluation {

void print(std::string_view text) {
    bool const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (written && std::fflush(stdout) == 0) return;
    auto const why = std::generic_category().message(errno);
    throw llava::io::error(llava::io::exit_code::io_error, "stdout", "", "cannot be written: " + why);
}

void say(std::string_view text) {
    std::string const line = "causalmm-eval: " + std::string(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void reserve_standard_streams() {
    for (int const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // open() takes the lowest free place, which is this one. Read-only: a write still fails, and is still reported.
        if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) != descriptor) return;
    }
}

}   // namespace evaluation
