// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/error.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace support {

inline std::filesystem::path golden(std::string_view name) {
    return std::filesystem::path(CAUSALMM_SOURCE_DIR) / "tests" / "golden" / "io" / name;
}

inline std::string contents(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A folder that exists as long as the object does.
class folder {
  public:
    folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "llava_io_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }
    std::filesystem::path write(std::string_view name, std::string_view bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
        return path_ / name;
    }

  private:
    std::filesystem::path path_;
};

/// How a call failed: nothing if it did not, "CODE TEXT" if it threw llava::io::error.
template <class Call>
std::optional<std::string> failure(Call&& call) {
    try {
        static_cast<void>(call());
    } catch (llava::io::error const& why) { return std::to_string(static_cast<int>(why.code)) + " " + why.what(); }
    return std::nullopt;
}

/// Whether it failed with this code and named all of these, and is one printable line of at most 400 bytes.
inline bool names(std::optional<std::string> const& failed, int code, std::initializer_list<std::string_view> all) {
    if (!failed || !failed->starts_with(std::to_string(code) + " ") || failed->size() > 404) return false;
    for (char const c : *failed) {
        if (c < 0x20 || c > 0x7e) return false;
    }
    for (std::string_view const part : all) {
        if (failed->find(part) == std::string::npos) return false;
    }
    return true;
}

inline std::string replace(std::string text, std::string_view from, std::string_view to) {
    if (auto const found = text.find(from); found != std::string::npos) text.replace(found, from.size(), to);
    return text;
}

/// 64-bit FNV-1a, as the golden scripts compute it.
inline std::uint64_t fnv(void const* data, std::size_t size, std::uint64_t state = 0xCBF29CE484222325U) {
    auto const* bytes = static_cast<unsigned char const*>(data);
    for (std::size_t i = 0; i < size; ++i) state = (state ^ bytes[i]) * 0x100000001B3U;
    return state;
}

/// Sixteen lower-case digits, as Python's format(value, "016x").
inline std::string hex(std::uint64_t value) {
    std::string out;
    for (unsigned shift = 64; shift > 0; shift -= 4) out += "0123456789abcdef"[(value >> (shift - 4)) & 15U];
    return out;
}

}   // namespace support
