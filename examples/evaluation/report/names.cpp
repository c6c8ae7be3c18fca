// SPDX-License-Identifier: MIT
#include <evaluation/report/names.hpp>

#include <algorithm>
#include <set>

#include <evaluation/method_text.hpp>

namespace evaluation::report {

namespace {

std::string short_name(method_text const& method, std::span<method_text const> all) {
    std::string name(method.name);
    for (auto const part : method.parts) {
        bool const is_common = std::all_of(all.begin(), all.end(), [&](method_text const& other) {
            return other.name != method.name || other.has(part);
        });
        if (!is_common) name.append(" ").append(part);
    }
    return name;
}

}   // namespace

std::vector<std::string> short_names(std::span<std::string const> methods) {
    std::vector<method_text> const all(methods.begin(), methods.end());
    std::vector<std::string> names;
    for (auto const& method : all) names.push_back(short_name(method, all));
    bool const differ = std::set(names.begin(), names.end()).size() == names.size();
    return differ ? names : std::vector<std::string>(methods.begin(), methods.end());
}

}   // namespace evaluation::report
