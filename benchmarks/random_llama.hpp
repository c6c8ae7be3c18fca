// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <llava/io/config.hpp>
#include <llava/io/safetensors.hpp>
#include <llava/llama.hpp>
#include <llava/tensors.hpp>

namespace workload {

/// A language model of random weights, far larger than any cache; its file lives in memory.
class random_llama {
  public:
    /// The shape of a LLaMA of three billion weights, with four of its 26 layers.
    static llava::io::config shape() {
        llava::io::config settings;
        settings.text = {.hidden = 3200,
                         .intermediate = 8640,
                         .layers = 4,
                         .heads = 32,
                         .kv_heads = 32,
                         .head_dim = 100,
                         .vocabulary = 32000,
                         .max_positions = 2048};
        return settings;
    }

    explicit random_llama(llava::io::dtype type) : type_{type}, language_{open()} {}
    random_llama(random_llama const&) = delete;
    random_llama& operator=(random_llama const&) = delete;

    llava::llama const& language() const noexcept { return language_; }
    /// Of what one token reads: all but the embeddings.
    std::int64_t weight_bytes() const noexcept { return weight_bytes_; }

  private:
    llava::llama open() {
        std::filesystem::path const memory = "/dev/shm";
        std::filesystem::path const home =
            std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        folder_ = home / ("causalmm_random_llama_" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        llava::io::config const settings = shape();
        llava::io::text_config const& text = settings.text;
        std::int64_t const hidden = text.hidden, wide = text.intermediate, words = text.vocabulary;
        std::string const model = "language_model.model.";
        add(model + "embed_tokens.weight", {words, hidden});
        for (int layer = 0; layer < text.layers; ++layer) {
            std::string const at = model + "layers." + std::to_string(layer) + ".";
            add(at + "input_layernorm.weight", {hidden});
            add(at + "post_attention_layernorm.weight", {hidden});
            for (char const* const name : {"q", "k", "v", "o"}) {
                add(at + "self_attn." + name + "_proj.weight", {hidden, hidden});
            }
            add(at + "mlp.gate_proj.weight", {wide, hidden});
            add(at + "mlp.up_proj.weight", {wide, hidden});
            add(at + "mlp.down_proj.weight", {hidden, wide});
        }
        add(model + "norm.weight", {hidden});
        add("language_model.lm_head.weight", {words, hidden});
        weight_bytes_ = size_ - words * hidden * element();
        write();
        files_.emplace(llava::io::checkpoint::open(folder_));
        std::filesystem::remove_all(folder_);   // the map keeps the file until this object, or the program, is gone
        return llava::llama{llava::tensors{*files_}, settings};
    }

    std::int64_t element() const { return static_cast<std::int64_t>(llava::io::dtype_size(type_)); }

    void add(std::string const& name, std::vector<std::int64_t> const& extents) {
        std::int64_t bytes = element();
        header_ << (size_ == 0 ? "{\"" : ",\"") << name << "\":{\"dtype\":\"" << llava::io::dtype_name(type_)
                << "\",\"shape\":[";
        for (std::size_t i = 0; i < extents.size(); ++i) {
            bytes *= extents[i];
            header_ << (i == 0 ? "" : ",") << extents[i];
        }
        header_ << "],\"data_offsets\":[" << size_ << ',' << size_ + bytes << "]}";
        size_ += bytes;
        parts_.push_back({bytes, extents.size() == 1});
    }

    std::string encoded(std::vector<float> const& values) const {
        std::string data;
        for (float const value : values) {
            auto const bits = std::bit_cast<std::uint32_t>(value);
            std::uint32_t const stored = type_ == llava::io::dtype::f32 ? bits : bits >> 16;
            for (std::int64_t byte = 0; byte < element(); ++byte) {
                data.push_back(static_cast<char>(stored >> (8 * byte) & 0xffu));
            }
        }
        return data;
    }

    void write() {
        std::mt19937 generator(1);
        std::uniform_real_distribution<float> uniform(-0.05f, 0.05f);
        std::vector<float> values(1000003);   // a prime: no two rows of a matrix repeat each other
        std::ranges::generate(values, [&] { return uniform(generator); });
        std::string const random = encoded(values);
        std::string const norm =
            encoded(std::vector<float>(8192, 2.0f));   // logits so wide that few tokens survive a cut
        std::ofstream file{folder_ / "model.safetensors", std::ios::binary};
        std::string const header = header_.str() + "}";
        for (int byte = 0; byte < 8; ++byte) { file.put(static_cast<char>(header.size() >> (8 * byte) & 0xffu)); }
        file << header;
        for (auto const& [bytes, is_norm] : parts_) {
            std::string const& data = is_norm ? norm : random;
            auto const block = static_cast<std::int64_t>(data.size());
            for (std::int64_t left = bytes; left > 0; left -= block) { file.write(data.data(), std::min(left, block)); }
        }
    }

    llava::io::dtype type_;
    std::filesystem::path folder_;
    std::ostringstream header_;
    std::vector<std::pair<std::int64_t, bool>> parts_;   // bytes of each tensor, and whether it is a norm's
    std::int64_t size_ = 0, weight_bytes_ = 0;
    std::optional<llava::io::checkpoint> files_;
    llava::llama language_;
};

}   // namespace workload
