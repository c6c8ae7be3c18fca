// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <llava/io/image.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/schedule.hpp>

namespace llava {

struct answer_options {
    int max_new_tokens = 32;   // at most: an answer also ends where the model has no more positions
    std::uint64_t seed = 0;
    std::uint64_t sample = 0;   // a question's id: randomness is a function of (seed, sample) and positions only
    any_schedule schedule = default_schedule;   // the answer does not depend on it
    attention_form attention = attention_form::streaming;
    bool wants_margin = false;
};

struct answer {
    std::string text;
    std::vector<int> tokens;   // without the end token
    /// First step, contrasted, before the plausibility cut: the largest logit of a token that spells yes minus the largest of one
    /// that spells no. Tokens spell a word as "yes", "Yes" or "YES", with a space in front or none; NaN if no token does, or if
    /// the margin was not wanted.
    float yes_margin = std::numeric_limits<float>::quiet_NaN();
    /// Of the answer's tokens and its end.
    causalmm::decode::contrast_counts contrasts;
    double seconds = 0.0;   // processor time of the calling thread for the answer alone, the margin left out
};

/// Asks one question about one picture. `on_text` receives the answer as it grows; that of a beam search comes whole.
///
/// Every counterfactual branch has its own cache and receives every token; with gamma = 0 none runs and the answer is the factual
/// branch's bit for bit. May be called from several threads at once.
///
/// errors  usage for a layer, head or length that the model has not; bad_data for weights that make no finite logits
answer ask(model const& with, method const& by, io::image const& picture, std::string_view question,
           answer_options const& options, std::function<void(std::string_view)> const& on_text = {});

/// Refuses a method that names layers or heads which the model has not, or asks for both beams and draws.
void check_method(model const& with, method const& by);

}   // namespace llava
