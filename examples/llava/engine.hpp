// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <causalmm/decode.hpp>
#include <llava/attend.hpp>
#include <llava/kv_cache.hpp>
#include <llava/llama.hpp>
#include <llava/scratch.hpp>
#include <llava/workers.hpp>

namespace llava {

using causalmm::decode::token;

/// What a factual branch leaves for branches that share its beginning or its lower layers. It alone writes; they only read.
struct trail {
    std::int64_t fork_layer = -1;   // the layer where a branch forks off, -1: none does
    std::int64_t shared_rows = 0;   // rows of the prompt that a branch beside this one begins with
    std::int64_t prompt_rows = 0;
    std::int64_t rows = 0;               // that the factual branch has run, its prompt's included
    std::unique_ptr<float[]> states{};   // (capacity, hidden): every row as it enters fork_layer
    kv_cache shared{};                   // keys and values of the shared rows, once they have run
    std::vector<token> tokens{};         // behind the prompt
};

/// All that one branch of decoding owns. It moves and does not copy.
struct line {
    kv_cache past{};   // of the layers it runs itself; allocated when it first runs
    /// Gives (rows, hidden) when the branch first runs; empty once it has, and for forks.
    std::function<std::vector<float>()> prompt{};
    std::vector<token> pending{};   // what forward() will run behind the prompt
    bool forked = false;            // its rows enter first_layer where the branch it follows leaves them
    std::int64_t first_layer = 0;
    edit const* change = nullptr;   // what this branch does to the language model's attention; null: nothing
    std::uint64_t sample = 0;
    std::int64_t step = 0;                    // rows run behind the prompt, and 1 for the prompt
    std::int64_t received = 0;                // tokens appended
    bool whole_rows = false;                  // whether forward() evaluates the whole head
    std::vector<float> features{};            // (1, hidden) of the last row run: what the head reads
    std::vector<float> logits{};              // of the last row run, if whole_rows
    std::shared_ptr<trail> leaves{};          // of a factual branch
    std::shared_ptr<trail const> follows{};   // of a branch that shares something with a factual one
};

/// What begin() is told of the branches to come.
struct beginning {
    std::int64_t fork_layer = -1;   // where fork() will leave, -1 if it will not be called
    std::int64_t shared_rows = 0;   // with how many rows of the prompt beside() will begin
    std::uint64_t sample = 0;       // names the sequence to everything random
};

/// The language model as causalmm::decode drives it: any number of branches of any number of sequences, all rows of a call in one pass.
///
/// Generated tokens run in passes of up to linear::skinny_rows rows, where a row's result does not depend on the others; prompts
/// run one by one. So every schedule gives the same bits.
///
/// Its calls report failure as a status, as the library asks; rethrow() tells what was behind it.
class engine {
  public:
    using cache_type = line;
    using branch = causalmm::decode::branch<line>;

    /// Branches hold up to `capacity` positions.
    engine(llama const& language, workers const& pool, std::int64_t capacity, scratch& memory)
        : language_{&language}, pool_{&pool}, capacity_{capacity}, memory_{&memory} {}

    /// A factual branch with a prompt, (rows, hidden), pending.
    branch begin(std::vector<float> prompt, beginning const& what = {}) const;

    /// A branch that edits attention from the layer on that begin() was told. What lies below is equal in both branches, so it runs
    /// the layers above alone, on the rows that the factual branch leaves there: it gets the same tokens, each after that branch.
    branch fork(branch const& factual, edit const& change) const;

    /// A branch whose prompt begins with the rows that begin() was told and goes on with those that `rest` gives when it first
    /// runs; that comes after the factual branch's own first run.
    branch beside(branch const& factual, std::function<std::vector<float>()> rest) const;

    /// Makes `to`, which was made as `from` was, go on where `from` is; of a set of branches the factual one comes first. Nothing
    /// may be pending on `from`.
    causalmm::status fork(branch const& from, branch& to) noexcept;

    std::int64_t vocabulary() const noexcept { return language_->vocabulary(); }
    causalmm::status append(branch& to, std::span<token const> tokens) noexcept;
    causalmm::status forward(std::span<branch* const> branches) noexcept;

    /// The whole row of a factual branch; of the others there is none.
    std::span<float const> logits(branch const& of) const noexcept { return of.cache().logits; }
    causalmm::status logits(branch const& of, std::span<causalmm::sampling::candidate> candidates) noexcept;

    /// Throws what made a call fail, if it was an exception.
    void rethrow() const {
        if (failure_) { std::rethrow_exception(failure_); }
    }

  private:
    causalmm::status run_prompt(line& one);
    bool pack_tokens(std::span<branch* const> branches);
    void run_pass();
    void load(std::size_t index, float* rows) const;
    void leave(std::size_t index, std::int64_t layer, float const* rows) const;
    void finish_pass();
    void copy_line(line const& from, line& to) const;
    std::int64_t rows_to_follow(line const& one) const noexcept;
    pass call() const noexcept { return {.pool = *pool_, .memory = *memory_}; }

    llama const* language_;
    workers const* pool_;
    std::int64_t capacity_;
    scratch* memory_;
    std::exception_ptr failure_;
    // The pass under way: pieces_[i] is of lines_[i]. Lines that enter at a higher layer stand behind.
    std::vector<line*> lines_;
    std::vector<piece> pieces_;
    std::vector<float> prompt_;   // (rows, hidden), if it is a prompt's
};

static_assert(causalmm::decode::gathering_engine<engine> && causalmm::decode::forking_engine<engine>);

}   // namespace llava
