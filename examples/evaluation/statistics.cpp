// SPDX-License-Identifier: MIT
#include <evaluation/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace evaluation {

discordance mcnemar(std::int64_t only_ours, std::int64_t only_theirs) {
    discordance result{.only_ours = only_ours, .only_theirs = only_theirs};
    if (only_ours == only_theirs) return result;
    double const n = static_cast<double>(only_ours + only_theirs);
    auto const fewer = std::min(only_ours, only_theirs);
    // From the largest term down, each a multiple of the one before: 2^-n alone underflows from n = 1075 on.
    double const k = static_cast<double>(fewer);
    double const largest =
        std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
    double sum = 0;
    double term = 1;
    for (auto i = fewer; i >= 0 && term > 0; --i) {
        sum += term;
        term *= static_cast<double>(i) / (n - static_cast<double>(i) + 1);
    }
    result.p = std::min(1.0, 2 * largest * sum);
    return result;
}

std::vector<double> holm(std::span<double const> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> adjusted(values.size());
    double largest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        largest = std::max(largest, static_cast<double>(order.size() - i) * values[order[i]]);
        adjusted[order[i]] = std::min(1.0, largest);
    }
    return adjusted;
}

}   // namespace evaluation
