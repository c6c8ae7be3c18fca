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
#include <llava/picture_prefix.hpp>
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

/// What an answer's prompts cost. What was known of the picture before, cost nothing.
struct prompt_work {
    std::int64_t vision_layers = 0;   // of the vision tower, run on all of a picture
    std::int64_t row_layers = 0;      // of the language model, run on one row; of all branches
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
    prompt_work prompts;   // the margin left out
    /// Processor time of the calling thread for the answer alone, the margin left out. What the margin's branches leave to later
    /// answers is paid by the first that needs it.
    double seconds = 0.0;
};

/// Asks one question about one picture. `on_text` receives the answer as it grows; that of a beam search comes whole.
///
/// Every counterfactual branch has its own cache and receives every token; with gamma = 0 none runs and the answer is the factual
/// branch's bit for bit. May be called from several threads at once.
///
/// errors  usage for a layer, head or length that the model has not; bad_data for weights that make no finite logits
answer ask(model const& with, method const& by, io::image const& picture, std::string_view question,
           answer_options const& options, std::function<void(std::string_view)> const& on_text = {});

/// The same of a picture of which other questions were asked, or will be: the same answer bit for bit, but what the questions have
/// in common is computed once.
answer ask(picture_prefix& about, std::string_view question, answer_options const& options,
           std::function<void(std::string_view)> const& on_text = {});

/// Refuses a method that names layers or heads which the model has not, or asks for both beams and draws. Needs no weights.
void check_method(io::config const& of, method const& by);

}   // namespace llava
