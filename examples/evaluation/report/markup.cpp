// SPDX-License-Identifier: MIT
#include <evaluation/report/markup.hpp>

#include <charconv>

#include <nlohmann/json.hpp>

#include <evaluation/json_text.hpp>

namespace evaluation::report {

namespace {

// The bytes as UTF-8: what is none became U+FFFD on the way through JSON.
std::string valid(std::string_view text) { return nlohmann::json::parse(json_string(text)).get<std::string>(); }

std::string reference(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&#39;";
        default: return {c};
    }
}

std::string opening(std::string_view name, attributes with) {
    std::string result("<");
    result.append(name);
    for (auto const& [key, value] : with)
        result.append(" ").append(key).append("=\"").append(escaped(value)).append("\"");
    return result;
}

}   // namespace

std::string escaped(std::string_view text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    constexpr std::string_view noncharacters = "\xEF\xBF\xBE\xEF\xBF\xBF";
    auto const bytes = valid(text);
    std::string result;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        char const c = bytes[i];
        bool const is_control = (c >= 0 && c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
        auto const three = std::string_view(bytes).substr(i, 3);
        if (is_control) {
            result += replacement;
        } else if (three == noncharacters.substr(0, 3) || three == noncharacters.substr(3)) {
            result += replacement;
            i += 2;
        } else {
            result += reference(c);
        }
    }
    return result;
}

std::string element(std::string_view name, attributes with, std::string_view content) {
    return opening(name, with).append(">").append(content).append("</").append(name).append(">");
}

std::string leaf(std::string_view name, attributes with) { return opening(name, with) + "/>"; }

std::string fixed(double value, int digits) {
    char text[64];
    auto const end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits).ptr;
    std::string result(text, end);
    bool const is_zero = result.find_first_of("123456789in") == std::string::npos;
    return is_zero && result.starts_with('-') ? result.substr(1) : result;
}

std::string signed_fixed(double value, int digits) {
    auto const result = fixed(value, digits);
    bool const has_sign = result.starts_with('-') || result.find_first_of("123456789in") == std::string::npos;
    return has_sign ? result : "+" + result;
}

}   // namespace evaluation::report
