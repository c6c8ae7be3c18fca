// SPDX-License-Identifier: MIT
#include <evaluation/json_text.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace evaluation {

std::string json_string(std::string_view text) {
    // Answers are plain text nearly always, and a run writes each several times.
    auto const plain = [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; };
    if (std::all_of(text.begin(), text.end(), plain)) return std::string(1, '"').append(text) += '"';
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}   // namespace evaluation
