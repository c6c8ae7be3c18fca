// SPDX-License-Identifier: MIT
#include <evaluation/json_text.hpp>

#include <nlohmann/json.hpp>

namespace evaluation {

std::string json_string(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}   // namespace evaluation
