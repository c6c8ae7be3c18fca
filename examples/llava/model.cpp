// SPDX-License-Identifier: MIT
#include <llava/model.hpp>

#include <algorithm>
#include <string>

#include <llava/io/error.hpp>

namespace llava {

model model::open(std::filesystem::path const& folder, int threads) {
    model opened{folder, threads};
    opened.check();
    return opened;
}

model::model(std::filesystem::path const& folder, int threads)
    : config_{io::read_config(folder)},
      preprocessor_{io::read_preprocessor(folder)},
      tokenizer_{io::tokenizer::open(folder)},
      files_{io::checkpoint::open(folder)},
      vision_{tensors{files_}, config_},
      projector_{tensors{files_}, config_},
      language_{tensors{files_}, config_},
      pool_{static_cast<unsigned>(std::max(threads, 1))} {}

void model::check() const {
    auto const disagree = [](char const* file, char const* field, int found, int wanted) {
        throw io::error{io::exit_code::bad_data, file, field,
                        std::to_string(found) + " does not fit config.json, which asks for " + std::to_string(wanted)};
    };
    int const side = config_.vision.image_size;
    if (preprocessor_.crop_height != side) {
        disagree("preprocessor_config.json", "crop_size.height", preprocessor_.crop_height, side);
    }
    if (preprocessor_.crop_width != side) {
        disagree("preprocessor_config.json", "crop_size.width", preprocessor_.crop_width, side);
    }
    if (tokenizer_.image_token() != config_.image_token) {
        disagree("tokenizer.json", "<image>", tokenizer_.image_token(), config_.image_token);
    }
    if (tokenizer_.size() > config_.text.vocabulary) {
        disagree("tokenizer.json", "number of tokens", tokenizer_.size(), config_.text.vocabulary);
    }
}

std::vector<float> model::project(std::vector<float> const& state) const {
    return projector_(state.data() + first_feature() * vision_.hidden(), image_rows(), pool_);
}

std::int64_t model::image_place(std::span<int const> prompt) const {
    auto const images = std::count(prompt.begin(), prompt.end(), config_.image_token);
    if (images != 1) {
        throw io::error{io::exit_code::usage, "", "prompt",
                        "exactly one image token is needed, " + std::to_string(images) + " found"};
    }
    return std::find(prompt.begin(), prompt.end(), config_.image_token) - prompt.begin();
}

std::vector<float> model::embed(std::span<int const> tokens) const {
    std::int64_t const width = language_.hidden();
    std::vector<float> rows(tokens.size() * static_cast<std::size_t>(width));
    float* to = rows.data();
    for (int const token : tokens) {
        if (token < 0 || token >= language_.vocabulary()) {
            throw io::error{io::exit_code::internal, "", "prompt",
                            "token " + std::to_string(token) + " is not in the vocabulary"};
        }
        language_.embed(token, to);
        to += width;
    }
    return rows;
}

std::vector<float> model::splice(std::span<int const> prompt, std::vector<float> const& image) const {
    auto const place = static_cast<std::size_t>(image_place(prompt));
    std::vector<float> rows = embed(prompt.first(place));
    std::vector<float> const behind = embed(prompt.subspan(place + 1));
    rows.reserve(rows.size() + image.size() + behind.size());
    rows.insert(rows.end(), image.begin(), image.end());
    rows.insert(rows.end(), behind.begin(), behind.end());
    return rows;
}

}   // namespace llava
