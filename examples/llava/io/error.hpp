// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace llava::io {

/// What a program tells its caller, by the numbers of sysexits.h.
enum class exit_code {
    ok = 0,
    usage = 64,
    bad_data = 65,
    no_input = 66,
    unavailable = 69,
    internal = 70,
    out_of_memory = 71,
    cannot_create = 73,
    io_error = 74,
    locked = 75,
    config = 78,
};

/// A failure that names the file and the field it was found in.
///
/// what() is one printable line "FILE: FIELD: TEXT" of at most 400 bytes; empty parts are left out. FILE is cut to its last path
/// component; bytes that a terminal could obey are written as \xNN.
class error : public std::runtime_error {
  public:
    error(exit_code code, std::string_view file, std::string_view field, std::string_view text);
    exit_code code;
};

/// Why an input could not be opened: no_input, but out_of_memory naming the limit if the process may open no more files.
struct open_failure {
    exit_code code;
    std::string text;   // "cannot be opened: ..."
};
open_failure why_not_opened(int error_number);

/// Foreign text made safe to quote: in double quotes, printable ASCII kept, other bytes as \xNN, cut to `limit` bytes of input.
std::string quote(std::string_view foreign, std::size_t limit = 64);

/// The last component of a path.
std::string_view base_name(std::string_view path) noexcept;

/// Runs a program's body; an exception, also one that no caller can catch, or a fault in a mapped file that was cut meanwhile, becomes
/// "NAME: error: ..." as one line on stderr and its exit code. `name` must stay.
int run_program(char const* name, int argc, char** argv, int (*body)(int, char**)) noexcept;

}   // namespace llava::io
