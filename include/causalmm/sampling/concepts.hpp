// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::sampling {

/// Id of a token; -1 where there is none.
using token = std::int32_t;
inline constexpr token no_token = -1;

/// A token that may still be drawn.
///
/// shape   candidates stand in ascending order of id; no filter changes that order
/// units   logit
/// errors  none
/// source  llama_token_data of llama.cpp, without its probability
struct candidate {
    token id = no_token;
    float logit = 0.0f;
};

/// Which draw of which sequence a token is.
///
/// unit() = 53 bits of philox({step, 0, 0}, stream_key(seed, sample, token)) * 2^-53
///
/// shape   one number per generated token
/// units   [0, 1)
/// errors  none
/// source  a function of (seed, sample, step): batch, order, threads and resumption change no answer
struct draw {
    std::uint64_t seed = 0;
    std::uint64_t sample = 0;
    std::uint64_t step = 0;

    constexpr double unit() const noexcept {
        auto const words =
            philox4x32({static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), 0u, 0u},
                       stream_key(seed, sample, stream::token));
        std::uint64_t const bits = (std::uint64_t{words[0]} << 21) ^ (words[1] >> 11);
        return static_cast<double>(bits) * 0x1p-53;
    }
};

// clang-format off

/// Narrows or reweighs the candidates: filter(candidates) -> how many stay, moved to the front, at least one.
template <class Policy>
concept filter_policy = std::copyable<Policy> && requires(Policy const& policy, std::span<candidate> candidates) {
    { Policy::name } -> std::convertible_to<std::string_view>;
    { policy.check() } noexcept -> std::same_as<status>;
    { policy.filter(candidates) } noexcept -> std::same_as<std::size_t>;
};

/// HOW the token is drawn: choose(candidates, draw) -> one of the candidates.
template <class Policy>
concept choice_policy = std::copyable<Policy> &&
    requires(Policy const& policy, std::span<candidate const> candidates, draw const& which) {
        { Policy::name } -> std::convertible_to<std::string_view>;
        { policy.check() } noexcept -> std::same_as<status>;
        { policy.choose(candidates, which) } noexcept -> std::same_as<token>;
    };

/// From the surviving candidates to a token: filters and a choice, or anything else that draws; may use the candidates up.
template <class Sampler>
concept sampler_policy = std::copyable<Sampler> &&
    requires(Sampler const& sampler, std::span<candidate> candidates, draw const& which) {
        { Sampler::name } -> std::convertible_to<std::string_view>;
        { sampler.check() } noexcept -> std::same_as<status>;
        { sampler.sample(candidates, which) } noexcept -> std::same_as<result<token>>;
    };

// clang-format on

}   // namespace causalmm::sampling
