// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/attend.hpp>
#include <llava/io/config.hpp>
#include <llava/kv_cache.hpp>
#include <llava/linear.hpp>
#include <llava/norm.hpp>
#include <llava/rope.hpp>
#include <llava/tensors.hpp>

namespace llava {

/// The LLaMA decoder: RMSNorm, rotary positions, grouped queries, SwiGLU.
class llama {
  public:
    llama(tensors const& from, io::config const& settings);

    std::int64_t hidden() const noexcept { return embedding_.columns; }
    std::int64_t vocabulary() const noexcept { return embedding_.rows; }
    std::int64_t layers() const noexcept { return static_cast<std::int64_t>(layers_.size()); }
    std::int64_t heads() const noexcept { return heads_; }
    std::int64_t positions() const noexcept { return rope_.positions(); }

    kv_cache make_cache(std::int64_t capacity) const { return {layers(), capacity, kv_heads_ * head_dim_}; }

    void embed(int token, float* row) const { read_row(embedding_, token, row); }

    /// Runs layers [first, last) on `rows` rows that follow what the cache holds, in place; the cache's size stays as it is.
    void run(float* state, std::int64_t rows, std::int64_t first, std::int64_t last, kv_cache& cache,
             pass const& call) const;

    /// Runs all layers from `first` on, but of the last one only what the last row's output and later tokens need.
    void run_for_last_row(float* state, std::int64_t rows, std::int64_t first, kv_cache& cache, pass const& call) const;

    /// state (rows, hidden) -> logits (rows, vocabulary)
    void head(float const* state, std::int64_t rows, float* logits, pass const& call) const;

  private:
    struct layer {
        rms_norm before_attention, before_mlp;
        linear query, key, value, out, gate, up, down;
    };
    void attention(float* state, std::int64_t rows, std::int64_t wanted, std::int64_t index, kv_cache& cache,
                   pass const& call) const;
    void mlp(float* state, std::int64_t rows, layer const& at, pass const& call) const;

    std::int64_t heads_, kv_heads_, head_dim_;
    weights embedding_;
    std::vector<layer> layers_;
    rms_norm last_norm_;
    linear head_;
    rope rope_;
};

}   // namespace llava
