// SPDX-License-Identifier: MIT
#include <evaluation/method_text.hpp>

#include <algorithm>

namespace evaluation {

namespace {

// The end of the part that begins at `from`: a comma outside of parentheses, or the end of the text.
std::size_t end_of_part(std::string_view method, std::size_t from) {
    int depth = 0;
    for (std::size_t at = from; at < method.size(); ++at) {
        depth += method[at] == '(' ? 1 : method[at] == ')' ? -1 : 0;
        if (method[at] == ',' && depth == 0) return at;
    }
    return method.size();
}

}   // namespace

method_text::method_text(std::string_view method) : name(method.substr(0, method.find(':'))) {
    for (auto at = name.size(); at < method.size();) {
        auto const end = end_of_part(method, at + 1);
        parts.push_back(method.substr(at + 1, end - at - 1));
        at = end;
    }
}

bool method_text::has(std::string_view part) const {
    return std::find(parts.begin(), parts.end(), part) != parts.end();
}

}   // namespace evaluation
