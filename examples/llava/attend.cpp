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

template <class Policy, class Visibility>
causalmm::status call_library(attention_heads const& in, causalmm::attention::edit<Policy> const& edit,
                              Visibility const& visibility, pass const& call) {
    auto const& [batches, count, queries, head_dim] = in.query.extents;
    std::int64_t const keys = in.key.extent(2);
    causalmm::tensor_view<float, 4> const pattern{sized(call.memory.pattern, count * queries * keys).data(),
                                                  {batches, count, queries, keys}};
    causalmm::attention::inputs<float> const inputs{
        .query = in.query, .key = in.key, .value = in.value, .scale = 1.0f / std::sqrt(static_cast<float>(head_dim))};
    return causalmm::attention::materialized(call.pool, edit, inputs, visibility, pattern, in.z);
}

template <class Policy>
causalmm::status see(attention_heads const& in, causalmm::attention::edit<Policy> const& edit, pass const& call) {
    if (!in.causal) { return call_library(in, edit, causalmm::visibility::bidirectional{}, call); }
    causalmm::visibility::causal const past{.offset = in.key.extent(2) - in.query.extent(2)};
    return call_library(in, edit, past, call);
}

}   // namespace

void attend(attention_heads const& inputs, causalmm::tower tower, std::int64_t layer, std::int64_t first_query,
            pass const& call) {
    using causalmm::attention::edit;
    using causalmm::intervention::identity;
    causalmm::attention::place const at{
        .tower = tower, .layer = layer, .step = call.step, .first_query = first_query, .samples = {&call.sample, 1}};
    causalmm::status outcome;
    if (call.change == nullptr || !call.change->where.contains_layer(tower, layer, call.step)) {
        causalmm::selection::region const nowhere{.towers = {.vision = false, .language = false}};
        outcome = see(inputs, edit<identity>{.policy = {}, .where = nowhere, .at = at}, call);
    } else {
        auto const edited = [&]<class Policy>(Policy const& policy) {
            return see(inputs, edit<Policy>{.policy = policy, .where = call.change->where, .at = at}, call);
        };
        outcome = std::visit(edited, call.change->policy);
    }
    if (outcome) { return; }
    bool const broken_weights = outcome == causalmm::errc::non_finite_factual;
    throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model",
                    "layer " + std::to_string(layer), outcome.what};
}

}   // namespace llava
