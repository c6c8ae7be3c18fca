// SPDX-License-Identifier: MIT
#include <llava/engine.hpp>

#include <algorithm>
#include <utility>

#include <llava/edit_traits.hpp>
#include <llava/thread_seconds.hpp>

namespace llava {

using causalmm::errc;
using causalmm::status;

engine::branch engine::begin(prompt_rows prompt, beginning const& what, prefix* kept) const {
    line one;
    one.cuts = {what.shared_rows, what.prefix_rows};
    one.kept = kept;
    if (what.fork_layer >= 0 || what.shared_rows > 0) {
        one.leaves = std::make_shared<trail>();
        one.leaves->fork_layer = what.fork_layer;
        auto const states = static_cast<std::size_t>(what.fork_layer >= 0 ? capacity_ * language_->hidden() : 0);
        one.leaves->states = std::make_unique_for_overwrite<float[]>(states);
        one.leaves->tokens.reserve(static_cast<std::size_t>(capacity_));
    }
    one.prompt = std::move(prompt);
    one.pending.reserve(static_cast<std::size_t>(capacity_));
    one.sample = what.sample;
    one.whole_rows = true;
    return branch{std::move(one)};
}

engine::branch engine::begin(std::vector<float> prompt, beginning const& what) const {
    return begin([rows = std::move(prompt), width = language_->hidden()](
                     std::int64_t first) { return std::vector<float>(rows.begin() + first * width, rows.end()); },
                 what);
}

engine::branch engine::fork(branch const& factual, edit const& change, prefix* kept) const {
    line const& source = factual.cache();
    line one;
    one.pending.reserve(static_cast<std::size_t>(capacity_));
    one.forked = true;
    one.first_layer = source.leaves->fork_layer;
    one.change = &change;
    one.sample = source.sample;
    one.follows = source.leaves;
    if (edits_rows_apart(change)) {
        one.cuts = source.cuts;
        one.kept = kept;
    }
    return branch{std::move(one)};
}

engine::branch engine::beside(branch const& factual, prompt_rows prompt, prefix* kept) const {
    line const& source = factual.cache();
    line one;
    one.prompt = std::move(prompt);
    one.cuts = source.cuts;
    one.kept = kept;
    one.pending.reserve(static_cast<std::size_t>(capacity_));
    one.sample = source.sample;
    one.follows = source.leaves;
    return branch{std::move(one)};
}

status engine::fork(branch const& from, branch& to) noexcept {
    if (from.cache().step == 0 || !from.cache().pending.empty()) {
        return {errc::engine_failure, "engine: a branch with rows to run cannot be forked"};
    }
    try {
        copy_line(from.cache(), to.cache());
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {errc::engine_failure, "engine: out of memory"};
    }
}

/// Leaves alone what ties a branch to its own set: which trail it writes or follows.
void engine::copy_line(line const& from, line& to) const {
    if (to.past.capacity() == 0) { to.past = language_->make_cache(capacity_, to.first_layer); }
    to.past.copy_from(from.past, from.past.size());
    to.prompt = nullptr;
    to.pending.clear();
    to.step = from.step;
    to.received = from.received;
    if (!to.leaves) { return; }
    trail& left = *to.leaves;
    left.prompt_rows = from.leaves->prompt_rows;
    left.rows = from.leaves->rows;
    left.tokens = from.leaves->tokens;
    if (left.fork_layer < 0) { return; }
    std::copy_n(from.leaves->states.get(), left.rows * language_->hidden(), left.states.get());
}

status engine::append(branch& to, std::span<token const> tokens) noexcept {
    try {
        line& one = to.cache();
        for (token const each : tokens) {
            if (each < 0 || each >= vocabulary()) {
                return {errc::engine_failure, "engine: a token is not in the vocabulary"};
            }
            if (one.forked) {
                std::vector<token> const& leading = one.follows->tokens;
                auto const place = static_cast<std::size_t>(one.received);
                if (place >= leading.size() || leading[place] != each) {
                    return {errc::engine_failure, "engine: a fork gets the tokens of its factual branch, after it"};
                }
            }
            one.pending.push_back(each);
            if (one.leaves) { one.leaves->tokens.push_back(each); }
            ++one.received;
        }
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {errc::engine_failure, "engine: out of memory"};
    }
}

status engine::forward(std::span<branch* const> branches) noexcept {
    try {
        for (branch* const each : branches) {
            if (each->cache().step > 0) { continue; }
            if (status s = run_prompt(each->cache()); !s) { return s; }
        }
        for (branch* const each : branches) {
            line const& one = each->cache();
            if (one.past.size() + static_cast<std::int64_t>(one.pending.size()) > capacity_) {
                return {errc::out_of_capacity, "engine: the cache is full"};
            }
        }
        while (pack_tokens(branches)) { run_pass(); }
        for (branch* const each : branches) {
            if (!each->cache().pending.empty()) {
                return {errc::engine_failure, "engine: a fork's tokens have not run on its factual branch"};
            }
        }
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {errc::engine_failure, "engine: a forward pass failed"};
    }
}

status engine::logits(branch const& of, std::span<causalmm::sampling::candidate> candidates) noexcept {
    try {
        language_->head(of.cache().features.data(), candidates, call());
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {errc::engine_failure, "engine: out of memory"};
    }
}

/// Runs the prompt by itself, cut where its branch says.
status engine::run_prompt(line& one) {
    double const start = thread_seconds();
    if (status s = begin_prompt(one); !s) { return s; }
    prompt_first_ = one.past.size();
    prompt_ = one.prompt ? one.prompt(prompt_first_) : std::vector<float>{};
    auto const own = static_cast<std::int64_t>(prompt_.size()) / language_->hidden();
    std::int64_t const rows = one.forked ? one.follows->prompt_rows : prompt_first_ + own;
    if (rows > capacity_) { return {errc::out_of_capacity, "engine: the prompt does not fit the cache"}; }
    if (one.leaves) { one.leaves->prompt_rows = rows; }
    for (std::int64_t const end : {one.cuts[0], one.cuts[1], rows}) {
        if (end > one.past.size() && end <= rows) { run_piece(one, end, rows); }
        if (end < rows) { keep_rows(one, start); }
    }
    one.step = 1;
    one.prompt = nullptr;
    return {};
}

/// Gives a branch that has not run the rows that are known: those kept, or those of the factual branch that it shares.
status engine::begin_prompt(line& one) {
    trail const* const factual = one.follows.get();
    if (factual != nullptr) {
        std::int64_t const needed = one.forked ? std::max<std::int64_t>(factual->prompt_rows, 1) : one.cuts[0];
        if (factual->rows < needed) {
            return {errc::engine_failure, "engine: the factual branch's prompt has not run"};
        }
    }
    if (one.past.capacity() > 0) { return {}; }   // what failed goes on where it was
    bool const known = one.kept != nullptr && one.kept->known() && one.kept->past.size() == one.cuts[1];
    if (known && one.cuts[1] > capacity_) {
        return {errc::out_of_capacity, "engine: the prompt does not fit the cache"};
    }
    one.past = language_->make_cache(capacity_, one.first_layer);
    if (known) {
        one.past.copy_from(one.kept->past, one.cuts[1]);
    } else if (factual != nullptr && !one.forked && one.cuts[0] > 0) {
        one.past.copy_from(factual->shared, one.cuts[0]);
    }
    if (known && one.leaves) {
        std::copy(one.kept->states.begin(), one.kept->states.end(), one.leaves->states.get());
        one.leaves->rows = one.past.size();
    }
    return {};
}

/// Runs a prompt's rows up to `end`.
void engine::run_piece(line& one, std::int64_t end, std::int64_t rows) {
    std::int64_t const count = end - one.past.size();
    lines_.assign({&one});
    pieces_.assign({{.cache = &one.past,
                     .rows = count,
                     .step = 0,
                     .change = one.change,
                     .sample = one.sample,
                     .wants_last_row = end == rows && one.pending.empty()}});
    run_pass();
    prompt_row_layers_ += count * (language_->layers() - one.first_layer);
}

/// At a cut: leaves the rows before it for those who begin with them.
void engine::keep_rows(line& one, double since) const {
    std::int64_t const rows = one.past.size(), shared = one.cuts[0];
    if (one.leaves && one.leaves->shared.size() < shared && shared <= rows) {
        one.leaves->shared = language_->make_cache(shared);
        one.leaves->shared.copy_from(one.past, shared);
    }
    if (one.kept == nullptr || one.kept->known() || rows != one.cuts[1]) { return; }
    prefix made;
    made.past = language_->make_cache(rows, one.first_layer);
    made.past.copy_from(one.past, rows);
    if (one.leaves && one.leaves->fork_layer >= 0) {
        made.states.assign(one.leaves->states.get(), one.leaves->states.get() + rows * language_->hidden());
    }
    made.seconds = thread_seconds() - since;
    *one.kept = std::move(made);
}

/// Takes as many pending tokens of the branches as run together; false if there is none.
bool engine::pack_tokens(std::span<branch* const> branches) {
    lines_.clear();
    pieces_.clear();
    std::int64_t room = linear::skinny_rows;
    for (branch* const each : branches) {
        line& one = each->cache();
        auto const pending = static_cast<std::int64_t>(one.pending.size());
        std::int64_t const rows = std::min({room, pending, one.forked ? rows_to_follow(one) : pending});
        if (rows == 0) { continue; }
        room -= rows;
        auto const place =
            std::upper_bound(lines_.begin(), lines_.end(), one.first_layer,
                             [](std::int64_t layer, line const* other) { return layer < other->first_layer; });
        pieces_.insert(pieces_.begin() + (place - lines_.begin()), {.cache = &one.past,
                                                                    .rows = rows,
                                                                    .step = one.step,
                                                                    .change = one.change,
                                                                    .sample = one.sample,
                                                                    .wants_last_row = rows == pending});
        lines_.insert(place, &one);
    }
    return !lines_.empty();
}

/// Rows that the factual branch has left, or will leave in this pass, and this one has not run.
std::int64_t engine::rows_to_follow(line const& one) const noexcept {
    std::int64_t rows = one.follows->rows - one.past.size();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (lines_[i]->leaves == one.follows) { rows += pieces_[i].rows; }
    }
    return rows;
}

void engine::run_pass() {
    float* const state = sized(memory_->state, count_rows(pieces_) * language_->hidden()).data();
    std::size_t active = 0;
    for (std::int64_t layer = 0; layer < language_->layers(); ++layer) {
        float* rows = state;
        for (std::size_t i = 0; i < lines_.size() && lines_[i]->first_layer <= layer; ++i) {
            if (i >= active) { load(i, rows); }
            leave(i, layer, rows);
            rows += pieces_[i].rows * language_->hidden();
            active = std::max(active, i + 1);
        }
        std::span<piece const> const running = std::span{pieces_}.first(active);
        if (running.empty()) { continue; }   // forks alone enter higher up
        if (layer + 1 < language_->layers()) {
            language_->run(layer, state, running, call());
        } else {
            language_->run_last(state, running, call());
        }
    }
    finish_pass();
}

/// Writes the rows of a piece as they enter its first layer.
void engine::load(std::size_t index, float* rows) const {
    line const& one = *lines_[index];
    std::int64_t const width = language_->hidden(), count = pieces_[index].rows;
    if (one.forked) {
        std::copy_n(one.follows->states.get() + one.past.size() * width, count * width, rows);
    } else if (one.step == 0) {
        std::copy_n(prompt_.data() + (one.past.size() - prompt_first_) * width, count * width, rows);
    } else {
        for (std::int64_t row = 0; row < count; ++row) {
            language_->embed(one.pending[static_cast<std::size_t>(row)], rows + row * width);
        }
    }
}

/// Keeps the rows of a piece for the branch that forks off at this layer, if one does.
void engine::leave(std::size_t index, std::int64_t layer, float const* rows) const {
    line const& one = *lines_[index];
    if (!one.leaves || one.leaves->fork_layer != layer) { return; }
    std::int64_t const width = language_->hidden();
    std::copy_n(rows, pieces_[index].rows * width, one.leaves->states.get() + one.past.size() * width);
}

/// Evaluates the head where whole rows are wanted, and counts what has run.
void engine::finish_pass() {
    std::int64_t const width = language_->hidden();
    std::vector<float>& whole = sized(memory_->normed, 0);   // (rows, hidden)
    float* row = memory_->state.data();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (!pieces_[i].wants_last_row) { continue; }
        std::vector<float>& features = sized(lines_[i]->features, width);
        language_->finish(row, 1, features.data());
        if (lines_[i]->whole_rows) { whole.insert(whole.end(), features.begin(), features.end()); }
        row += width;
    }
    auto const count = static_cast<std::int64_t>(whole.size()) / width;
    float const* logits = sized(memory_->up, count * vocabulary()).data();
    language_->head(whole.data(), count, memory_->up.data(), call());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        line& one = *lines_[i];
        if (pieces_[i].wants_last_row && one.whole_rows) {
            one.logits.assign(logits, logits + vocabulary());
            logits += vocabulary();
        }
        one.past.resize(one.past.size() + pieces_[i].rows);
        if (one.leaves) { one.leaves->rows = one.past.size(); }
        if (one.step == 0) { continue; }   // a part of a prompt
        one.step += pieces_[i].rows;
        one.pending.erase(one.pending.begin(), one.pending.begin() + pieces_[i].rows);
    }
}

}   // namespace llava
