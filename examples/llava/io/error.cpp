// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/mapping_guard.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace llava::io {
namespace {

constexpr std::size_t longest_line = 400;   // one error, one line that a log keeps whole
constexpr std::size_t longest_file = 64;
constexpr std::size_t longest_field = 160;

bool printable(char c) noexcept { return c >= 0x20 && c < 0x7f; }

// Appends the bytes of `raw` so that a terminal cannot obey them, stopping before `out` grows past `limit`.
void append_escaped(std::string& out, std::string_view raw, std::size_t limit) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (char const c : raw) {
        auto const byte = static_cast<unsigned char>(c);
        if (out.size() + (printable(c) ? 1U : 4U) > limit) {
            if (out.size() >= 3) out.replace(out.size() - 3, 3, "...");
            return;
        }
        if (printable(c)) {
            out += c;
        } else {
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
}

std::string compose(std::string_view file, std::string_view field, std::string_view text) {
    std::string line;
    append_escaped(line, base_name(file), longest_file);
    if (!line.empty()) line += ": ";
    std::string shown;
    append_escaped(shown, field, longest_field);
    if (!shown.empty()) line += shown + ": ";
    append_escaped(line, text, longest_line);
    return line;
}

int report(char const* name, std::string_view text, exit_code code) noexcept {
    std::array<char, longest_line + 2> line{};
    int const written = std::snprintf(line.data(), line.size() - 1, "%s: error: %.*s", name,
                                      static_cast<int>(std::min<std::size_t>(text.size(), longest_line)), text.data());
    auto const size = static_cast<std::size_t>(std::clamp(written, 0, static_cast<int>(longest_line)));
    for (std::size_t i = 0; i < size; ++i) {
        if (!printable(line[i])) line[i] = '?';   // only texts of foreign exceptions can hold such bytes
    }
    line[size] = '\n';
    std::fflush(stdout);
    std::fwrite(line.data(), 1, size + 1, stderr);
    return static_cast<int>(code);
}

// Threads and memory that the system refuses count as memory; all else that the system refuses as input or output.
exit_code code_of(std::system_error const& failure) noexcept {
    bool const exhausted =
        failure.code() == std::errc::resource_unavailable_try_again || failure.code() == std::errc::not_enough_memory;
    return exhausted ? exit_code::out_of_memory : exit_code::io_error;
}

// Of the exception that is being handled.
int report_caught(char const* name) noexcept {
    try {
        throw;
    } catch (error const& failure) {
        return report(name, failure.what(), failure.code);
    } catch (std::bad_alloc const&) {
        return report(name, "out of memory", exit_code::out_of_memory);
    } catch (std::system_error const& failure) {
        return report(name, failure.what(), code_of(failure));
    } catch (std::exception const& failure) { return report(name, failure.what(), exit_code::internal); } catch (...) {
        return report(name, "unknown failure", exit_code::internal);
    }
}

char const* program = "";

// Memory that runs out below a noexcept function, such as a backend's loop, ends the program as it would elsewhere.
[[noreturn]] void end_by_exception() {
    if (std::current_exception() == nullptr) std::abort();
    int const code = report_caught(program);
    std::fflush(stderr);   // _Exit leaves what is buffered
    std::_Exit(code);
}

}   // namespace

std::string_view base_name(std::string_view path) noexcept {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    auto const slash = path.find_last_of('/');
    return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

std::string quote(std::string_view foreign, std::size_t limit) {
    std::string out = "\"";
    append_escaped(out, foreign.substr(0, limit), static_cast<std::size_t>(-1));
    out += foreign.size() > limit ? "...\"" : "\"";
    return out;
}

open_failure why_not_opened(int error_number) {
    std::string text = "cannot be opened: " + std::generic_category().message(error_number);
    if (error_number != EMFILE && error_number != ENFILE) return {exit_code::no_input, std::move(text)};
    return {exit_code::out_of_memory, text + " (the limit is that of ulimit -n)"};
}

error::error(exit_code code_in, std::string_view file, std::string_view field, std::string_view text)
    : std::runtime_error(compose(file, field, text)), code(code_in) {}

int run_program(char const* name, int argc, char** argv, int (*body)(int, char**)) noexcept {
    mapping_guard::install(name);
    program = name;
    std::set_terminate(end_by_exception);
    try {
        return body(argc, argv);
    } catch (...) { return report_caught(name); }
}

}   // namespace llava::io
