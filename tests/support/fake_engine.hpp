// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/concepts.hpp>

namespace support {

using causalmm::errc;
using causalmm::index_t;
using causalmm::status;
using causalmm::sampling::candidate;
using causalmm::sampling::token;

/// 64 well-mixed bits of 64 bits (the finalizer of splitmix64).
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// What a language model keeps of a text: here one word, and how far its attention was intervened in.
struct memory {
    std::uint64_t history = 0;
    float dose = 0.0f;

    void read(token next) noexcept {
        history = mixed(history ^ (static_cast<std::uint64_t>(next) + 0x9e3779b97f4a7c15u));
    }

    /// Multiples of 1/64 in [-4, 4) that depend on the whole history, plus dose times another such row.
    float logit(std::size_t i) const noexcept {
        std::uint64_t const word = mixed(history + i);
        auto const row = [word](int shift) {
            return static_cast<float>(static_cast<int>((word >> shift) & 511u) - 256) / 64.0f;
        };
        return row(0) + dose * row(32);
    }
    std::vector<float> row(std::size_t vocabulary) const {
        std::vector<float> result(vocabulary);
        for (std::size_t i = 0; i < vocabulary; ++i) { result[i] = logit(i); }
        return result;
    }
};

/// A cache that owns its memory, so it can be moved and not copied.
struct cache {
    cache() = default;
    explicit cache(float dose) : past{.history = 0, .dose = dose} {}
    cache(cache&&) = default;
    cache& operator=(cache&&) = default;

    memory past{};
    std::vector<token> pending{};
    std::vector<token> text{};   // all tokens ever received
    std::vector<float> logits{};
    int forwards = 0;
};

/// A deterministic engine whose branches differ by a dose; counts its work and fails on demand.
class fake_engine {
  public:
    using cache_type = cache;
    using branch_type = causalmm::decode::branch<cache>;

    explicit fake_engine(std::size_t vocabulary) : vocabulary_{vocabulary} {}
    static cache make(float dose) { return cache{dose}; }

    index_t vocabulary() const noexcept { return static_cast<index_t>(vocabulary_); }
    status append(branch_type& one, std::span<token const> tokens) noexcept {
        ++appends;
        if (appends == fail_append) { return {errc::out_of_capacity, "fake: full"}; }
        for (token const each : tokens) {
            one.cache().pending.push_back(each);
            one.cache().text.push_back(each);
        }
        return {};
    }
    status forward(std::span<branch_type* const> several) noexcept {
        ++forwards;
        if (forwards == fail_forward) { return {errc::engine_failure, "fake: broken"}; }
        for (branch_type* const each : several) {
            cache& its = each->cache();
            if (its.pending.empty()) { continue; }
            for (token const next : its.pending) { its.past.read(next); }
            its.pending.clear();
            its.logits = its.past.row(vocabulary_);
            ++its.forwards;
        }
        return {};
    }
    std::span<float const> logits(branch_type const& one) const noexcept { return one.cache().logits; }

    int forwards = 0;
    int appends = 0;
    int fail_forward = 0;   // the number of the call that fails; 0: none
    int fail_append = 0;

  private:
    std::size_t vocabulary_;
};

/// The same engine, but of a counterfactual branch it knows single logits only, shifted by a constant.
class gathering_engine : public fake_engine {
  public:
    using fake_engine::fake_engine;

    std::span<float const> logits(branch_type const& one) const noexcept {
        return one.cache().past.dose == 0.0f ? fake_engine::logits(one) : std::span<float const>{};
    }
    status logits(branch_type const& one, std::span<candidate> candidates) noexcept {
        ++gathers;
        if (gathers == fail_gather) { return {errc::engine_failure, "fake: no head"}; }
        for (candidate& each : candidates) {
            each.logit = 5.0f + one.cache().past.logit(static_cast<std::size_t>(each.id));
        }
        return {};
    }

    int gathers = 0;
    int fail_gather = 0;
};

/// The row of a branch after this text, computed without an engine.
inline std::vector<float> row_after(std::span<token const> text, float dose, std::size_t vocabulary) {
    memory past{.history = 0, .dose = dose};
    for (token const each : text) { past.read(each); }
    return past.row(vocabulary);
}

}   // namespace support
