// SPDX-License-Identifier: MIT
#include <llava/io/added_tokens.hpp>
#include <llava/io/utf8.hpp>

#include <algorithm>
#include <utility>

namespace llava::io {

void added_tokens::add(token added) {
    auto& same = by_first_byte_[static_cast<unsigned char>(added.content.front())];
    auto const shorter = [&added](token const& other) { return other.content.size() < added.content.size(); };
    same.insert(std::find_if(same.begin(), same.end(), shorter), std::move(added));
}

added_tokens::token const* added_tokens::longest_at(std::string_view rest) const noexcept {
    for (token const& candidate : by_first_byte_[static_cast<unsigned char>(rest.front())]) {
        if (rest.starts_with(candidate.content)) return &candidate;
    }
    return nullptr;
}

std::vector<added_tokens::part> added_tokens::split(std::string_view text, quote_range quoted) const {
    std::vector<part> out;
    std::size_t done = 0;   // all before it is in `out`
    for (std::size_t i = 0; i < text.size();) {
        token const* const found = longest_at(text.substr(i));
        std::size_t const end = found == nullptr ? i + 1 : i + found->content.size();
        bool const in_quotes = quoted.first < quoted.last && i < quoted.last && end > quoted.first;
        if (found == nullptr || in_quotes) {
            ++i;
            continue;
        }
        std::size_t const first = found->strip_left ? std::max(done, i - trailing_space(text.substr(0, i))) : i;
        std::size_t const last = found->strip_right ? end + leading_space(text.substr(end)) : end;
        if (done < first) out.push_back({done, first - done, -1});
        out.push_back({first, last - first, found->id});
        done = last;
        i = end;
    }
    if (done < text.size()) out.push_back({done, text.size() - done, -1});
    return out;
}

}   // namespace llava::io
