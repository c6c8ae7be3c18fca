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
    double questions = 0;
};

std::vector<cluster_sum> sums(std::span<paired_answer const> answers) {
    std::map<std::string_view, std::size_t> places;
    std::vector<cluster_sum> result;
    for (auto const& a : answers) {
        auto const place = places.try_emplace(a.cluster, result.size()).first->second;
        if (place == result.size()) result.emplace_back();
        result[place].difference += a.difference;
        result[place].questions += 1;
    }
    return result;
}

constexpr std::uint32_t resamples = 10'000;
constexpr std::size_t side_by_side = 16;   // resamples that are drawn at once
static_assert(resamples % side_by_side == 0);
using each_resample = std::array<double, side_by_side>;

// Draws as many clusters as there are, with replacement, for the sixteen resamples from `first` on: use(lane, cluster).
// A word of 32 bits times n, upper half: uniform below n to within n / 2^32.
template <class Use>
void draw_clusters(std::size_t count, std::uint32_t first, std::uint64_t seed, Use const& use) {
    std::array<std::uint32_t, 2> const key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    std::array<std::uint32_t, 4 * side_by_side> drawn{};
    for (std::size_t i = 0; i < count; i += 4) {
        causalmm::philox4x32x16({static_cast<std::uint32_t>(i / 4), first, 0, 0}, key, drawn.data());
        for (auto& each : drawn) each = static_cast<std::uint32_t>((std::uint64_t{each} * count) >> 32);
        auto const wanted = std::min(count - i, std::size_t{4}) * side_by_side;
        for (std::size_t d = 0; d < wanted; ++d) use(d % side_by_side, drawn[d]);
    }
}

// Statistic of every resample: `sixteen` gives those from `first` on.
template <class Sixteen>
std::vector<double> resampled(Sixteen const& sixteen) {
    std::vector<double> statistics;
    statistics.reserve(resamples);
    for (std::uint32_t first = 0; first < resamples; first += side_by_side) {
        each_resample const found = sixteen(first);
        statistics.insert(statistics.end(), found.begin(), found.end());
    }
    return statistics;
}

each_resample means(std::vector<cluster_sum> const& clusters, std::uint32_t first, std::uint64_t seed) {
    std::array<cluster_sum, side_by_side> sums{};
    draw_clusters(clusters.size(), first, seed, [&](std::size_t lane, std::size_t drawn) {
        sums[lane].difference += clusters[drawn].difference;
        sums[lane].questions += clusters[drawn].questions;
    });
    each_resample result{};
    for (std::size_t lane = 0; lane < side_by_side; ++lane) result[lane] = sums[lane].difference / sums[lane].questions;
    return result;
}

difference_interval percentiles(double all, std::vector<double> statistics) {
    auto const of_rank = [&](std::size_t rank) {
        auto const place = statistics.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(statistics.begin(), place, statistics.end());
        return *place;
    };
    auto const n = statistics.size();
    return {.mean = all, .low = of_rank(n * 25 / 1000), .high = of_rank(n * 975 / 1000 - 1)};
}

// Questions by ascending margin. Those of label no that are tied with a yes stand before and behind it by a half each.
struct ranked {
    std::size_t cluster = 0;
    double yes = 0, no = 0;   // the part of it that has this label
};

struct ranking {
    std::vector<ranked> ascending;
    std::size_t clusters = 0;
};

ranking ranking_of(std::span<clustered_margin const> margins) {
    struct placed {
        labelled_margin of;
        std::size_t cluster;
    };
    std::vector<placed> sorted;
    std::map<std::string_view, std::size_t> places;
    for (auto const& each : margins)
        sorted.push_back({each.of, places.try_emplace(each.cluster, places.size()).first->second});
    std::sort(sorted.begin(), sorted.end(), [](placed const& a, placed const& b) { return a.of.margin < b.of.margin; });
    ranking result{.ascending = {}, .clusters = places.size()};
    for (auto first = sorted.begin(); first != sorted.end();) {
        auto const last =
            std::find_if(first, sorted.end(), [&](placed const& each) { return each.of.margin > first->of.margin; });
        auto const put = [&](bool yes, double part) {
            for (auto each = first; each != last; ++each) {
                if (each->of.label_is_yes == yes)
                    result.ascending.push_back({each->cluster, yes ? part : 0, yes ? 0 : part});
            }
        };
        bool const tied = std::any_of(first, last, [](placed const& each) { return each.of.label_is_yes; });
        put(false, tied ? 0.5 : 1);
        put(true, 1);
        if (tied) put(false, 0.5);
        first = last;
    }
    return result;
}

// The area if each cluster stands there as often as it was drawn; not a number if one of the labels was not drawn.
each_resample weighted_areas(ranking const& of, std::vector<each_resample> const& drawn) {
    constexpr std::size_t in_registers = 8;
    each_resample areas{};
    for (std::size_t first = 0; first < side_by_side; first += in_registers) {
        std::array<double, in_registers> below{}, yes{}, won{};
        for (auto const& each : of.ascending) {   // labels are as good as random: no branch would guess them
            double const* const times = drawn[each.cluster].data() + first;
            for (std::size_t i = 0; i < in_registers; ++i) {
                yes[i] += each.yes * times[i];
                won[i] += each.yes * times[i] * below[i];
                below[i] += each.no * times[i];
            }
        }
        for (std::size_t i = 0; i < in_registers; ++i) areas[first + i] = won[i] / (yes[i] * below[i]);
    }
    return areas;
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
    return percentiles(all.difference / all.questions,
                       resampled([&](std::uint32_t first) { return means(clusters, first, seed); }));
}

std::optional<difference_interval> area_bootstrap(std::span<clustered_margin const> margins, std::uint64_t seed) {
    std::vector<labelled_margin> flat;
    for (auto const& each : margins) flat.push_back(each.of);
    auto const area = area_under_curve(flat);
    if (!area) return std::nullopt;
    auto const ranks = ranking_of(margins);
    std::vector<each_resample> drawn(ranks.clusters);
    auto statistics = resampled([&](std::uint32_t first) {
        std::fill(drawn.begin(), drawn.end(), each_resample{});
        draw_clusters(ranks.clusters, first, seed,
                      [&](std::size_t lane, std::size_t cluster) { drawn[cluster][lane] += 1; });
        return weighted_areas(ranks, drawn);
    });
    std::erase_if(statistics, [](double each) { return !std::isfinite(each); });
    constexpr std::size_t enough = resamples / 2;
    if (statistics.size() < enough) return difference_interval{.mean = *area, .low = 0, .high = 1};
    return percentiles(*area, std::move(statistics));
}

}   // namespace evaluation
