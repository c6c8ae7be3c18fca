// SPDX-License-Identifier: MIT
#include <evaluation/controls.hpp>

#include <algorithm>
#include <utility>

#include <evaluation/method_text.hpp>

namespace evaluation {

std::string without_seed(std::string_view method) {
    method_text const text(method);
    std::string result(text.name);
    char before = ':';
    for (auto const part : text.parts) {
        if (part.starts_with("seed=")) continue;
        result.append(1, std::exchange(before, ',')).append(part);
    }
    return result;
}

bool is_identity(std::string_view method) {
    std::size_t edits = 0;
    std::size_t identities = 0;
    for (auto const part : method_text(method).parts) {
        if (part.starts_with("temperature=")) return false;
        if (!part.starts_with("vision=") && !part.starts_with("language=")) continue;
        ++edits;
        identities += part.ends_with("=identity") ? 1u : 0u;
    }
    return edits > 0 && edits == identities;
}

std::vector<spread> spreads(std::span<comparison const> rows) {
    std::vector<spread> result;
    for (auto const& row : rows) {
        auto const method = without_seed(row.method);
        auto const same = [&](spread const& each) { return each.split == row.split && each.method == method; };
        auto found = std::find_if(result.begin(), result.end(), same);
        double const accuracy = row.measures.accuracy;
        if (found == result.end()) {
            result.push_back({.split = row.split, .method = method, .low = accuracy, .high = accuracy});
            found = std::prev(result.end());
        }
        ++found->seeds;
        found->mean += (accuracy - found->mean) / static_cast<double>(found->seeds);
        found->low = std::min(found->low, accuracy);
        found->high = std::max(found->high, accuracy);
    }
    std::erase_if(result, [](spread const& each) { return each.seeds < 2; });
    return result;
}

}   // namespace evaluation
