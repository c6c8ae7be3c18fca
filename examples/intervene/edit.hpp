// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <causalmm/selection.hpp>
#include <causalmm/visibility/bidirectional.hpp>
#include <causalmm/visibility/causal.hpp>
#include <intervene/pattern.hpp>
#include <intervene/published.hpp>
#include <llava/attend.hpp>

namespace intervene {

/// Which keys a query sees. A causal one without an offset ends with the last query at the last key.
struct causal_at_the_end {};
using any_visibility =
    std::variant<causalmm::visibility::bidirectional, causalmm::visibility::causal, causal_at_the_end>;

/// Reads bidirectional, causal or causal:OFFSET.
///
/// errors  usage
any_visibility parse_visibility(std::string_view text);

/// The keys that a query row of a pattern sees.
causalmm::visibility::key_range seen_keys(any_visibility const& visibility, pattern const& in, index_t query);

/// What is done to a pattern: one of the library's interventions, or the published code.
struct change {
    std::string text;   // as written
    std::variant<llava::any_intervention, published> what;
};

/// Where it is done, and with which seed.
struct setting {
    any_visibility visibility{};
    causalmm::selection::region where{};
    std::uint64_t seed = 0;   // of the published code; interventions have their own
};

/// Edits a pattern in place. Draws are those of the engine: the tower is vision where every query sees every key, the layer is the
/// last number in the tensor's name, 0 without one, and batch row b is sample b. The published code works in float whatever the
/// tensor's type, rounded once at the end.
///
/// A policy on scores needs of them what a pattern still says: w' = w exp(s' - s), normalized to the row's mass. knockout always
/// has that, tempered where whole rows are edited; amplified never, since it asks for the sign of a score.
///
/// errors  naming file and tensor: bad_data for a row that is not finite, for a negative weight under a policy on scores, for a
///         shape that the published code does not take; usage for an edit that this pattern cannot carry
void apply(change const& what, setting const& at, pattern& to);

/// The last number in a name, as the layer that a tensor is of.
index_t layer_of(std::string_view name);

}   // namespace intervene
