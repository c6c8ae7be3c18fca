// SPDX-License-Identifier: MIT
#include <evaluation/bootstrap.hpp>

#include <algorithm>
#include <array>
#include <map>

#include <causalmm/core/counter_rng.hpp>

namespace evaluation {

namespace {

struct cluster_sum {
    double difference = 0;
    std::int64_t questions = 0;
};

std::vector<cluster_sum> sums(std::span<paired_answer const> answers) {
    std::map<std::string_view, std::size_t> places;
    std::vector<cluster_sum> result;
    for (auto const& a : answers) {
        auto const place = places.try_emplace(a.cluster, result.size()).first->second;
        if (place == result.size()) result.emplace_back();
        result[place].difference += a.difference;
        ++result[place].questions;
    }
    return result;
}

double mean(cluster_sum const& sum) { return sum.difference / static_cast<double>(sum.questions); }

// Statistic of one resample. A word of 32 bits times n, upper half: uniform below n to within n / 2^32.
double resampled(std::vector<cluster_sum> const& clusters, std::uint32_t resample, std::array<std::uint32_t, 2> key) {
    cluster_sum total;
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (i % 4 == 0) words = causalmm::philox4x32({static_cast<std::uint32_t>(i / 4), resample, 0, 0}, key);
        auto const& drawn = clusters[(std::uint64_t{words[i % 4]} * clusters.size()) >> 32];
        total.difference += drawn.difference;
        total.questions += drawn.questions;
    }
    return mean(total);
}

}   // namespace

difference_interval paired_bootstrap(std::span<paired_answer const> answers, std::uint64_t seed) {
    constexpr std::size_t resamples = 10'000;
    auto const clusters = sums(answers);
    // No difference anywhere is none in every resample: a method beside itself, or an identity branch.
    if (std::all_of(clusters.begin(), clusters.end(),
                    [](cluster_sum const& c) { return !(c.difference < 0 || c.difference > 0); }))
        return {};
    cluster_sum all;
    for (auto const& c : clusters) {
        all.difference += c.difference;
        all.questions += c.questions;
    }
    std::array<std::uint32_t, 2> const key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    std::vector<double> statistics(resamples);
    for (std::size_t i = 0; i < resamples; ++i) statistics[i] = resampled(clusters, static_cast<std::uint32_t>(i), key);
    std::sort(statistics.begin(), statistics.end());
    return {
        .mean = mean(all), .low = statistics[resamples * 25 / 1000], .high = statistics[resamples * 975 / 1000 - 1]};
}

}   // namespace evaluation
