// SPDX-License-Identifier: MIT
#include <llava/llama.hpp>

#include <algorithm>
#include <string>

#include <llava/activation.hpp>

namespace llava {
namespace {

std::int64_t count_last_rows(std::span<piece const> pieces) noexcept {
    return std::count_if(pieces.begin(), pieces.end(), [](piece const& each) { return each.wants_last_row; });
}

/// Moves the wanted last rows to the front of memory (rows, width).
void keep_last_rows(float* memory, std::int64_t width, std::span<piece const> pieces) noexcept {
    float const* from = memory;
    for (piece const& each : pieces) {
        from += each.rows * width;
        if (each.wants_last_row) { memory = std::copy_n(from - width, width, memory); }
    }
}

}   // namespace

llama::llama(tensors const& from, io::config const& settings)
    : heads_{settings.text.heads},
      kv_heads_{settings.text.kv_heads},
      head_dim_{settings.text.head_dim},
      rope_{settings.text.head_dim, settings.text.rope_theta, settings.text.max_positions} {
    io::text_config const& text = settings.text;
    std::string const model = "language_model.model.";
    auto const norm = [&](std::string const& name) {
        return rms_norm{from.vector(name + ".weight", text.hidden), text.rms_norm_eps};
    };
    embedding_ = from.matrix(model + "embed_tokens.weight", {text.vocabulary, text.hidden});
    for (int index = 0; index < text.layers; ++index) {
        std::string const at = model + "layers." + std::to_string(index) + ".";
        std::int64_t const width = heads_ * head_dim_, kv_width = kv_heads_ * head_dim_;
        layers_.push_back({.before_attention = norm(at + "input_layernorm"),
                           .before_mlp = norm(at + "post_attention_layernorm"),
                           .query = from.product(at + "self_attn.q_proj", width, text.hidden, false),
                           .key = from.product(at + "self_attn.k_proj", kv_width, text.hidden, false),
                           .value = from.product(at + "self_attn.v_proj", kv_width, text.hidden, false),
                           .out = from.product(at + "self_attn.o_proj", text.hidden, width, false),
                           .gate = from.product(at + "mlp.gate_proj", text.intermediate, text.hidden, false),
                           .up = from.product(at + "mlp.up_proj", text.intermediate, text.hidden, false),
                           .down = from.product(at + "mlp.down_proj", text.hidden, text.intermediate, false)});
    }
    last_norm_ = norm(model + "norm");
    head_rows_ =
        text.tie_embeddings ? embedding_ : from.matrix("language_model.lm_head.weight", {text.vocabulary, text.hidden});
    head_ = linear{head_rows_};
}

void llama::run(std::int64_t index, float* state, std::span<piece const> pieces, pass const& call) const {
    attention(index, state, pieces, false, call);
    mlp(state, count_rows(pieces), layers_[static_cast<std::size_t>(index)], call);
}

void llama::run_last(float* state, std::span<piece const> pieces, pass const& call) const {
    attention(layers() - 1, state, pieces, true, call);
    mlp(state, count_last_rows(pieces), layers_.back(), call);
}

/// Adds to the rows what attention makes of them: to all, or to the wanted last rows alone, which then stand at the front.
void llama::attention(std::int64_t index, float* state, std::span<piece const> pieces, bool last_rows,
                      pass const& call) const {
    layer const& at = layers_[static_cast<std::size_t>(index)];
    scratch& memory = call.memory;
    std::int64_t const rows = count_rows(pieces), width = heads_ * head_dim_, kv_width = kv_heads_ * head_dim_;
    at.before_attention(state, rows, sized(memory.normed, rows * hidden()).data());
    at.key(memory.normed.data(), rows, sized(memory.key, rows * kv_width).data(), call.pool);
    at.value(memory.normed.data(), rows, sized(memory.value, rows * kv_width).data(), call.pool);
    remember(index, pieces, call);
    std::int64_t const wanted = last_rows ? count_last_rows(pieces) : rows;
    if (last_rows) {
        keep_last_rows(memory.normed.data(), hidden(), pieces);
        keep_last_rows(state, hidden(), pieces);
    }
    float* query = sized(memory.query, wanted * width).data();
    float* z = sized(memory.z, wanted * width).data();
    at.query(memory.normed.data(), wanted, query, call.pool);
    for (piece const& each : pieces) {
        std::int64_t const queries = last_rows ? (each.wants_last_row ? 1 : 0) : each.rows;
        // The prompt is one call; a generated token is one by itself, so that rows of several steps are what each would be alone.
        std::int64_t const together = each.step == 0 ? queries : 1;
        for (std::int64_t done = 0; done < queries; done += together) {
            attend_piece(index, each, each.rows - queries + done, together, query + done * width, z + done * width,
                         call);
        }
        query += queries * width;
        z += queries * width;
    }
    at.out(memory.z.data(), wanted, sized(memory.projected, wanted * hidden()).data(), call.pool);
    add(memory.projected, state);
}

/// Rotates the new keys and puts them and the new values into the caches.
void llama::remember(std::int64_t index, std::span<piece const> pieces, pass const& call) const {
    std::int64_t const width = kv_heads_ * head_dim_;
    float* key = call.memory.key.data();
    float const* value = call.memory.value.data();
    for (piece const& each : pieces) {
        std::int64_t const before = each.cache->size();
        for (std::int64_t row = 0; row < each.rows; ++row) { rope_(key + row * width, kv_heads_, before + row); }
        std::copy_n(key, each.rows * width, each.cache->keys(index) + before * width);
        std::copy_n(value, each.rows * width, each.cache->values(index) + before * width);
        key += each.rows * width;
        value += each.rows * width;
    }
}

/// Attention of `queries` rows of a piece, from its row `first` on.
void llama::attend_piece(std::int64_t index, piece const& one, std::int64_t first, std::int64_t queries, float* query,
                         float* z, pass const& call) const {
    std::int64_t const position = one.cache->size() + first, keys = position + queries;
    for (std::int64_t row = 0; row < queries; ++row) {
        rope_(query + row * heads_ * head_dim_, heads_, position + row);
    }
    attention_heads const inputs{
        .query = split_heads<float const>(query, heads_, queries, head_dim_),
        .key = split_heads<float const>(one.cache->keys(index), kv_heads_, keys, head_dim_),
        .value = split_heads<float const>(one.cache->values(index), kv_heads_, keys, head_dim_),
        .z = split_heads(z, heads_, queries, head_dim_),
        .causal = true};
    pass own = call;
    own.change = one.change;
    own.sample = one.sample;
    own.step = one.step_at(first);
    attend(inputs, causalmm::tower::language, index, position, own);
}

void llama::mlp(float* state, std::int64_t rows, layer const& at, pass const& call) const {
    scratch& memory = call.memory;
    at.before_mlp(state, rows, sized(memory.normed, rows * hidden()).data());
    at.gate(memory.normed.data(), rows, sized(memory.gate, rows * at.gate.outputs()).data(), call.pool);
    at.up(memory.normed.data(), rows, sized(memory.up, rows * at.up.outputs()).data(), call.pool);
    activate(activation::silu, memory.gate.data(), static_cast<std::int64_t>(memory.gate.size()));
    for (std::size_t i = 0; i < memory.gate.size(); ++i) { memory.gate[i] *= memory.up[i]; }
    at.down(memory.gate.data(), rows, sized(memory.projected, rows * hidden()).data(), call.pool);
    add(memory.projected, state);
}

void llama::head(float const* features, std::span<causalmm::sampling::candidate> candidates, pass const& call) const {
    for (std::size_t i = 0; i < candidates.size();) {
        std::size_t end = i + 1;   // of tokens in a row, whose weights are a matrix
        while (end < candidates.size() && candidates[end].id == candidates[end - 1].id + 1) { ++end; }
        weights rows = head_rows_;
        rows.data = head_rows_.row(candidates[i].id);
        rows.rows = static_cast<std::int64_t>(end - i);
        std::vector<float>& logits = sized(call.memory.up, rows.rows);
        linear{rows}(features, 1, logits.data(), call.pool);
        for (float const logit : logits) { candidates[i++].logit = logit; }
    }
}

}   // namespace llava
