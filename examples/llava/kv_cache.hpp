// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace llava {

/// Keys and values of one branch, (layers, capacity, kv_heads * head_dim) each. It moves and does not copy: a second branch gets
/// one of its own, filled by its own forward passes or by `layers_of`.
class kv_cache {
  public:
    kv_cache() = default;
    kv_cache(std::int64_t layers, std::int64_t capacity, std::int64_t width)
        : layers_{layers}, capacity_{capacity}, width_{width} {
        keys_.resize(static_cast<std::size_t>(layers * capacity * width));
        values_.resize(keys_.size());
    }
    kv_cache(kv_cache&&) noexcept = default;
    kv_cache& operator=(kv_cache&&) noexcept = default;
    kv_cache(kv_cache const&) = delete;
    kv_cache& operator=(kv_cache const&) = delete;

    /// A cache of its own with what another's layers [0, layers) hold; it counts as empty until the other layers have run.
    static kv_cache layers_of(kv_cache const& other, std::int64_t layers) {
        kv_cache copy{other.layers_, other.capacity_, other.width_};
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            std::copy_n(other.keys(layer), other.size_ * other.width_, copy.keys(layer));
            std::copy_n(other.values(layer), other.size_ * other.width_, copy.values(layer));
        }
        return copy;
    }

    std::int64_t size() const noexcept { return size_; }
    std::int64_t capacity() const noexcept { return capacity_; }
    std::int64_t width() const noexcept { return width_; }
    std::int64_t layers() const noexcept { return layers_; }

    float* keys(std::int64_t layer) noexcept {
        return keys_.data() + layer * capacity_ * width_;
    }   // (capacity, width)
    float* values(std::int64_t layer) noexcept { return values_.data() + layer * capacity_ * width_; }
    float const* keys(std::int64_t layer) const noexcept { return keys_.data() + layer * capacity_ * width_; }
    float const* values(std::int64_t layer) const noexcept { return values_.data() + layer * capacity_ * width_; }

    /// Counts the rows that a forward pass has written, or forgets everything from position `positions` on.
    void resize(std::int64_t positions) noexcept { size_ = positions; }

  private:
    std::int64_t layers_ = 0, capacity_ = 0, width_ = 0, size_ = 0;
    std::vector<float> keys_, values_;
};

}   // namespace llava
