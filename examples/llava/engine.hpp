// SPDX-License-Identifier: MIT
#pragma once

#include <array>
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
    std::int64_t fork_layer = -1;        // the layer where a branch forks off, -1: none does
    std::int64_t prompt_rows = 0;        // 0 until it has run
    std::int64_t rows = 0;               // that the factual branch has run, its prompt's included
    std::unique_ptr<float[]> states{};   // (capacity, hidden): every row as it enters fork_layer
    kv_cache shared{};             // keys and values of the rows that a branch beside begins with, once they have run
    std::vector<token> tokens{};   // behind the prompt
};

/// The rows that the prompts of several questions begin with, as one branch leaves them. The first branch in that role that runs them
/// writes it; those after it, whose prompts must begin with the same rows, read it alone.
struct prefix {
    kv_cache past{};               // of these rows, in the layers that the branch runs itself
    std::vector<float> states{};   // (rows, hidden): what a factual branch leaves on its trail
    double seconds = 0.0;          // of the thread's processor: what the rows cost

    bool known() const noexcept { return past.size() > 0; }
};

/// A prompt's rows from row `first` on, (rows, hidden).
using prompt_rows = std::function<std::vector<float>(std::int64_t first)>;

/// All that one branch of decoding owns. It moves and does not copy.
struct line {
    kv_cache past{};        // of the layers it runs itself; allocated when it first runs
    prompt_rows prompt{};   // asked when the branch first runs; empty once it has, and for forks
    /// Rows of the prompt behind which a pass ends: those shared with a branch beside, those that other prompts begin with. 0: none.
    std::array<std::int64_t, 2> cuts{};
    prefix* kept = nullptr;         // the rows up to the second cut; null: they are nobody else's
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
    std::int64_t prefix_rows =
        0;   // with how many rows, shared_rows at least but not all, other prompts may begin; 0: none
    std::uint64_t sample = 0;   // names the sequence to everything random
};

/// The language model as causalmm::decode drives it: any number of branches of any number of sequences, all rows of a call in one pass.
///
/// Generated tokens run in passes of up to linear::skinny_rows rows, where a row's result does not depend on the others; prompts
/// run one by one, cut at the same rows whether what stands before a cut is run or known. So every schedule gives the same bits,
/// and so does a prefix that was kept.
///
/// Its calls report failure as a status, as the library asks; rethrow() tells what was behind it.
class engine {
  public:
    using cache_type = line;
    using branch = causalmm::decode::branch<line>;

    /// Branches hold up to `capacity` positions.
    engine(llama const& language, workers const& pool, std::int64_t capacity, scratch& memory)
        : language_{&language}, pool_{&pool}, capacity_{capacity}, memory_{&memory} {}

    /// A factual branch with a prompt pending. `kept`, here and below, is for the rows that begin() was told others may begin
    /// with: it outlives the branch, and belongs to one role of one picture.
    branch begin(prompt_rows prompt, beginning const& what = {}, prefix* kept = nullptr) const;
    branch begin(std::vector<float> prompt, beginning const& what = {}) const;

    /// A branch that edits attention from the layer on that begin() was told. What lies below is equal in both branches, so it runs
    /// the layers above alone, on the rows that the factual branch leaves there: it gets the same tokens, each after that branch.
    /// An edit of whole maps runs all of its prompt together and keeps nothing.
    branch fork(branch const& factual, edit const& change, prefix* kept = nullptr) const;

    /// A branch whose prompt begins with the rows that begin() was told it shares and goes on with its own; it first runs after
    /// the factual branch has.
    branch beside(branch const& factual, prompt_rows prompt, prefix* kept = nullptr) const;

    /// Makes `to`, which was made as `from` was, go on where `from` is; of a set of branches the factual one comes first. Nothing
    /// may be pending on `from`.
    causalmm::status fork(branch const& from, branch& to) noexcept;

    std::int64_t vocabulary() const noexcept { return language_->vocabulary(); }
    causalmm::status append(branch& to, std::span<token const> tokens) noexcept;
    causalmm::status forward(std::span<branch* const> branches) noexcept;

    /// The whole row of a factual branch; of the others there is none.
    std::span<float const> logits(branch const& of) const noexcept { return of.cache().logits; }
    causalmm::status logits(branch const& of, std::span<causalmm::sampling::candidate> candidates) noexcept;

    /// Rows of prompts that have run, times the layers that each ran through.
    std::int64_t prompt_row_layers() const noexcept { return prompt_row_layers_; }

    /// Throws what made a call fail, if it was an exception.
    void rethrow() const {
        if (failure_) { std::rethrow_exception(failure_); }
    }

  private:
    causalmm::status run_prompt(line& one);
    causalmm::status begin_prompt(line& one);
    void run_piece(line& one, std::int64_t end, std::int64_t rows);
    void keep_rows(line& one, double since) const;
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
    std::vector<float> prompt_;       // (rows, hidden), if it is a prompt's
    std::int64_t prompt_first_ = 0;   // its row that prompt_ begins with
    std::int64_t prompt_row_layers_ = 0;
};

static_assert(causalmm::decode::gathering_engine<engine> && causalmm::decode::forking_engine<engine>);

}   // namespace llava
