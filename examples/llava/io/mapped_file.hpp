// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/mapping_guard.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include <sys/stat.h>

namespace llava::io {

/// A regular file mapped read-only. Anything else (folder, pipe, device) is refused without blocking on it.
///
/// errors  no_input if it is absent, unreadable or not a regular file; bad_data above `largest` bytes; out_of_memory if the process
///         may have no more files or memory; io_error if mapping fails otherwise
class mapped_file {
  public:
    explicit mapped_file(std::filesystem::path const& file, std::size_t largest = static_cast<std::size_t>(-1));
    mapped_file(mapped_file&& other) noexcept;
    mapped_file(mapped_file const&) = delete;
    mapped_file& operator=(mapped_file const&) = delete;
    mapped_file& operator=(mapped_file&&) = delete;
    ~mapped_file();

    [[nodiscard]] std::span<std::byte const> bytes() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    /// False if the file was written to since it was opened: then the bytes may be others. One that was replaced by another file of
    /// its name is still mapped as it was.
    [[nodiscard]] bool unchanged() const noexcept;

  private:
    std::string name_;
    std::byte const* data_ = nullptr;
    std::size_t size_ = 0;
    struct stat opened_ {};
    mapping_guard guard_;
};

}   // namespace llava::io
