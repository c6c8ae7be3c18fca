// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <llava/io/error.hpp>

/// Programs that throw bytes at one reader each. fuzz_NAME lets libFuzzer choose the bytes; test_fuzz replays the seeds of all
/// targets, and damaged copies of them, wherever the tests run.
namespace fuzz {

/// A reader and the laws that hold for whatever it is given; it joins the list of targets where it is defined.
struct target {
    char const* name;
    void (*run)(std::string_view bytes);
    std::vector<std::string> (*seeds)();   // well-formed input, from which libFuzzer starts

    target(char const* name, void (*run)(std::string_view), std::vector<std::string> (*seeds)());
};
std::vector<target const*> const& targets();

struct broken_law : std::logic_error {
    using std::logic_error::logic_error;
};
inline void require(bool holds, std::string const& law) {
    if (!holds) throw broken_law(law);
}

using llava::io::exit_code;

/// Whether the call ends well. If not it must say why as every reader does: llava::io::error, one of these codes, one printable line
/// of at most 400 bytes. Any other exception is a finding.
template <class Call>
bool accepts(Call const& call, std::initializer_list<exit_code> codes = {exit_code::bad_data, exit_code::no_input}) {
    try {
        call();
        return true;
    } catch (llava::io::error const& why) {
        bool known = false;
        for (exit_code const code : codes) known = known || code == why.code;
        std::string_view const line = why.what();
        require(known, "the exit code is one of those documented: " + std::string(line));
        require(!line.empty() && line.size() <= 400, "a refusal is a line of 1 to 400 bytes");
        for (char const c : line) require(c >= 0x20 && c < 0x7f, "a refusal is printable");
        return false;
    }
}

inline std::span<std::byte const> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// A regular file without a place on a disk: path() opens it. One for all inputs of a program.
class memory_file {
  public:
    memory_file();
    memory_file(memory_file const&) = delete;
    memory_file& operator=(memory_file const&) = delete;
    ~memory_file();

    std::filesystem::path const& holding(std::string_view bytes);   // its path

  private:
    int descriptor_;
    std::filesystem::path path_;
};

/// A folder in memory where the system has one, gone with the program.
class folder {
  public:
    folder();
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder();

    std::filesystem::path const& path() const noexcept { return path_; }
    std::filesystem::path write(std::string_view name, std::string_view bytes) const;

  private:
    std::filesystem::path path_;
};

/// A file of this repository.
std::string contents(std::string_view path);

/// Some inputs are several files, with a line "%%" between them. As many as asked for, the last ones perhaps empty.
std::vector<std::string_view> parts(std::string_view bytes, std::size_t count);
std::string joined(std::initializer_list<std::string_view> files);

/// Numbers taken from the front of the input; 0 when it is used up.
class numbers {
  public:
    explicit numbers(std::string_view bytes) : rest_(bytes) {}

    template <class Number>
    Number next() {
        Number out{};
        std::size_t const size = rest_.size() < sizeof out ? rest_.size() : sizeof out;
        std::memcpy(&out, rest_.data(), size);
        rest_.remove_prefix(size);
        return out;
    }
    std::size_t below(std::size_t end) { return next<std::uint8_t>() % end; }
    std::string_view rest() const noexcept { return rest_; }

  private:
    std::string_view rest_;
};

}   // namespace fuzz
