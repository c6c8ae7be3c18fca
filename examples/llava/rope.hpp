// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace llava {

/// Rotary positions as transformers rotates them: lane i of a head is paired with lane i + head_dim / 2.
class rope {
  public:
    rope() = default;
    rope(std::int64_t head_dim, float theta, std::int64_t positions) : half_{head_dim / 2} {
        auto const count = static_cast<std::size_t>(half_ * positions);
        cosine_.resize(count);   // (positions, head_dim / 2)
        sine_.resize(count);
        for (std::int64_t i = 0; i < half_; ++i) {
            float const frequency = 1.0f / std::pow(theta, static_cast<float>(2 * i) / static_cast<float>(head_dim));
            for (std::int64_t position = 0; position < positions; ++position) {
                float const angle = static_cast<float>(position) * frequency;
                cosine_[static_cast<std::size_t>(position * half_ + i)] = std::cos(angle);
                sine_[static_cast<std::size_t>(position * half_ + i)] = std::sin(angle);
            }
        }
    }

    std::int64_t positions() const noexcept {
        return half_ == 0 ? 0 : static_cast<std::int64_t>(cosine_.size()) / half_;
    }

    /// Rotates `heads` heads, contiguous (heads, head_dim), that stand at one position.
    void operator()(float* heads, std::int64_t count, std::int64_t position) const noexcept {
        float const* c = cosine_.data() + position * half_;
        float const* s = sine_.data() + position * half_;
        for (std::int64_t head = 0; head < count; ++head, heads += 2 * half_) {
            for (std::int64_t i = 0; i < half_; ++i) {
                float const low = heads[i], high = heads[i + half_];
                heads[i] = low * c[i] - high * s[i];
                heads[i + half_] = high * c[i] + low * s[i];
            }
        }
    }

  private:
    std::int64_t half_ = 0;
    std::vector<float> cosine_, sine_;
};

}   // namespace llava
