// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evaluation {

/// Short names for tables: a long method string gets its own name with a number, and a line that says what it stands for.
///
/// shape   "causalmm#1", "causalmm#1 = causalmm:vision=shuffled,..."
/// units   at most 14 characters, and a number
/// errors  none
/// source  tables of 132 columns
struct method_labels {
    std::map<std::string, std::string> of;
    std::vector<std::string> legend;

    explicit method_labels(std::span<std::string const> methods) {
        constexpr std::size_t longest = 14;
        std::map<std::string, int> numbers;
        for (auto const& method : methods) {
            if (of.contains(method)) continue;
            auto const kind = method.substr(0, std::min(method.find(':'), longest - 3));
            of[method] = method.size() <= longest ? method : kind + "#" + std::to_string(++numbers[kind]);
            if (of[method] != method) legend.push_back(of[method] + " = " + method);
        }
    }
};

}   // namespace evaluation
