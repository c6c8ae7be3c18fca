// SPDX-License-Identifier: MIT
#include <llava/engine.hpp>

#include <utility>

namespace llava {

engine::branch engine::begin(std::vector<float> prompt, std::int64_t fork_layer) const {
    return branch{line{.past = model_->language().make_cache(capacity_),
                       .pending = std::move(prompt),
                       .logits = {},
                       .fork_layer = fork_layer}};
}

engine::branch engine::fork(branch const& factual, edit const& change) const {
    line const& source = factual.cache();
    return branch{line{.past = kv_cache::layers_of(source.past, source.fork_layer),
                       .pending = source.at_fork,
                       .from_layer = source.fork_layer,
                       .change = &change,
                       .logits = {}}};
}

causalmm::status engine::append(branch& to, std::span<causalmm::decode::token const> tokens) noexcept {
    try {
        std::int64_t const width = model_->language().hidden();
        std::vector<float>& pending = to.cache().pending;
        for (causalmm::decode::token const token : tokens) {
            if (token < 0 || token >= vocabulary()) {
                return {causalmm::errc::engine_failure, "engine: a token is not in the vocabulary"};
            }
            pending.resize(pending.size() + static_cast<std::size_t>(width));
            model_->language().embed(token, pending.data() + static_cast<std::int64_t>(pending.size()) - width);
        }
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {causalmm::errc::engine_failure, "engine: out of memory"};
    }
}

causalmm::status engine::forward(std::span<branch* const> branches) noexcept {
    try {
        for (branch* const each : branches) {
            line& one = each->cache();
            auto const rows = static_cast<std::int64_t>(one.pending.size()) / model_->language().hidden();
            if (one.past.size() + rows > capacity_) {
                return {causalmm::errc::out_of_capacity, "engine: the cache is full"};
            }
            if (rows > 0) { run(one); }
        }
        return {};
    } catch (...) {
        failure_ = std::current_exception();
        return {causalmm::errc::engine_failure, "engine: a forward pass failed"};
    }
}

void engine::run(line& one) {
    llama const& language = model_->language();
    auto const rows = static_cast<std::int64_t>(one.pending.size()) / language.hidden();
    pass const call{
        .change = one.change, .sample = sample_, .step = one.step, .pool = model_->pool(), .memory = *memory_};
    float* const state = one.pending.data();
    std::int64_t from = one.from_layer;
    if (one.fork_layer >= 0 && one.step == 0) {
        language.run(state, rows, from, one.fork_layer, one.past, call);
        one.at_fork = one.pending;
        from = one.fork_layer;
    }
    language.run_for_last_row(state, rows, from, one.past, call);
    one.past.resize(one.past.size() + rows);
    one.logits.resize(static_cast<std::size_t>(vocabulary()));
    language.head(state + (rows - 1) * language.hidden(), 1, one.logits.data(), call);
    one.pending.clear();
    one.from_layer = 0;
    ++one.step;
}

}   // namespace llava
