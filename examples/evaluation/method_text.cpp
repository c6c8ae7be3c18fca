// SPDX-License-Identifier: MIT
#include <evaluation/method_text.hpp>

#include <algorithm>

namespace evaluation {

method_text::method_text(std::string_view method) : name(method.substr(0, method.find(':'))) {
    for (auto at = method.find(':'); at != std::string_view::npos;) {
        auto const comma = method.find(',', at + 1);
        parts.push_back(method.substr(at + 1, comma == std::string_view::npos ? comma : comma - at - 1));
        at = comma;
    }
}

bool method_text::has(std::string_view part) const {
    return std::find(parts.begin(), parts.end(), part) != parts.end();
}

}   // namespace evaluation
