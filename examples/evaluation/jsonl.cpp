// SPDX-License-Identifier: MIT
#include <evaluation/jsonl.hpp>

#include <llava/io/content.hpp>
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

std::string line_name(std::filesystem::path const& file, std::size_t line) {
    return file.filename().native() + " line " + std::to_string(line);
}

void read_lines(std::string_view text, std::filesystem::path const& file, line_visitor const& visit,
                std::size_t first) {
    constexpr std::size_t longest = std::size_t{1} << 20;
    constexpr std::size_t most = 10'000'000;
    for (std::size_t line = first; !text.empty(); ++line) {
        auto const end = text.find('\n');
        std::string_view content = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (content.ends_with('\r')) content.remove_suffix(1);
        auto const name = line_name(file, line);
        if (line > most) throw error(exit_code::bad_data, name, "", "the file has more than 10000000 lines");
        if (content.size() > longest) throw error(exit_code::bad_data, name, "", "is longer than 1048576 bytes");
        if (content.find_first_not_of(" \t") == std::string_view::npos)
            throw error(exit_code::bad_data, name, "", "is blank");
        auto const document = llava::io::json_document::parse(content, name);
        auto const root = document->root();
        visit(root.object(), line);
    }
}

namespace {

std::string text_of(std::filesystem::path const& file) {
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    if (auto const other = llava::io::known_content(bytes); !other.empty())
        throw error(exit_code::bad_data, file.native(), "", "not JSON Lines but " + std::string(other));
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}   // namespace

void read_lines(std::filesystem::path const& file, line_visitor const& visit) {
    read_lines(text_of(file), file, visit);
}

void read_rows(std::filesystem::path const& file, row_visitor const& visit) {
    auto const text = text_of(file);
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || text[first] != '[')
        return read_lines(text, file, [&](json_field const& object, std::size_t) { visit(object); });
    auto const document = llava::io::json_document::read(file);
    auto const rows = document->root();
    for (std::size_t i = 0; i < rows.size(); ++i) visit(rows.at(i).object());
}

}   // namespace evaluation
