// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/metrics.hpp>

namespace evaluation {

/// One question answered by two methods.
///
/// shape   one per question
/// units   difference is +1 if only the method is right, -1 if only the baseline is, else 0; fractions where one of them is a chance
/// errors  none
/// source  paired comparison
struct paired_answer {
    std::string_view cluster;   // questions about one image stand or fall together
    double difference = 0;
};

/// A mean, of a difference or another measure, and the interval it lies in.
///
/// shape   three numbers
/// units   fractions of 1
/// errors  none
/// source  percentile bootstrap
struct difference_interval {
    double mean = 0;
    double low = 0;
    double high = 0;
};

/// 95 % interval of the mean difference, resampling whole clusters.
///
/// each resample draws as many clusters as there are, with replacement; statistic = sum of differences / number of questions
///
/// shape   any number of answers; the result depends on their order only through the order in which clusters first appear
/// units   fractions of 1
/// errors  none: no answers give 0, 0, 0
/// source  cluster bootstrap (Cameron, Gelbach, Miller 2008), percentile interval, 10,000 resamples, Philox by seed
difference_interval paired_bootstrap(std::span<paired_answer const> answers, std::uint64_t seed);

/// The margin of one question, and the image it is about.
///
/// shape   one per question
/// units   as labelled_margin
/// errors  none
/// source  metrics.hpp
struct clustered_margin {
    std::string_view cluster;
    labelled_margin of;
};

/// Area under the curve of yes/no margins and its 95 % interval, resampling whole clusters.
///
/// in each resample a question counts as often as its cluster was drawn; resamples in which a label is absent are left out, and where
/// they are most the interval is [0, 1]
///
/// shape   any number of margins, any order but for that of the clusters' first appearance
/// units   fraction of 1
/// errors  nothing where area_under_curve gives nothing
/// source  as paired_bootstrap; Mann-Whitney U / (P N) with weights
std::optional<difference_interval> area_bootstrap(std::span<clustered_margin const> margins, std::uint64_t seed);

}   // namespace evaluation
