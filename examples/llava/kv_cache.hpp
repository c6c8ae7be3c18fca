// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <causalmm/attention/value_sum.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace llava {

/// Keys and values of one branch, (capacity, kv_heads * head_dim) for each of the layers [first, last) that the branch runs itself.
/// It moves and does not copy: a second branch gets one of its own.
class kv_cache {
  public:
    kv_cache() = default;
    kv_cache(std::int64_t first, std::int64_t last, std::int64_t capacity, std::int64_t width)
        : first_{first}, last_{last}, capacity_{capacity}, width_{width}, keys_{allocate()}, values_{allocate()} {}
    kv_cache(kv_cache&&) noexcept = default;
    kv_cache& operator=(kv_cache&&) noexcept = default;
    kv_cache(kv_cache const&) = delete;
    kv_cache& operator=(kv_cache const&) = delete;

    /// Takes over the first `rows` positions of another cache of the same layers, which must hold them; forgets what was here.
    void copy_from(kv_cache const& other, std::int64_t rows) {
        for (std::int64_t layer = first_; layer < last_; ++layer) {
            std::copy_n(other.keys(layer), rows * width_, keys(layer));
            std::copy_n(other.values(layer), rows * width_, values(layer));
        }
        sums_ = other.sums_;
        resize(rows);
    }

    std::int64_t size() const noexcept { return size_; }
    std::int64_t capacity() const noexcept { return capacity_; }
    std::int64_t width() const noexcept { return width_; }

    float* keys(std::int64_t layer) noexcept { return keys_.get() + offset(layer); }   // (capacity, width)
    float* values(std::int64_t layer) noexcept { return values_.get() + offset(layer); }
    float const* keys(std::int64_t layer) const noexcept { return keys_.get() + offset(layer); }
    float const* values(std::int64_t layer) const noexcept { return values_.get() + offset(layer); }

    /// The sum of a layer's values over positions [0, positions), (kv_heads * head_dim): kept, so that a step adds its own alone.
    double const* value_sum(std::int64_t layer, std::int64_t positions) {
        auto const at = static_cast<std::size_t>(layer - first_);
        sums_.resize(static_cast<std::size_t>(last_ - first_));
        sum& kept = sums_[at];
        if (kept.rows == 0 || kept.rows > positions) {
            kept.rows = 0;
            kept.total.assign(static_cast<std::size_t>(width_), 0.0);
        }
        causalmm::tensor_view<float const, 4> const added{values(layer) + kept.rows * width_,
                                                          {1, 1, positions - kept.rows, width_}};
        [[maybe_unused]] causalmm::status const done =
            causalmm::attention::value_sum(causalmm::backend::serial{}, added, {kept.total.data(), {1, 1, width_}});
        CAUSALMM_ASSERT(done);
        kept.rows = positions;
        return kept.total.data();
    }

    /// Counts the rows that a forward pass has written, or forgets everything from position `positions` on.
    void resize(std::int64_t positions) noexcept {
        size_ = positions;
        for (sum& kept : sums_) {
            if (kept.rows > positions) { kept.rows = 0; }
        }
    }

  private:
    struct sum {
        std::int64_t rows = 0;
        std::vector<double> total{};
    };

    /// Left uninitialized: pages that no row reaches cost nothing.
    std::unique_ptr<float[]> allocate() const {
        return std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>((last_ - first_) * capacity_ * width_));
    }
    std::int64_t offset(std::int64_t layer) const noexcept { return (layer - first_) * capacity_ * width_; }

    std::int64_t first_ = 0, last_ = 0, capacity_ = 0, width_ = 0, size_ = 0;
    std::unique_ptr<float[]> keys_, values_;
    std::vector<sum> sums_;
};

}   // namespace llava
