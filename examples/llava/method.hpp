// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <causalmm/released/vision_edit.hpp>
#include <llava/attend.hpp>

namespace llava {

/// How a question is answered, written NAME or NAME:key=value,key=value...
///
///   greedy      the most likely token
///   sample      temperature top_p top_k seed: in place of the one that all methods share, so that draws can be repeated
///   plausible   epsilon: the plausibility cut alone, then sampling
///   causalmm    vision language: an intervention each, at least one, NAME or NAME(key=value,...) as parse_policy reads it;
///               vision_layers language_layers vision_heads language_heads: a-b; scope: row|map of the vision edit;
///               renormalized: true|false; gamma epsilon
///   released    gate: random|uniform|reversed|shuffle, the published gate on image features; gamma epsilon
///   vcd         noise: steps of the diffusion that blurs the picture; gamma epsilon
///
/// The last four take sample's keys too, and beam: how many texts a beam search follows at once, at temperature 0.
/// Temperature is 0 for greedy and causalmm and 1 for the others, as published; gamma is 1, epsilon 0.1, noise 500, beam 1.
struct method {
    enum class kind : std::uint8_t { greedy, sample, plausible, causalmm, released, vcd };

    std::string name;   // as written
    kind what = kind::greedy;
    std::optional<edit> vision{}, language{};
    causalmm::released::vision_edit gate = causalmm::released::vision_edit::shuffle;
    int noise = 500;
    double gamma = 0.0, epsilon = 0.0, temperature = 0.0, top_p = 1.0;
    int top_k = 0;
    int beam = 1;
    std::optional<std::uint64_t> seed{};

    /// Whether a branch next to the factual one is contrasted with it: without strength none needs to run.
    bool contrasts() const noexcept { return gamma > 0.0; }
};

/// Every NAME there is.
std::vector<std::string_view> method_names();

/// errors  usage, naming the method and key and what they may be
method parse_method(std::string_view text);

/// Replaces the intervention's seed, unless the method's text gave it one: shuffled(seed=7).
void set_seed(edit& change, std::uint64_t seed);

}   // namespace llava
