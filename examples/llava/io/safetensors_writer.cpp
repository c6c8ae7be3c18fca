// SPDX-License-Identifier: MIT
#include <llava/io/safetensors_writer.hpp>

#include <array>
#include <string>

#include <nlohmann/json.hpp>

namespace llava::io {
namespace {

std::string header_text(std::vector<tensor> const& tensors, metadata const& about) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!about.empty()) header["__metadata__"] = about;
    std::size_t reached = 0;
    for (tensor const& each : tensors) {
        header[each.name] = {
            {"dtype", dtype_name(each.type)}, {"shape", each.shape}, {"data_offsets", {reached, reached + each.bytes}}};
        reached += each.bytes;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');   // the data begins aligned, as in files of the format's own library
    return text;
}

}   // namespace

void write_safetensors_header(staged_file& to, std::vector<tensor> const& tensors, metadata const& about) {
    std::string const text = header_text(tensors, about);
    std::array<std::byte, 8> length{};   // little-endian whatever the machine
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::byte>(text.size() >> (8 * i) & 255U);
    to.write(length);
    to.write(std::as_bytes(std::span(text)));
}

void write_safetensors(std::filesystem::path const& file, std::vector<tensor> const& tensors, metadata const& about) {
    staged_file to(file);
    write_safetensors_header(to, tensors, about);
    for (tensor const& each : tensors) to.write({each.data, each.bytes});
    to.commit();
}

}   // namespace llava::io
