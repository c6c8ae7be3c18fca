// SPDX-License-Identifier: MIT
#include <evaluation/judge_request.hpp>

#include <evaluation/json_text.hpp>
#include <evaluation/report/data_uri.hpp>
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

namespace {

std::string content_of(std::filesystem::path const& file) {
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}   // namespace

std::string request_line(judge_request const& request) {
    std::string content = json_string(request.prompt);
    if (!request.image.empty()) {
        content = "[{\"type\": \"text\", \"text\": " + content +
                  "}, {\"type\": \"image_url\", \"image_url\": {\"url\": " +
                  json_string(report::data_uri(content_of(request.image))) + "}}]";
    }
    return "{\"custom_id\": " + json_string(request.id) +
           ", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", " +
           "\"body\": {\"model\": " + json_string(request.judge) +
           ", \"temperature\": 0, \"messages\": [{\"role\": \"user\", \"content\": " + content + "}]}}\n";
}

std::string filled(std::filesystem::path const& instructions, std::map<std::string, std::string> const& fields) {
    constexpr std::size_t longest = std::size_t{1} << 20, longest_filled = std::size_t{64} << 20, longest_name = 64;
    auto const fail = [&](std::string const& why) {
        throw llava::io::error(llava::io::exit_code::bad_data, instructions.native(), "", why);
    };
    std::string const text = content_of(instructions);
    if (text.size() > longest) fail("is longer than " + std::to_string(longest) + " bytes");
    std::string result;
    std::size_t used = 0;
    for (std::size_t i = 0; i < text.size();) {
        // A name ends soon or not at all: a text of braces is no work.
        auto const length =
            text[i] == '{' ? std::string_view(text).substr(i + 1, longest_name).find('}') : std::string::npos;
        auto const field = length == std::string::npos ? fields.end() : fields.find(text.substr(i + 1, length));
        if (field == fields.end()) {
            result += text[i++];
            continue;
        }
        result += field->second;   // not looked at again: what an answer says is no name
        if (result.size() > longest_filled)
            fail("is longer than " + std::to_string(longest_filled) + " bytes once filled in");
        i += length + 2;
        ++used;
    }
    if (used == 0) fail("names none of the fields, such as {" + fields.begin()->first + "}");
    return result;
}

}   // namespace evaluation
