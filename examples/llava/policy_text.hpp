// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <llava/attend.hpp>

namespace llava {

/// An intervention as somebody wrote it, and whether the text itself says what a program would otherwise choose.
struct written_policy {
    any_intervention policy;
    bool has_seed = false, has_scope = false;
};

/// Calls f(name, member) for every parameter of a policy, then for those of the policy that it wraps. A member that no policy had
/// before is a line here.
template <class Policy, class Function>
void for_each_parameter(Policy& policy, Function const& f) {
    if constexpr (requires { policy.alpha; }) { f("alpha", policy.alpha); }
    if constexpr (requires { policy.over; }) { f("over", policy.over); }
    if constexpr (requires { policy.scale; }) { f("scale", policy.scale); }
    if constexpr (requires { policy.seed; }) { f("seed", policy.seed); }
    if constexpr (requires { policy.share; }) { f("share", policy.share); }
    if constexpr (requires { policy.temperature; }) { f("temperature", policy.temperature); }
    if constexpr (requires { policy.policy; }) { for_each_parameter(policy.policy, f); }
}

/// Reads one of the library's interventions, written NAME, NAME(key=value,...) or NAME:key=value,...; a key is the name of a public
/// member: amplified(alpha=0.5), random:scale=2,seed=7, renormalized_reversed(over=map).
///
/// errors  usage, naming `field`, the part of the text that is wrong and what may stand there
written_policy parse_policy(std::string_view text, std::string_view field);

/// What the text left open. set_scope is false if the policy has no scope.
void set_seed(any_intervention& policy, std::uint64_t seed);
bool set_scope(any_intervention& policy, causalmm::intervention::scope over);

}   // namespace llava
