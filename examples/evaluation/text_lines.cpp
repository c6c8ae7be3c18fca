// SPDX-License-Identifier: MIT
#include <evaluation/text_lines.hpp>

#include <evaluation/rules/verdict.hpp>
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

using llava::io::error;
using llava::io::exit_code;

std::vector<text_line> text_lines(std::filesystem::path const& file) {
    constexpr std::size_t longest = std::size_t{1} << 20;
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    std::string_view rest(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
    auto const name = file.filename().native() + " in " + file.parent_path().filename().native() + " line ";
    std::vector<text_line> lines;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        auto const end = rest.find('\n');
        auto line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        auto const where = name + std::to_string(number);
        if (line.size() > longest) throw error(exit_code::bad_data, where, "", "is longer than 1048576 bytes");
        if (line.find('\0') != std::string_view::npos) throw error(exit_code::bad_data, where, "", "holds a NUL byte");
        if (!rules::strip(line).empty()) lines.push_back({std::string(line), where});
    }
    return lines;
}

std::vector<std::string> split_tabs(std::string_view line, std::size_t count, std::string const& where) {
    std::vector<std::string> fields;
    while (true) {
        auto const tab = line.find('\t');
        fields.emplace_back(rules::strip(line.substr(0, tab)));
        if (tab == std::string_view::npos) break;
        line.remove_prefix(tab + 1);
    }
    if (fields.size() == count) return fields;
    throw error(
        exit_code::bad_data, where, "",
        "expected " + std::to_string(count) + " fields with tabs between them, found " + std::to_string(fields.size()));
}

}   // namespace evaluation
