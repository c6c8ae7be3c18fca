// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <vector>

#include <causalmm/decode.hpp>
#include <llava/attend.hpp>
#include <llava/kv_cache.hpp>
#include <llava/model.hpp>
#include <llava/scratch.hpp>

namespace llava {

/// All that one branch of decoding owns. It moves and does not copy.
struct line {
    kv_cache past;
    std::vector<float> pending;        // (rows, hidden): what forward() will run
    std::int64_t from_layer = 0;       // the layer that the pending rows enter
    edit const* change = nullptr;      // what this branch does to the language model's attention; null: nothing
    std::vector<float> logits;         // of the last row run
    std::int64_t step = 0;             // forward passes done
    std::int64_t fork_layer = -1;      // the layer where another branch will leave this one, -1 if none will
    std::vector<float> at_fork = {};   // (rows, hidden): the prompt as it enters that layer
};

/// The model as causalmm::decode drives it: one sequence, any number of branches.
///
/// Its calls report failure as a status, as the library asks; rethrow() tells what was behind it.
class engine {
  public:
    using cache_type = line;
    using branch = causalmm::decode::branch<line>;

    /// Branches hold up to `capacity` positions; `sample` names the sequence to everything random.
    engine(model const& owner, std::int64_t capacity, std::uint64_t sample, scratch& memory)
        : model_{&owner}, capacity_{capacity}, sample_{sample}, memory_{&memory} {}

    /// A branch with a prompt, (rows, hidden), pending; it keeps what fork() will need.
    branch begin(std::vector<float> prompt, std::int64_t fork_layer) const;
    static constexpr std::int64_t no_fork = -1;

    /// A branch that edits attention from layer factual.fork_layer on. What lies below it is equal in both branches, so keys and
    /// values are copied, and the prompt enters at the fork. `factual` must have run its prompt and nothing else.
    branch fork(branch const& factual, edit const& change) const;

    std::int64_t vocabulary() const noexcept { return model_->language().vocabulary(); }
    causalmm::status append(branch& to, std::span<causalmm::decode::token const> tokens) noexcept;
    causalmm::status forward(std::span<branch* const> branches) noexcept;
    std::span<float const> logits(branch const& of) const noexcept { return of.cache().logits; }

    /// Throws what made a call fail, if it was an exception.
    void rethrow() const {
        if (failure_) { std::rethrow_exception(failure_); }
    }

  private:
    void run(line& one);

    model const* model_;
    std::int64_t capacity_;
    std::uint64_t sample_;
    scratch* memory_;
    std::exception_ptr failure_;
};

static_assert(causalmm::decode::engine<engine>);

}   // namespace llava
