// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <causalmm/attention/visible_keys.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention::detail {

template <scalar T>
inline void add_row(T const* row, index_t dim, double sign, double* sum) noexcept {
    for (index_t i = 0; i < dim; ++i) { sum[i] += sign * static_cast<double>(static_cast<float>(row[i])); }
}

/// The sum of the values of a row's keys, moved from row to row: O(dim) a key that comes or goes, so O(dim) a causal row.
///
/// In double, since a window's sum is a difference of long ones.
template <scalar T>
class range_sum {
  public:
    range_sum(tensor_view<T const, 2> const& values, double* sum) noexcept : values_{values}, sum_{sum} { clear(0); }

    /// The sum over `keys`; valid until the next call.
    double const* over(visible_keys const& keys) noexcept {
        if (keys.count != keys_.count || (shrinks(keys) && !finite())) { clear(keys.count); }
        for (std::size_t i = 0; i < keys.count; ++i) { move(keys_.ranges[i], keys.ranges[i]); }
        keys_ = keys;
        return sum_;
    }

  private:
    /// Whether a value must be taken away, which only a finite sum survives.
    bool shrinks(visible_keys const& keys) const noexcept {
        bool any = false;
        for (std::size_t i = 0; i < keys.count; ++i) {
            visibility::key_range const from = keys_.ranges[i], to = keys.ranges[i];
            any = any || (from.size() > 0 && (to.begin > from.begin || to.end < from.end));
        }
        return any;
    }
    void clear(std::size_t count) noexcept {
        keys_ = visible_keys{{}, 0, selection::index_set::none()};
        keys_.count = count;   // ranges that hold nothing yet
        for (index_t i = 0; i < values_.extent(1); ++i) { sum_[i] = 0.0; }
    }
    void move(visibility::key_range const from, visibility::key_range const to) noexcept {
        if (from.end <= to.begin || to.end <= from.begin) {
            add(from.begin, from.end, -1.0);
            add(to.begin, to.end, 1.0);
            return;
        }
        add(to.begin, from.begin, 1.0);
        add(from.begin, to.begin, -1.0);
        add(from.end, to.end, 1.0);
        add(to.end, from.end, -1.0);
    }
    void add(index_t begin, index_t end, double sign) noexcept {
        for (index_t key = begin; key < end; ++key) {
            add_row(values_.data + key * values_.strides[0], values_.extent(1), sign, sum_);
        }
    }
    bool finite() const noexcept {
        bool all = true;
        for (index_t i = 0; i < values_.extent(1); ++i) { all = all && is_finite(sum_[i]); }
        return all;
    }

    tensor_view<T const, 2> values_;   // (key, dim)
    double* sum_;                      // (dim)
    visible_keys keys_{{}, 0, selection::index_set::none()};
};

}   // namespace causalmm::attention::detail
