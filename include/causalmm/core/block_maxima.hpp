// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/core/config.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/row_scan.hpp>

namespace causalmm::inline CAUSALMM_ABI::detail {

/// The largest element of a row and of each of its blocks, from one reading: what reaches a threshold close to the largest is
/// then sought in the few blocks that hold it.
class block_maxima {
  public:
    explicit block_maxima(std::span<float const> row) noexcept
        : row_{row.data()}, count_{static_cast<index_t>(row.size())} {
        while (count_ > size_ * static_cast<index_t>(tops_.size())) { size_ *= 2; }
        lanes sum = {};
        for (index_t from = 0; from < count_; from += size_) {
            row_scan const block = scan(float_row{row_}, from, end(from));
            float const top = block.top();
            tops_[static_cast<std::size_t>(from / size_)] = top;
            top_ = larger{}(top_, top);
            sum += block.sum;
        }
        // A sum that is no float has met NaN or infinity, which may be a minus infinity that is allowed, or overflowed.
        foul_ = !is_finite(fold_lanes(sum, causalmm::detail::sum{})) && holds_foul();
    }

    float top() const noexcept { return top_; }
    /// Whether the row holds NaN or +infinity.
    bool foul() const noexcept { return foul_; }

    /// Calls f(i, x) for the elements x >= threshold, in ascending order of i.
    template <class Function>
    void for_each_from(float threshold, Function const& f) const noexcept {
        for (index_t from = 0; from < count_; from += size_) {
            if (!(tops_[static_cast<std::size_t>(from / size_)] >= threshold)) { continue; }
            for (index_t part = from; part < end(from); part += 64) {
                index_t const stop = std::min(part + 64, end(from));
                if (!(scan(float_row{row_}, part, stop).top() >= threshold)) { continue; }
                for (index_t i = part; i < stop; ++i) {
                    if (row_[i] >= threshold) { f(i, row_[i]); }
                }
            }
        }
    }

  private:
    index_t end(index_t from) const noexcept { return std::min(from + size_, count_); }
    bool holds_foul() const noexcept {
        auto const foul = [row = row_](index_t i) { return is_finite(row[i]) || is_minus_infinity(row[i]) ? 0u : 1u; };
        return reduce(count_, 0u, foul, [](unsigned a, unsigned b) { return a | b; }) != 0u;
    }

    float const* row_;
    index_t count_;
    index_t size_ = 512;   // 151,936 logits are 297 blocks
    float top_ = minus_infinity();
    bool foul_ = false;
    std::array<float, 1024> tops_;
};

}   // namespace causalmm::detail
