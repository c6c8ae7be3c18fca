// SPDX-License-Identifier: MIT
#include <evaluation/json_file.hpp>

#include <llava/io/mapped_file.hpp>

namespace evaluation {

nlohmann::ordered_json read_ordered(std::filesystem::path const& file) {
    llava::io::json_document::read(file);   // refuses what the parser below would take for good
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    std::string_view const text(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    return nlohmann::ordered_json::parse(text);
}

std::string ascii_json(nlohmann::ordered_json const& value) {
    return value.dump(4, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string place_of(llava::io::json_field const& field) {
    auto const file = std::filesystem::path(field.file()).filename().native();
    return field.name().starts_with('[') ? file + " " + field.name() : file;
}

std::string text_or_integer(llava::io::json_field const& field) {
    if (field.value().is_number_integer()) return std::to_string(field.integer());
    return field.text(4096);
}

std::string prefix_before(llava::io::json_field const& object, std::string_view ending) {
    for (auto const& member : object.object().value().items()) {
        if (member.key().ends_with(ending)) return member.key().substr(0, member.key().size() - ending.size());
    }
    object.fail("has no key that ends with " + std::string(ending));
}

}   // namespace evaluation
