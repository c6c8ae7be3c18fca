// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "support/fake_engine.hpp"

namespace support {

/// Past the compiler by a trick: a move-only handle to memory that all branches share.
struct sharing_cache {
    explicit sharing_cache(std::shared_ptr<memory> everybodys, float its_dose)
        : past{std::move(everybodys)}, dose{its_dose} {}
    sharing_cache(sharing_cache&&) = default;
    sharing_cache& operator=(sharing_cache&&) = default;

    std::shared_ptr<memory> past;
    float dose;
    bool prompt_read = false;
    std::vector<token> pending{};
    std::vector<float> logits{};
};

/// What the published code does: each branch reads the prompt with its own intervention, then all continue the factual cache.
class sharing_engine {
  public:
    using cache_type = sharing_cache;
    using branch_type = causalmm::decode::branch<sharing_cache>;

    explicit sharing_engine(std::size_t vocabulary) : vocabulary_{vocabulary} {}
    static sharing_cache make(float dose) {
        static std::shared_ptr<memory> everybodys;
        if (dose == 0.0f) { everybodys = std::make_shared<memory>(); }   // the factual branch comes first
        return sharing_cache{everybodys, dose};
    }

    index_t vocabulary() const noexcept { return static_cast<index_t>(vocabulary_); }
    status append(branch_type& one, std::span<token const> tokens) noexcept {
        one.cache().pending.assign(tokens.begin(), tokens.end());
        return {};
    }
    status forward(std::span<branch_type* const> several) noexcept {
        for (branch_type* const each : several) {
            sharing_cache& its = each->cache();
            bool const factual = its.dose == 0.0f;
            memory own{.history = 0, .dose = its.dose};
            memory& read = !its.prompt_read && !factual ? own : *its.past;
            if (factual || !its.prompt_read) {
                for (token const next : its.pending) { read.read(next); }
            }
            its.prompt_read = true;
            its.logits = read.row(vocabulary_);
        }
        return {};
    }
    std::span<float const> logits(branch_type const& one) const noexcept { return one.cache().logits; }

  private:
    std::size_t vocabulary_;
};

}   // namespace support
