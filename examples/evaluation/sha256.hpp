// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace evaluation {

/// SHA-256, fed piece by piece.
///
/// shape   any number of bytes -> 64 hexadecimal digits
/// units   bytes
/// errors  none
/// source  FIPS 180-4
class sha256 {
  public:
    sha256& add(std::string_view bytes);
    std::string hex() const;   // of what was added so far

  private:
    void block(unsigned char const* bytes);

    std::array<std::uint32_t, 8> state_ = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                           0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
    std::array<unsigned char, 64> pending_ = {};
    std::uint64_t size_ = 0;
};

/// Hash of a file's bytes.
///
/// shape   one file -> 64 hexadecimal digits
/// units   bytes; above 64 MiB the size and 1,024 evenly spread blocks of 16 KiB are hashed instead of every byte
/// errors  llava::io::error (no_input) if it is not a readable regular file; interrupted (signals.hpp)
/// source  FIPS 180-4; a 14 GB checkpoint must not cost a minute at each start
std::string hash_file(std::filesystem::path const& file);

}   // namespace evaluation
