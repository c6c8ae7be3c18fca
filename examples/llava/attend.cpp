// SPDX-License-Identifier: MIT
#include <llava/attend.hpp>

#include <cmath>
#include <string>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/visibility.hpp>
#include <llava/io/error.hpp>
#include <llava/scratch.hpp>

namespace llava {
namespace {

/// Calls f with what the library's attention takes: inputs, visibility, the pattern's memory.
template <class Function>
causalmm::status with_inputs(attention_heads const& in, pass const& call, Function const& f) {
    auto const& [batches, count, queries, head_dim] = in.query.extents;
    std::int64_t const keys = in.key.extent(2);
    causalmm::tensor_view<float, 4> const pattern{sized(call.memory.pattern, count * queries * keys).data(),
                                                  {batches, count, queries, keys}};
    causalmm::attention::inputs<float> const inputs{
        .query = in.query, .key = in.key, .value = in.value, .scale = 1.0f / std::sqrt(static_cast<float>(head_dim))};
    if (!in.causal) { return f(inputs, causalmm::visibility::bidirectional{}, pattern); }
    return f(inputs, causalmm::visibility::causal{.offset = keys - queries}, pattern);
}

}   // namespace

void attend(attention_heads const& inputs, causalmm::tower tower, std::int64_t layer, std::int64_t first_query,
            pass const& call) {
    auto const plain = [&](auto const& in, auto const& visibility, auto const& pattern) {
        return causalmm::attention::materialized(call.pool, in, visibility, pattern, inputs.z);
    };
    auto const edited = [&]<class Policy>(Policy const& policy) {
        causalmm::attention::edit<Policy> const edit{.policy = policy,
                                                     .where = call.change->where,
                                                     .at = {.tower = tower,
                                                            .layer = layer,
                                                            .step = call.step,
                                                            .first_query = first_query,
                                                            .samples = {&call.sample, 1}}};
        return with_inputs(inputs, call, [&](auto const& in, auto const& visibility, auto const& pattern) {
            return causalmm::attention::materialized(call.pool, edit, in, visibility, pattern, inputs.z);
        });
    };
    bool const applies = call.change != nullptr && call.change->where.contains_layer(tower, layer, call.step);
    causalmm::status const outcome =
        applies ? std::visit(edited, call.change->policy) : with_inputs(inputs, call, plain);
    if (outcome) { return; }
    bool const broken_weights = outcome == causalmm::errc::non_finite_factual;
    throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model",
                    "layer " + std::to_string(layer), outcome.what};
}

}   // namespace llava
