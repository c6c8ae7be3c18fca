// SPDX-License-Identifier: MIT
#include <llava/llama.hpp>

#include <string>

#include <llava/activation.hpp>

namespace llava {

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
    head_ = text.tie_embeddings ? linear{embedding_}
                                : from.product("language_model.lm_head", text.vocabulary, text.hidden, false);
}

void llama::run(float* state, std::int64_t rows, std::int64_t first, std::int64_t last, kv_cache& cache,
                pass const& call) const {
    for (std::int64_t index = first; index < last; ++index) {
        attention(state, rows, rows, index, cache, call);
        mlp(state, rows, layers_[static_cast<std::size_t>(index)], call);
    }
}

void llama::run_for_last_row(float* state, std::int64_t rows, std::int64_t first, kv_cache& cache,
                             pass const& call) const {
    run(state, rows, first, layers() - 1, cache, call);
    attention(state, rows, 1, layers() - 1, cache, call);
    mlp(state + (rows - 1) * hidden(), 1, layers_.back(), call);
}

/// Adds to the last `wanted` of `rows` rows what attention makes of them; all rows' keys and values go into the cache.
void llama::attention(float* state, std::int64_t rows, std::int64_t wanted, std::int64_t index, kv_cache& cache,
                      pass const& call) const {
    layer const& at = layers_[static_cast<std::size_t>(index)];
    scratch& memory = call.memory;
    std::int64_t const before = cache.size(), width = heads_ * head_dim_, kv_width = kv_heads_ * head_dim_;
    std::int64_t const skipped = rows - wanted;
    float* const query = sized(memory.query, wanted * width).data();
    float* const key = cache.keys(index) + before * kv_width;
    float* const z = sized(memory.z, wanted * width).data();
    at.before_attention(state, rows, sized(memory.normed, rows * hidden()).data());
    at.query(memory.normed.data() + skipped * hidden(), wanted, query, call.pool);
    at.key(memory.normed.data(), rows, key, call.pool);
    at.value(memory.normed.data(), rows, cache.values(index) + before * kv_width, call.pool);
    for (std::int64_t row = 0; row < rows; ++row) { rope_(key + row * kv_width, kv_heads_, before + row); }
    for (std::int64_t row = 0; row < wanted; ++row) { rope_(query + row * width, heads_, before + skipped + row); }
    std::int64_t const keys = before + rows;
    attention_heads const inputs{.query = split_heads<float const>(query, heads_, wanted, head_dim_),
                                 .key = split_heads<float const>(cache.keys(index), kv_heads_, keys, head_dim_),
                                 .value = split_heads<float const>(cache.values(index), kv_heads_, keys, head_dim_),
                                 .z = split_heads(z, heads_, wanted, head_dim_),
                                 .causal = true};
    attend(inputs, causalmm::tower::language, index, before + skipped, call);
    at.out(z, wanted, sized(memory.projected, wanted * hidden()).data(), call.pool);
    add(memory.projected, state + skipped * hidden());
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

void llama::head(float const* state, std::int64_t rows, float* logits, pass const& call) const {
    last_norm_(state, rows, sized(call.memory.normed, rows * hidden()).data());
    head_(call.memory.normed.data(), rows, logits, call.pool);
}

}   // namespace llava
