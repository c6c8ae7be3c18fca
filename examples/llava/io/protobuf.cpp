// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/protobuf.hpp>

namespace llava::io {
namespace {

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t out = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) out = (out << 8U) | static_cast<unsigned char>(bytes[i]);
    return out;
}

}   // namespace

std::string_view protobuf_message::take(std::uint64_t size) {
    if (size > rest_.size()) {
        throw error(
            exit_code::bad_data, *file_, "protobuf",
            "truncated: a field of " + std::to_string(size) + " bytes, " + std::to_string(rest_.size()) + " left");
    }
    std::string_view const out = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(out.size());
    return out;
}

std::uint64_t protobuf_message::varint() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        auto const byte = static_cast<unsigned char>(take(1).front());
        if (shift == 63 && byte > 1) break;
        out |= static_cast<std::uint64_t>(byte & 127U) << shift;
        if (byte < 128) return out;
    }
    throw error(exit_code::bad_data, *file_, "protobuf", "a number of more than 64 bits");
}

std::optional<protobuf_message::field> protobuf_message::next() {
    if (rest_.empty()) return std::nullopt;
    std::uint64_t const tag = varint();
    field out;
    out.number = tag >> 3U;
    if (out.number == 0) throw error(exit_code::bad_data, *file_, "protobuf", "field number 0");
    switch (tag & 7U) {
        case 0: out.value = varint(); return out;
        case 1:
            out.type = field::wire::fixed64;
            out.value = little_endian(take(8));
            return out;
        case 2:
            out.type = field::wire::bytes;
            out.bytes = take(varint());
            return out;
        case 5:
            out.type = field::wire::fixed32;
            out.value = little_endian(take(4));
            return out;
        default:
            throw error(exit_code::bad_data, *file_, "protobuf",
                        "wire type " + std::to_string(tag & 7U) + " of field " + std::to_string(out.number));
    }
}

}   // namespace llava::io
