// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/sampling/concepts.hpp>
#include <llava/attend.hpp>
#include <llava/io/config.hpp>
#include <llava/kv_cache.hpp>
#include <llava/linear.hpp>
#include <llava/norm.hpp>
#include <llava/rope.hpp>
#include <llava/tensors.hpp>

namespace llava {

/// Rows of one branch in a forward pass; they follow each other and what the branch's cache holds.
struct piece {
    kv_cache* cache = nullptr;
    std::int64_t rows = 0;
    std::int64_t step = 0;   // 0: the rows are the prompt's; t: they are generated tokens, the first of them the t-th
    edit const* change = nullptr;   // of this branch
    std::uint64_t sample = 0;       // names the sequence to everything random
    bool wants_last_row = true;     // whether the last layer's output at the last row is needed

    std::int64_t step_at(std::int64_t row) const noexcept { return step == 0 ? 0 : step + row; }
};

/// Rows of all pieces together.
inline std::int64_t count_rows(std::span<piece const> pieces) noexcept {
    std::int64_t rows = 0;
    for (piece const& each : pieces) { rows += each.rows; }
    return rows;
}

/// The LLaMA decoder: RMSNorm, rotary positions, grouped queries, SwiGLU.
class llama {
  public:
    llama(tensors const& from, io::config const& settings);

    std::int64_t hidden() const noexcept { return embedding_.columns; }
    std::int64_t vocabulary() const noexcept { return embedding_.rows; }
    std::int64_t layers() const noexcept { return static_cast<std::int64_t>(layers_.size()); }
    std::int64_t heads() const noexcept { return heads_; }
    std::int64_t positions() const noexcept { return rope_.positions(); }

    /// For a branch that runs the layers from `first` on.
    kv_cache make_cache(std::int64_t capacity, std::int64_t first = 0) const {
        return {first, layers(), capacity, kv_heads_ * head_dim_};
    }

    void embed(int token, float* row) const { read_row(embedding_, token, row); }

    /// Runs one layer on the rows of all pieces, state (rows, hidden), in place: norms and products once for all rows, attention
    /// piece by piece. Keys and values go into the caches, whose sizes stay as they are.
    void run(std::int64_t index, float* state, std::span<piece const> pieces, pass const& call) const;

    /// Runs the last layer, but only what later tokens need and the last rows that are wanted; these end up at the front of state.
    void run_last(float* state, std::span<piece const> pieces, pass const& call) const;

    /// state (rows, hidden), all layers behind it -> features (rows, hidden), what the head reads; may be the same memory.
    void finish(float const* state, std::int64_t rows, float* features) const { last_norm_(state, rows, features); }

    /// features (rows, hidden) -> logits (rows, vocabulary)
    void head(float const* features, std::int64_t rows, float* logits, pass const& call) const {
        head_(features, rows, logits, call.pool);
    }
    /// The logits of these candidates alone, bit for bit the head's; features (1, hidden).
    void head(float const* features, std::span<causalmm::sampling::candidate> candidates, pass const& call) const;

  private:
    struct layer {
        rms_norm before_attention, before_mlp;
        linear query, key, value, out, gate, up, down;
    };
    void attention(std::int64_t index, float* state, std::span<piece const> pieces, bool last_rows,
                   pass const& call) const;
    void remember(std::int64_t index, std::span<piece const> pieces, pass const& call) const;
    void attend_piece(std::int64_t index, piece const& one, std::int64_t first, std::int64_t queries, float* query,
                      float* z, pass const& call) const;
    void mlp(float* state, std::int64_t rows, layer const& at, pass const& call) const;

    std::int64_t heads_, kv_heads_, head_dim_;
    weights embedding_, head_rows_;
    std::vector<layer> layers_;
    rms_norm last_norm_;
    linear head_;
    rope rope_;
};

}   // namespace llava
