// SPDX-License-Identifier: MIT
#include <evaluation/llava_attention.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <variant>
#include <vector>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/visibility.hpp>
#include <llava/io/chat.hpp>
#include <llava/io/image.hpp>
#include <llava/patterns.hpp>

namespace evaluation {

namespace {

namespace visibility = causalmm::visibility;

// One row of a pattern, and the part of it that stands for the picture.
struct gaze {
    std::int64_t query = 0;
    std::int64_t first_key = 0;
    std::int64_t side = 0;   // of the square of patches
};

attention_map map_of(llava::layer_pattern const& pattern, gaze const& at) {
    auto const [batch, heads, queries, keys] = pattern.shape;
    auto const side = static_cast<std::size_t>(at.side);
    attention_map map{.rows = side, .columns = side, .values = std::vector<float>(side * side)};
    for (std::int64_t h = 0; h < heads; ++h) {
        auto const row = ((h * queries) + at.query) * keys + at.first_key;   // (head, query, key)
        for (std::size_t i = 0; i < map.values.size(); ++i)
            map.values[i] += pattern.weights[static_cast<std::size_t>(row) + i] / static_cast<float>(heads);
    }
    return map;
}

// False for an edit that acts before the softmax.
template <class Visibility>
bool intervene(llava::layer_pattern& pattern, llava::edit const& change, std::uint64_t sample,
               Visibility const& visible) {
    return std::visit(
        [&]<class Policy>(Policy const& policy) {
            if constexpr (causalmm::intervention::score_policy<Policy>) {
                return false;
            } else {
                causalmm::attention::edit const edit{
                    policy, change.where,
                    causalmm::attention::place{
                        .tower = pattern.tower, .layer = pattern.layer, .samples = std::span(&sample, 1)}};
                auto const maps = causalmm::tensor_view<float, 4>(pattern.weights.data(), pattern.shape);
                return static_cast<bool>(
                    causalmm::attention::intervene(causalmm::backend::serial{}, edit, maps, visible));
            }
        },
        change.policy);
}

// 0 if they are no square.
std::int64_t side_of(std::int64_t patches) {
    auto const side = std::llround(std::sqrt(static_cast<double>(patches)));
    return side * side == patches ? side : 0;
}

std::optional<attention_pair> look(llava::layer_pattern pattern, llava::edit change, gaze const& at,
                                   request const& asked) {
    if (at.side == 0) return std::nullopt;
    llava::set_seed(change, asked.seed);
    attention_pair pair{.factual = map_of(pattern, at), .counterfactual = {}};
    bool const done = pattern.tower == causalmm::tower::language
                          ? intervene(pattern, change, asked.sample, visibility::causal{})
                          : intervene(pattern, change, asked.sample, visibility::bidirectional{});
    if (!done) return std::nullopt;
    pair.counterfactual = map_of(pattern, at);
    return pair;
}

}   // namespace

std::optional<attention_pair> llava_attention(llava::model const& with, llava::method const& by, request const& asked) {
    if (!by.language && !by.vision) return std::nullopt;
    auto patterns = llava::factual_patterns(with, llava::io::read_image(asked.image), asked.prompt);
    auto const vision_layers = with.vision().layers();
    if (by.language) {
        auto const layer = vision_layers + llava::first_layer(*by.language, with.language().layers());
        auto& pattern = patterns[static_cast<std::size_t>(layer)];
        auto const prompt = llava::io::prompt_tokens(with.tokenizer(), asked.prompt);
        auto const first = std::find(prompt.begin(), prompt.end(), with.config().image_token) - prompt.begin();
        gaze const at{.query = pattern.shape[2] - 1, .first_key = first, .side = side_of(with.image_rows())};
        return look(std::move(pattern), *by.language, at, asked);
    }
    auto& pattern = patterns[static_cast<std::size_t>(llava::first_layer(*by.vision, vision_layers))];
    gaze const at{.query = 0, .first_key = 1, .side = side_of(pattern.shape[3] - 1)};
    return look(std::move(pattern), *by.vision, at, asked);
}

}   // namespace evaluation
