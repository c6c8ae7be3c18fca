// SPDX-License-Identifier: MIT
#include <evaluation/bias_control.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace evaluation {

std::optional<std::vector<double>> bias_control(std::span<labelled_margin const> margins, std::int64_t yes_count) {
    std::vector<double> sorted;
    for (auto const& m : margins) {
        if (!std::isfinite(m.margin)) return std::nullopt;
        sorted.push_back(m.margin);
    }
    if (sorted.empty()) return std::nullopt;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    auto const affirmed = std::clamp<std::int64_t>(yes_count, 0, std::ssize(sorted));
    double const threshold = sorted[static_cast<std::size_t>(std::max<std::int64_t>(affirmed - 1, 0))];
    auto const [first, last] = std::equal_range(sorted.begin(), sorted.end(), threshold, std::greater<>());
    double const tied = static_cast<double>(affirmed - (first - sorted.begin())) / static_cast<double>(last - first);
    std::vector<double> right;
    for (auto const& m : margins) {
        double const yes = m.margin > threshold ? 1.0 : m.margin < threshold ? 0.0 : tied;
        right.push_back(m.label_is_yes ? yes : 1.0 - yes);
    }
    return right;
}

}   // namespace evaluation
