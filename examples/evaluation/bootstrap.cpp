// SPDX-License-Identifier: MIT
#include <evaluation/bootstrap.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

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

constexpr std::uint32_t resamples = 10'000;

// Draws as many clusters as there are, with replacement. A word of 32 bits times n, upper half: uniform below n to within n / 2^32.
template <class Use>
void draw_clusters(std::size_t count, std::uint32_t resample, std::uint64_t seed, Use const& use) {
    std::array<std::uint32_t, 2> const key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 4 == 0) words = causalmm::philox4x32({static_cast<std::uint32_t>(i / 4), resample, 0, 0}, key);
        use((std::uint64_t{words[i % 4]} * count) >> 32);
    }
}

double resampled(std::vector<cluster_sum> const& clusters, std::uint32_t resample, std::uint64_t seed) {
    cluster_sum total;
    draw_clusters(clusters.size(), resample, seed, [&](std::size_t drawn) {
        total.difference += clusters[drawn].difference;
        total.questions += clusters[drawn].questions;
    });
    return mean(total);
}

difference_interval percentiles(double all, std::vector<double> statistics) {
    std::sort(statistics.begin(), statistics.end());
    auto const n = statistics.size();
    return {.mean = all, .low = statistics[n * 25 / 1000], .high = statistics[n * 975 / 1000 - 1]};
}

// One question by the size of its margin.
struct ranked {
    double margin = 0;
    std::size_t cluster = 0;
    bool label_is_yes = false;
};

struct ranking {
    std::vector<ranked> ascending;
    std::size_t clusters = 0;
};

ranking ranking_of(std::span<clustered_margin const> margins) {
    ranking result;
    std::map<std::string_view, std::size_t> places;
    for (auto const& each : margins) {
        auto const place = places.try_emplace(each.cluster, places.size()).first->second;
        result.ascending.push_back({.margin = each.of.margin, .cluster = place, .label_is_yes = each.of.label_is_yes});
    }
    result.clusters = places.size();
    std::sort(result.ascending.begin(), result.ascending.end(),
              [](ranked const& a, ranked const& b) { return a.margin < b.margin; });
    return result;
}

// The area if each cluster stands there as often as it was drawn; not a number if one of the labels was not drawn.
double weighted_area(ranking const& of, std::vector<double> const& drawn) {
    double below = 0, yes = 0, won = 0;
    for (std::size_t i = 0; i < of.ascending.size();) {
        double tied_yes = 0, tied_no = 0;
        double const margin = of.ascending[i].margin;
        // Sorted: not larger is equal.
        for (; i < of.ascending.size() && !(of.ascending[i].margin > margin); ++i) {
            auto const& each = of.ascending[i];
            (each.label_is_yes ? tied_yes : tied_no) += drawn[each.cluster];
        }
        won += tied_yes * (below + 0.5 * tied_no);
        yes += tied_yes;
        below += tied_no;
    }
    return won / (yes * below);
}

}   // namespace

difference_interval paired_bootstrap(std::span<paired_answer const> answers, std::uint64_t seed) {
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
    std::vector<double> statistics(resamples);
    for (std::uint32_t i = 0; i < resamples; ++i) statistics[i] = resampled(clusters, i, seed);
    return percentiles(mean(all), std::move(statistics));
}

std::optional<difference_interval> area_bootstrap(std::span<clustered_margin const> margins, std::uint64_t seed) {
    std::vector<labelled_margin> flat;
    for (auto const& each : margins) flat.push_back(each.of);
    auto const area = area_under_curve(flat);
    if (!area) return std::nullopt;
    auto const ranks = ranking_of(margins);
    std::vector<double> statistics;
    for (std::uint32_t i = 0; i < resamples; ++i) {
        std::vector<double> drawn(ranks.clusters, 0);
        draw_clusters(ranks.clusters, i, seed, [&](std::size_t cluster) { drawn[cluster] += 1; });
        auto const one = weighted_area(ranks, drawn);
        if (std::isfinite(one)) statistics.push_back(one);
    }
    constexpr std::size_t enough = resamples / 2;
    if (statistics.size() < enough) return difference_interval{.mean = *area, .low = 0, .high = 1};
    return percentiles(*area, std::move(statistics));
}

}   // namespace evaluation
