// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/softmax.hpp>

namespace causalmm::inline CAUSALMM_ABI::detail {

/// The lanes combined into one number: 8 with 8, 4 with 4, 2 with 2, 1 with 1. Shuffles stay in registers, where a copy to
/// memory and back costs as much as reading a row of 200 floats.
template <class Register, class Combine>
inline float fold_lanes(Register const from, Combine const& combine) noexcept {
    if constexpr (sizeof(Register) == 64) {
        return fold_lanes(combine(__builtin_shufflevector(from, from, 0, 1, 2, 3, 4, 5, 6, 7),
                                  __builtin_shufflevector(from, from, 8, 9, 10, 11, 12, 13, 14, 15)),
                          combine);
    } else if constexpr (sizeof(Register) == 32) {
        return fold_lanes(
            combine(__builtin_shufflevector(from, from, 0, 1, 2, 3), __builtin_shufflevector(from, from, 4, 5, 6, 7)),
            combine);
    } else {
        float const even = combine(float{from[0]}, float{from[2]});
        return combine(even, combine(float{from[1]}, float{from[3]}));
    }
}

/// 0, 1, 2, ...
inline lane_words lane_numbers() noexcept {
    lane_words numbers = {};
    for (std::int32_t lane = 0; lane < static_cast<std::int32_t>(lane_count); ++lane) { numbers[lane] = lane; }
    return numbers;
}

/// A row of floats in memory.
struct float_row {
    float const* data;

    float get(index_t i) const noexcept { return data[i]; }
    lanes load(index_t i) const noexcept { return load_lanes(data + i); }
};

/// The `count` < lane_count elements from `i` on, the other lanes `fill`.
template <class Row>
inline lanes load_some(Row const& row, index_t i, index_t count, float fill) noexcept {
    lanes some = splat(fill);
    for (index_t lane = 0; lane < count; ++lane) { some[lane] = row.get(i + lane); }
    return some;
}

/// The lanes where a >= b, a bit each: compilers make a dozen instructions of what the processor does by one.
inline std::uint32_t reaching_lanes(lanes const a, lanes const b) noexcept {
#if defined(__AVX512F__)
    return __builtin_ia32_cmpps512_mask(a, b, 13, 0xffffu, 4);   // ordered >=, the rounding that is set
#elif defined(__AVX__)
    return static_cast<std::uint32_t>(__builtin_ia32_movmskps256(std::bit_cast<lanes>(a >= b)));
#elif defined(__SSE__)
    return static_cast<std::uint32_t>(__builtin_ia32_movmskps(std::bit_cast<lanes>(a >= b)));
#else
    std::uint32_t bits = 0;
    for (index_t lane = 0; lane < lane_count; ++lane) { bits |= (a[lane] >= b[lane] ? 1u : 0u) << lane; }
    return bits;
#endif
}

/// Of 64 elements those that reach a threshold, a bit each.
inline std::uint64_t reaching(float const* row, float threshold) noexcept {
    std::uint64_t bits = 0;
    for (index_t i = 0; i < 64; i += lane_count) {
        bits |= std::uint64_t{reaching_lanes(load_lanes(row + i), splat(threshold))} << i;
    }
    return bits;
}

/// Largest element and sum of a piece of a row, in one reading.
struct row_scan {
    lanes largest = splat(minus_infinity());
    lanes sum = splat(0.0f);   // nvcc 13 cannot initialise an aggregate from an empty register

    void add(lanes const more) noexcept {
        largest = larger_lanes(largest, more);
        sum += more;
    }
    float top() const noexcept { return fold_lanes(largest, larger{}); }
    float total() const noexcept { return fold_lanes(sum, causalmm::detail::sum{}); }
};

/// Scans elements [i, end). The sum of a thousand floats of one sign is good to 1e-6; one NaN or infinity makes it one.
template <class Row>
inline row_scan scan(Row const& row, index_t i, index_t const end) noexcept {
    row_scan a, b, c, d;   // four chains: an addition takes as long as four loads
    index_t const begin = i;
    for (; i + 4 * lane_count <= end; i += 4 * lane_count) {
        a.add(row.load(i));
        b.add(row.load(i + lane_count));
        c.add(row.load(i + 2 * lane_count));
        d.add(row.load(i + 3 * lane_count));
    }
    for (; i + lane_count <= end; i += lane_count) { a.add(row.load(i)); }
    if (index_t const rest = end - i; rest > 0 && end - begin >= lane_count) {
        // The last full register again, without what is in the sum already.
        lanes const last = row.load(end - lane_count);
        b.largest = larger_lanes(b.largest, last);
        b.sum += lane_numbers() >= splat(static_cast<std::int32_t>(lane_count - rest)) ? last : lanes{};
    } else if (rest > 0) {
        b = {load_some(row, i, rest, minus_infinity()), load_some(row, i, rest, 0.0f)};
    }
    return {larger_lanes(larger_lanes(a.largest, b.largest), larger_lanes(c.largest, d.largest)),
            (a.sum + b.sum) + (c.sum + d.sum)};
}

}   // namespace causalmm::detail
