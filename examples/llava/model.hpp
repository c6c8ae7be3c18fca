// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <llava/clip.hpp>
#include <llava/io/config.hpp>
#include <llava/io/safetensors.hpp>
#include <llava/io/tokenizer.hpp>
#include <llava/llama.hpp>
#include <llava/projector.hpp>
#include <llava/workers.hpp>

namespace llava {

/// A LLaVA model in the layout of the hub: its files opened and checked against each other. Constant once open, so any number of
/// threads may ask it at once.
///
/// errors  those of the readers; bad_data naming a tensor of another shape or type than config.json says, or two files that disagree
class model {
  public:
    /// `threads` share each product of matrices; 1 for programs that ask several questions at a time.
    static model open(std::filesystem::path const& folder, int threads);

    /// Called after an answer: weights are read where they are mapped, so a file rewritten meanwhile gives a wrong one.
    ///
    /// errors  io_error naming a file of weights that was written to since it was opened
    void require_unchanged() const { files_.require_unchanged(); }

    io::config const& config() const noexcept { return config_; }
    io::preprocessor const& preprocessor() const noexcept { return preprocessor_; }
    io::tokenizer const& tokenizer() const noexcept { return tokenizer_; }
    clip const& vision() const noexcept { return vision_; }
    projector const& between() const noexcept { return projector_; }
    llama const& language() const noexcept { return language_; }
    workers const& pool() const noexcept { return pool_; }

    /// Rows that one image takes in the prompt: its patches, and the class token if the config keeps it.
    std::int64_t image_rows() const noexcept { return vision_.tokens() - first_feature(); }
    std::int64_t first_feature() const noexcept { return config_.drop_cls ? 1 : 0; }

    /// Hidden state of the vision tower (tokens, vision hidden) -> embeddings of the image (image_rows, text hidden).
    std::vector<float> project(std::vector<float> const& state) const;

    /// The place of a prompt's one image token.
    ///
    /// errors  usage if the prompt has not exactly one
    std::int64_t image_place(std::span<int const> prompt) const;

    /// Embeddings of tokens, (rows, text hidden).
    ///
    /// errors  internal for an id that is not in the vocabulary
    std::vector<float> embed(std::span<int const> tokens) const;

    /// Embeddings of a prompt, (rows, text hidden), with `image` in the place of its one image token.
    ///
    /// errors  those of image_place and embed
    std::vector<float> splice(std::span<int const> prompt, std::vector<float> const& image) const;

  private:
    explicit model(std::filesystem::path const& folder, int threads);
    void check() const;

    io::config config_;
    io::preprocessor preprocessor_;
    io::tokenizer tokenizer_;
    io::checkpoint files_;
    clip vision_;
    projector projector_;
    llama language_;
    workers pool_;
};

}   // namespace llava
