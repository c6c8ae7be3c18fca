// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llava::io {

/// The fields of one Protocol Buffers message, one after the other; what a field means is for the caller to know.
///
/// errors  bad_data for a field that is cut, a varint above 64 bits, field number 0, or the group types that are no longer in use
class protobuf_message {
  public:
    struct field {
        std::uint64_t number = 0;
        std::uint64_t value = 0;       // of a varint, or the bits of a fixed 32 or 64
        std::string_view bytes = {};   // of a string, bytes or message
        enum class wire { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 } type = wire::varint;
    };

    /// `file` is what errors name; it must outlive the message, as must the bytes.
    protobuf_message(std::string_view bytes, std::string const& file) : rest_(bytes), file_(&file) {}

    /// The next field, or nothing at the end.
    std::optional<field> next();

  private:
    std::uint64_t varint();
    std::string_view take(std::uint64_t size);
    std::string_view rest_;
    std::string const* file_;
};

}   // namespace llava::io
