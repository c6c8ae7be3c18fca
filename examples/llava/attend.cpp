// SPDX-License-Identifier: MIT
#include <llava/attend.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/attention/streaming.hpp>
#include <causalmm/visibility.hpp>
#include <llava/io/error.hpp>
#include <llava/scratch.hpp>

namespace llava {
namespace {

namespace attention = causalmm::attention;

causalmm::selection::region const nowhere{.layers = causalmm::selection::index_set::none()};

/// Attention with its pattern in memory.
template <class Edit, class Visibility>
causalmm::status materialize(attention_heads const& in, attention::inputs<float> const& inputs, Edit const& edit,
                             Visibility const& visibility, pass const& call) {
    auto const& [batches, count, queries, head_dim] = in.query.extents;
    std::int64_t const keys = in.key.extent(2);
    causalmm::tensor_view<float, 4> const pattern{sized(call.memory.pattern, count * queries * keys).data(),
                                                  {batches, count, queries, keys}};
    return attention::materialized(call.pool, edit, inputs, visibility, pattern, in.z);
}

template <class Edit, class Visibility>
causalmm::status stream(attention_heads const& in, attention::inputs<float> const& inputs, Edit const& edit,
                        Visibility const& visibility, pass const& call) {
    std::vector<std::byte>& workspace = call.memory.workspace;
    std::size_t const bytes = attention::workspace_bytes(edit.policy, inputs, call.pool.size());
    if (workspace.size() < bytes) { workspace.resize(bytes); }
    return attention::streaming(call.pool, edit, inputs, visibility, {.z = in.z}, workspace);
}

template <class Edit>
causalmm::status run(attention_heads const& in, Edit const& edit, pass const& call) {
    attention::inputs<float> const inputs{.query = in.query,
                                          .key = in.key,
                                          .value = in.value,
                                          .scale = 1.0f / std::sqrt(static_cast<float>(in.query.extent(3)))};
    auto const with = [&](auto const& visibility) {
        bool const streams = !call.memory.materialized && attention::check_streamed(edit);
        return streams ? stream(in, inputs, edit, visibility, call) : materialize(in, inputs, edit, visibility, call);
    };
    if (!in.causal) { return with(causalmm::visibility::bidirectional{}); }
    return with(causalmm::visibility::causal{.offset = in.key.extent(2) - in.query.extent(2)});
}

}   // namespace

void attend(attention_heads const& inputs, causalmm::tower tower, std::int64_t layer, std::int64_t first_query,
            pass const& call) {
    attention::place const at{
        .tower = tower, .layer = layer, .step = call.step, .first_query = first_query, .samples = {&call.sample, 1}};
    auto const plain = [&] {
        return run(inputs, attention::edit<causalmm::intervention::identity>{.where = nowhere, .at = at}, call);
    };
    auto const edited = [&]<class Policy>(Policy const& policy) {
        return run(inputs, attention::edit<Policy>{.policy = policy, .where = call.change->where, .at = at}, call);
    };
    bool const applies = call.change != nullptr && call.change->where.contains_layer(tower, layer, call.step);
    causalmm::status const outcome = applies ? std::visit(edited, call.change->policy) : plain();
    if (outcome) { return; }
    bool const broken_weights = outcome == causalmm::errc::non_finite_factual;
    throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model",
                    "layer " + std::to_string(layer), outcome.what};
}

}   // namespace llava
