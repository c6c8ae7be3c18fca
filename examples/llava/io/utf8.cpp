// SPDX-License-Identifier: MIT
#include <llava/io/utf8.hpp>

#include <algorithm>
#include <array>

namespace llava::io {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) noexcept { return static_cast<unsigned char>(text[i]); }

bool continues(std::string_view text, std::size_t first, std::size_t last) noexcept {
    if (last >= text.size()) return false;
    for (std::size_t i = first; i <= last; ++i) {
        if ((byte_at(text, i) & 0xC0U) != 0x80U) return false;
    }
    return true;
}

using namespace std::string_view_literals;

constexpr std::array spaces{
    "\t"sv,           "\n"sv,           "\v"sv,           "\f"sv,           "\r"sv,           " "sv,
    "\xC2\x85"sv,     "\xC2\xA0"sv,     "\xE1\x9A\x80"sv, "\xE2\x80\x80"sv, "\xE2\x80\x81"sv, "\xE2\x80\x82"sv,
    "\xE2\x80\x83"sv, "\xE2\x80\x84"sv, "\xE2\x80\x85"sv, "\xE2\x80\x86"sv, "\xE2\x80\x87"sv, "\xE2\x80\x88"sv,
    "\xE2\x80\x89"sv, "\xE2\x80\x8A"sv, "\xE2\x80\xA8"sv, "\xE2\x80\xA9"sv, "\xE2\x80\xAF"sv, "\xE2\x81\x9F"sv,
    "\xE3\x80\x80"sv,
};

}   // namespace

std::size_t character_size(std::string_view text) noexcept {
    if (text.empty()) return 0;
    unsigned const lead = byte_at(text, 0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    std::size_t const size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (!continues(text, 1, size - 1)) return 0;
    unsigned const second = byte_at(text, 1);
    bool const overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    bool const surrogate = lead == 0xED && second >= 0xA0;
    bool const too_large = lead == 0xF4 && second >= 0x90;
    return overlong || surrogate || too_large ? 0 : size;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        std::size_t const size = character_size(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::size_t leading_space(std::string_view text) noexcept {
    std::size_t size = 0;
    for (;;) {
        auto const rest = text.substr(size);
        auto const found =
            std::find_if(spaces.begin(), spaces.end(), [rest](std::string_view s) { return rest.starts_with(s); });
        if (found == spaces.end()) return size;
        size += found->size();
    }
}

std::size_t trailing_space(std::string_view text) noexcept {
    std::size_t size = 0;
    for (;;) {
        auto const rest = text.substr(0, text.size() - size);
        auto const found =
            std::find_if(spaces.begin(), spaces.end(), [rest](std::string_view s) { return rest.ends_with(s); });
        if (found == spaces.end()) return size;
        size += found->size();
    }
}

}   // namespace llava::io
