// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <llava/activation.hpp>
#include <llava/attend.hpp>
#include <llava/io/config.hpp>
#include <llava/linear.hpp>
#include <llava/norm.hpp>

namespace llava {

class tensors;

/// The CLIP vision tower, up to the hidden state that LLaVA selects.
class clip {
  public:
    clip(tensors const& from, io::config const& settings);

    std::int64_t tokens() const noexcept { return positions_.rows; }   // patches and the class token
    std::int64_t hidden() const noexcept { return positions_.columns; }
    std::int64_t side() const noexcept { return side_; }
    std::int64_t grid() const noexcept { return grid_; }
    /// Layers that run: the selected hidden state is the output of the last of them.
    std::int64_t layers() const noexcept { return static_cast<std::int64_t>(layers_.size()); }

    /// pixel values (3, side, side) -> hidden state that enters layer 0, (tokens, hidden)
    std::vector<float> embed(std::vector<float> const& pixels, workers const& pool) const;

    /// Runs layers [first, last) on `state`, (tokens, hidden), in place; leaves the last layer's queries, keys
    /// and values, (tokens, heads, head_dim), in call.memory.
    void run(std::vector<float>& state, std::int64_t first, std::int64_t last, pass const& call) const;

    std::int64_t heads() const noexcept { return heads_; }

  private:
    struct layer {
        layer_norm before_attention, before_mlp;
        linear query, key, value, out, up, down;
    };
    void attention(std::vector<float>& state, std::int64_t index, pass const& call) const;
    void mlp(std::vector<float>& state, layer const& at, pass const& call) const;

    std::int64_t side_, grid_, patch_, heads_;
    activation activation_;
    linear patches_;
    std::vector<float> class_token_;
    weights positions_;
    layer_norm first_norm_;
    std::vector<layer> layers_;
};

}   // namespace llava
