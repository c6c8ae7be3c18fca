// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <causalmm/core/tensor_view.hpp>

namespace workload {

using causalmm::index_t;

/// A shape of real models: CLIP ViT-L/14 at 336 pixels, a LLaVA-1.5 prompt with its image, one step of its decoding.
struct layout {
    std::string_view name;
    std::array<index_t, 4> extents;   // (batch, head, query, key)
    bool vision;                      // vision maps are bidirectional and edited as whole maps, language rows causal

    constexpr index_t visible(index_t query) const noexcept {
        return vision ? extents[3] : extents[3] - extents[2] + query + 1;
    }
    /// Bytes of the weights that an edit may touch.
    constexpr std::int64_t bytes() const noexcept {
        index_t weights = 0;
        for (index_t query = 0; query < extents[2]; ++query) { weights += visible(query); }
        return weights * extents[0] * extents[1] * static_cast<index_t>(sizeof(float));
    }
};

inline constexpr std::array<layout, 5> layouts{{{"vision_16x577x577", {1, 16, 577, 577}, true},
                                                {"prefill_32x640x640", {1, 32, 640, 640}, false},
                                                {"prefill_32x1100x1100", {1, 32, 1100, 1100}, false},
                                                {"decode_32x1x640", {1, 32, 1, 640}, false},
                                                {"decode_32x1x1100", {1, 32, 1, 1100}, false}}};

/// Attention patterns of one layout: the softmax of normal scores, and a copy that a call may change.
class patterns {
  public:
    explicit patterns(layout const& shape) : shape_{shape} {
        auto const [batches, heads, queries, keys] = shape.extents;
        source_.assign(static_cast<std::size_t>(batches * heads * queries * keys), 0.0f);
        std::mt19937 generator(1);
        std::normal_distribution<float> normal;
        for (index_t row = 0; row < batches * heads * queries; ++row) {
            float* const w = source_.data() + row * keys;
            float* const end = w + shape.visible(row % queries);
            std::generate(w, end, [&] { return std::exp(normal(generator)); });
            float total = 0.0f;
            std::for_each(w, end, [&](float x) { total += x; });
            std::for_each(w, end, [&](float& x) { x /= total; });
        }
        work_ = source_;
    }

    layout const& shape() const noexcept { return shape_; }
    causalmm::tensor_view<float, 4> view() noexcept { return {work_.data(), shape_.extents}; }
    void refresh() noexcept { std::copy(source_.begin(), source_.end(), work_.begin()); }

    /// The patterns of the layout asked for last are kept: benchmarks run layout by layout.
    static patterns& of(layout const& shape) {
        static std::vector<patterns> kept;
        if (kept.empty() || kept.front().shape_.name != shape.name) {
            kept.clear();
            kept.emplace_back(shape);
        }
        return kept.front();
    }

  private:
    layout shape_;
    std::vector<float> source_;
    std::vector<float> work_;
};

/// Mean seconds of the runs so far, by the name of the benchmark; a ratio is taken between two of one process.
inline std::map<std::string, double, std::less<>>& seconds() {
    static std::map<std::string, double, std::less<>> kept;
    return kept;
}

/// What a call is timed with. Processor time of the calling thread leaves out the time slices of neighbours, but asking for it
/// takes a third of a microsecond; wall time is for the shortest calls, and for those of several threads.
enum class timer { wall, processor };

inline double now(timer which) {
    std::timespec time{};
    clock_gettime(which == timer::wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Seconds of one call.
template <class Call>
double seconds_of(Call& call, timer which) {
    benchmark::ClobberMemory();
    double const start = now(which);
    call();
    benchmark::ClobberMemory();
    return now(which) - start;
}

inline double median(std::vector<double>& numbers) {
    auto const middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    return *middle;
}

/// Times `call` once an iteration and `other` right after it, so that neighbours on the machine and its changing clock slow
/// both alike. The column `label` is the ratio of their medians. `prepare` runs before each and is not timed.
template <class Prepare, class Call, class Other>
void time(benchmark::State& state, char const* label, Prepare const& prepare, Call& call, Other& other,
          timer which = timer::wall) {
    std::vector<double> times, others;
    for (auto iteration : state) {
        (void)iteration;
        prepare();
        times.push_back(seconds_of(call, which));
        state.SetIterationTime(times.back());
        prepare();
        others.push_back(seconds_of(other, which));
    }
    double const middle = median(times);
    state.counters["median_us"] = 1e6 * middle;
    state.counters[label] = middle / median(others);
}

/// Adds the column `label`: how many times the mean of the benchmark `other` this one took.
inline void compare(benchmark::State& state, char const* label, std::string const& name, std::string const& other) {
    auto const found = seconds().find(other);
    if (found != seconds().end()) { state.counters[label] = seconds()[name] / found->second; }
}

}   // namespace workload
