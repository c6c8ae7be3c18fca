// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
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
            index_t part = from;
            for (; part + 64 <= end(from); part += 64) {
                // Bits, as one guess in six of whether an element stays would be wrong in a flat row.
                for (std::uint64_t left = reaching(row_ + part, threshold); left != 0; left &= left - 1) {
                    index_t const i = part + std::countr_zero(left);
                    f(i, row_[i]);
                }
            }
            for (; part < end(from); ++part) {
                if (row_[part] >= threshold) { f(part, row_[part]); }
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
    index_t size_ = 512;   // 32,000 logits are 63 blocks, 151,936 are 149 of twice the size
    float top_ = minus_infinity();
    bool foul_ = false;
    std::array<float, 256> tops_;
};

}   // namespace causalmm::detail
