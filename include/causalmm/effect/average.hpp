// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::effect {

/// An average causal effect and what it is uncertain by.
///
/// shape   four numbers, low <= high
/// units   those of the effects
/// errors  none
/// source  see average
struct estimate {
    double mean = 0.0;
    double standard_error = 0.0;
    double low = 0.0;
    double high = 0.0;
};

/// The interval asked for.
///
/// shape   one level and the seed of the resamples
/// units   share of resamples inside the interval
/// errors  see average
/// source  see average
struct bootstrap {
    double level = 0.95;
    std::uint64_t seed = 0;
};

namespace detail {

/// Mean of as many effects as there are, drawn with replacement; the resample's number alone decides which.
inline double resampled_mean(std::span<double const> effects, std::uint32_t resample,
                             std::array<std::uint32_t, 2> key) noexcept {
    double sum = 0.0;
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < effects.size(); ++i) {
        // A last word of 1: stream_key draws with 0 there, so no resample repeats another stream's key.
        if (i % 4 == 0) { words = philox4x32({static_cast<std::uint32_t>(i / 4), resample, 0u, 1u}, key); }
        std::size_t const drawn = (std::uint64_t{words[i % 4]} * effects.size()) >> 32;
        sum += effects[drawn];
    }
    return sum / static_cast<double>(effects.size());
}

}   // namespace detail

/// The average causal effect over samples, its standard error, and a percentile bootstrap interval over whole samples.
///
/// mean = 1/n sum_i e(i);  standard_error = sqrt(sum_i (e(i) - mean)^2 / (n (n - 1)))
///
/// shape   effects one per independent sample (questions about one image are one: average them first), at least two;
///         `resamples` is memory for the means of as many resamples as it holds, 2,000 are plenty
/// units   those of the effects
/// errors  empty_support: fewer than two samples or no memory for a resample; bad_parameter: level outside (0, 1);
///         non_finite_factual: an effect is NaN or infinite; unsupported: 2^32 samples or resamples
/// source  Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 1979; draws by Philox from the seed
inline result<estimate> average(std::span<double const> effects, std::span<double> resamples,
                                bootstrap const& how = {}) noexcept {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    if (!is_finite(how.level) || how.level <= 0.0 || how.level >= 1.0) {
        return {{}, {errc::bad_parameter, "average: level is outside (0, 1)"}};
    }
    if (effects.size() < 2 || resamples.empty()) {
        return {{}, {errc::empty_support, "average: needs two samples and memory for a resample"}};
    }
    if (effects.size() > most || resamples.size() > most) {
        return {{}, {errc::unsupported, "average: 2^32 samples or resamples"}};
    }
    double const count = static_cast<double>(effects.size());
    double sum = 0.0;
    for (double const each : effects) {
        if (!is_finite(each)) { return {{}, {errc::non_finite_factual, "average: an effect is NaN or infinite"}}; }
        sum += each;
    }
    estimate found{.mean = sum / count};
    double squares = 0.0;
    for (double const each : effects) { squares += (each - found.mean) * (each - found.mean); }
    found.standard_error = std::sqrt(squares / (count * (count - 1.0)));

    std::array<std::uint32_t, 2> const key{static_cast<std::uint32_t>(how.seed),
                                           static_cast<std::uint32_t>(how.seed >> 32)};
    for (std::size_t r = 0; r < resamples.size(); ++r) {
        resamples[r] = detail::resampled_mean(effects, static_cast<std::uint32_t>(r), key);
    }
    std::sort(resamples.begin(), resamples.end());
    // How many means are left out at either end; a product of decimals, such as 0.05 * 2000, may fall just short of a whole.
    double const tail = 0.5 * (1.0 - how.level) * static_cast<double>(resamples.size()) + 1e-9;
    std::size_t const cut = std::min(static_cast<std::size_t>(tail), (resamples.size() - 1) / 2);
    found.low = resamples[cut];
    found.high = resamples[resamples.size() - 1 - cut];
    return {found, {}};
}

}   // namespace causalmm::effect
