// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <limits>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::selection {

/// A half-open interval of indices; by default all of them.
///
/// shape   [begin, end)
/// units   indices of one axis
/// errors  see index_set::check
/// source  none
struct index_range {
    index_t begin = 0;
    index_t end = std::numeric_limits<index_t>::max();

    friend CAUSALMM_HD constexpr bool operator==(index_range const&, index_range const&) noexcept = default;
};

/// A set of indices of one axis: all of them by default, or a union of up to eight ranges.
///
/// i in set  <=>  begin <= i < end for one of the ranges
///
/// shape   ranges in any order, overlap allowed; kept sorted and disjoint
/// units   indices
/// errors  check(): bad_parameter for a range that is negative or ends before it begins, out_of_capacity beyond eight
/// source  layer windows such as "9-14" in VAF or "2-32" in PAI
class index_set {
  public:
    static constexpr std::size_t capacity = 8;

    constexpr index_set() noexcept = default;
    constexpr index_set(std::initializer_list<index_range> ranges) noexcept : count_{0} {
        for (index_range const& range : ranges) { insert(range); }
    }
    /// No index at all: an edit that never applies.
    static constexpr index_set none() noexcept { return index_set(std::initializer_list<index_range>{}); }

    constexpr void insert(index_range range) noexcept {
        if (range.begin < 0 || range.end < range.begin) {
            problem_ = {errc::bad_parameter, "index_set: a range is negative or ends before it begins"};
        } else if (range.begin < range.end) {
            merge(range);
        }
    }
    constexpr status check() const noexcept { return problem_; }

    CAUSALMM_HD constexpr bool contains(index_t index) const noexcept {
        for (std::size_t i = 0; i < count_; ++i) {
            if (index >= ranges_[i].begin && index < ranges_[i].end) { return true; }
        }
        return false;
    }
    /// The disjoint ranges in ascending order.
    CAUSALMM_HD constexpr std::size_t size() const noexcept { return count_; }
    CAUSALMM_HD constexpr index_range const& operator[](std::size_t i) const noexcept { return ranges_[i]; }

    friend constexpr bool operator==(index_set const& left, index_set const& right) noexcept {
        return left.count_ == right.count_ && left.ranges_ == right.ranges_;
    }

  private:
    constexpr void merge(index_range range) noexcept {
        std::size_t from = 0;
        while (from < count_ && ranges_[from].end < range.begin) { ++from; }
        std::size_t to = from;
        for (; to < count_ && ranges_[to].begin <= range.end; ++to) {
            if (ranges_[to].begin < range.begin) { range.begin = ranges_[to].begin; }
            if (ranges_[to].end > range.end) { range.end = ranges_[to].end; }
        }
        if (from == to && count_ == capacity) {
            problem_ = {errc::out_of_capacity, "index_set: more than eight disjoint ranges"};
            return;
        }
        replace(from, to, range);
    }
    /// Puts `range` in the place of ranges [from, to).
    constexpr void replace(std::size_t from, std::size_t to, index_range range) noexcept {
        std::array<index_range, capacity> merged{};
        std::size_t count = 0;
        for (std::size_t i = 0; i < from; ++i) { merged[count++] = ranges_[i]; }
        merged[count++] = range;
        for (std::size_t i = to; i < count_; ++i) { merged[count++] = ranges_[i]; }
        ranges_ = merged;
        count_ = count;
    }

    std::array<index_range, capacity> ranges_{};   // the one default range holds every index
    std::size_t count_ = 1;
    status problem_{};
};

}   // namespace causalmm::selection
