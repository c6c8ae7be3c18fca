// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>
#include <llava/io/json.hpp>
#include <llava/io/safetensors.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace llava::io {
namespace {

constexpr std::uint64_t largest_header = 100'000'000;   // the format's own limit
constexpr std::size_t most_tensors = 100'000;
constexpr std::size_t longest_name = 512;
constexpr std::size_t largest_rank = 8;

struct dtype_entry {
    dtype type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array dtypes{
    dtype_entry{dtype::boolean, "BOOL", 1},    dtype_entry{dtype::u8, "U8", 1},
    dtype_entry{dtype::i8, "I8", 1},           dtype_entry{dtype::f8_e5m2, "F8_E5M2", 1},
    dtype_entry{dtype::f8_e4m3, "F8_E4M3", 1}, dtype_entry{dtype::u16, "U16", 2},
    dtype_entry{dtype::i16, "I16", 2},         dtype_entry{dtype::f16, "F16", 2},
    dtype_entry{dtype::bf16, "BF16", 2},       dtype_entry{dtype::u32, "U32", 4},
    dtype_entry{dtype::i32, "I32", 4},         dtype_entry{dtype::f32, "F32", 4},
    dtype_entry{dtype::u64, "U64", 8},         dtype_entry{dtype::i64, "I64", 8},
    dtype_entry{dtype::f64, "F64", 8},         dtype_entry{dtype::c64, "C64", 8},
};

constexpr bool in_enum_order() {
    for (std::size_t i = 0; i < dtypes.size(); ++i) {
        if (dtypes[i].type != static_cast<dtype>(i)) return false;
    }
    return true;
}
static_assert(in_enum_order(), "dtype_name and dtype_size index this table by the enumerator");

[[noreturn]] void refuse(mapped_file const& file, std::string_view field, std::string_view why) {
    throw error(exit_code::bad_data, file.name(), field, why);
}

// The format is little-endian whatever the machine.
std::uint64_t read_length(std::span<std::byte const> bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = 8; i-- > 0;) length = (length << 8U) | std::to_integer<std::uint64_t>(bytes[i]);
    return length;
}

std::string_view header_text(mapped_file const& file) {
    auto const bytes = file.bytes();
    if (auto const other = known_content(bytes); !other.empty())
        refuse(file, "", "not a safetensors file but " + std::string(other));
    if (bytes.size() < 8)
        refuse(file, "header", "file of " + std::to_string(bytes.size()) + " bytes is truncated (expected at least 8)");
    std::uint64_t const length = read_length(bytes);
    if (length > largest_header)
        refuse(file, "header", "length " + std::to_string(length) + " is above " + std::to_string(largest_header));
    if (length > bytes.size() - 8) {
        refuse(file, "header",
               "truncated: length " + std::to_string(length) + ", but only " + std::to_string(bytes.size() - 8) +
                   " bytes follow");
    }
    std::string_view const text(reinterpret_cast<char const*>(bytes.data()) + 8, static_cast<std::size_t>(length));
    if (!text.starts_with('{')) refuse(file, "header", "does not start with {");
    return text;
}

dtype read_dtype(json_field const& field) {
    for (auto const& entry : dtypes) {
        if (field.text() == entry.name) return entry.type;
    }
    field.fail("unknown type " + quote(field.text()));
}

std::uint64_t unsigned_integer(json_field const& field) { return static_cast<std::uint64_t>(field.integer(0)); }

// Bytes of the shape, every product checked. A zero size makes the tensor empty but the other sizes must still be sane.
std::uint64_t read_shape(json_field const& field, std::size_t element, std::vector<std::int64_t>& shape) {
    if (field.array().size() > largest_rank)
        field.fail("rank " + std::to_string(field.size()) + " (at most " + std::to_string(largest_rank) + ")");
    std::uint64_t bytes = element;
    bool empty = false;
    for (std::size_t axis = 0; axis < field.size(); ++axis) {
        std::uint64_t const size = unsigned_integer(field.at(axis));
        shape.push_back(static_cast<std::int64_t>(size));
        empty = empty || size == 0;
        if (size != 0 && __builtin_mul_overflow(bytes, size, &bytes))
            field.fail("the product of the sizes does not fit 64 bits");
    }
    return empty ? 0 : bytes;
}

struct placed {
    tensor value;
    std::uint64_t begin = 0, end = 0;
};

placed read_entry(json_field const& entry, std::string const& name, mapped_file const& file,
                  std::span<std::byte const> data) {
    for (auto const& [key, unused] : entry.object().value().items()) {
        if (key != "dtype" && key != "shape" && key != "data_offsets") entry.at(key).fail("unknown field");
    }
    placed out;
    out.value.name = name;
    out.value.type = read_dtype(entry.at("dtype"));
    out.value.file = file.name();
    std::uint64_t const bytes = read_shape(entry.at("shape"), dtype_size(out.value.type), out.value.shape);
    json_field const offsets = entry.at("data_offsets");
    if (offsets.array().size() != 2) offsets.fail("expected 2 offsets, found " + std::to_string(offsets.size()));
    out.begin = unsigned_integer(offsets.at(std::size_t{0}));
    out.end = unsigned_integer(offsets.at(std::size_t{1}));
    if (out.begin > out.end)
        offsets.fail("begin " + std::to_string(out.begin) + " is after end " + std::to_string(out.end));
    if (out.end - out.begin != bytes) {
        offsets.fail("span " + std::to_string(out.end - out.begin) + " bytes, but dtype and shape need " +
                     std::to_string(bytes));
    }
    if (out.end > data.size()) {
        offsets.fail("end at " + std::to_string(out.end) + ", but the file holds " + std::to_string(data.size()) +
                     " data bytes: it is truncated");
    }
    out.value.data = data.data() + out.begin;
    out.value.bytes = static_cast<std::size_t>(bytes);
    return out;
}

// In order of their offsets the tensors must tile the data: no byte twice, none unused, none left over.
void check_tiling(std::vector<placed> const& sorted, mapped_file const& file, std::size_t data_size) {
    std::uint64_t reached = 0;
    for (placed const& entry : sorted) {
        if (entry.begin < reached) refuse(file, entry.value.name, "data_offsets overlap the tensor before it");
        if (entry.begin > reached)
            refuse(file, entry.value.name,
                   "data_offsets leave a hole of " + std::to_string(entry.begin - reached) + " bytes before it");
        reached = entry.end;
    }
    if (reached != data_size)
        refuse(file, "header", std::to_string(data_size - reached) + " bytes after the last tensor");
}

metadata metadata_of(json_field const& root) {
    metadata about;
    auto const field = root.find("__metadata__");
    if (!field) return about;
    for (auto const& [key, unused] : field->object().value().items()) about[key] = field->at(key).text();
    return about;
}

void check_name(std::string const& name, mapped_file const& file) {
    if (name.empty() || name.size() > longest_name)
        refuse(file, name, "tensor name of " + std::to_string(name.size()) + " bytes (1 to 512)");
    bool const plain = std::all_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    if (!plain) refuse(file, name, "tensor name holds a control character");
}

}   // namespace

std::string_view dtype_name(dtype type) noexcept { return dtypes[static_cast<std::size_t>(type)].name; }
std::size_t dtype_size(dtype type) noexcept { return dtypes[static_cast<std::size_t>(type)].size; }

metadata read_metadata(mapped_file const& file) {
    return metadata_of(json_document::parse(header_text(file), file.name())->root());
}

std::vector<tensor> read_safetensors(mapped_file const& file) {
    std::string_view const text = header_text(file);
    auto const data = file.bytes().subspan(8 + text.size());
    auto const document = json_document::parse(text, file.name());
    json_field const root = document->root();
    if (root.object().size() > most_tensors)
        refuse(file, "header", std::to_string(root.size()) + " tensors (at most 100000)");
    static_cast<void>(metadata_of(root));
    std::vector<placed> entries;
    entries.reserve(root.size());
    for (auto const& [name, unused] : root.value().items()) {
        if (name == "__metadata__") continue;
        check_name(name, file);
        entries.push_back(read_entry(root.at(name), name, file, data));
    }
    std::sort(entries.begin(), entries.end(),
              [](placed const& a, placed const& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    check_tiling(entries, file, data.size());
    std::vector<tensor> out;
    out.reserve(entries.size());
    for (placed& entry : entries) out.push_back(std::move(entry.value));
    return out;
}

}   // namespace llava::io
