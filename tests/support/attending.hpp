// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/backend/serial.hpp>

#include "support/intervening.hpp"

/// One call of attention::materialized with its tensors, beside the oracle's answer to the same question.
namespace support {

struct sizes {
    index_t batches = 1, heads = 1, kv_heads = 1, queries = 1, keys = 1, dim = 1, value_dim = 1;
    index_t sight = 0;   // which visibility, where that is chosen at run time
};

template <class Query, class Cache, class Visibility>
struct attention_call {
    scene<Visibility> sights;
    tensor<Query> query;
    tensor<Cache> key, value;
    tensor<float> pattern, z;
    float scale;
    region where{};
    std::vector<std::uint64_t> samples;

    explicit attention_call(sizes const& n, layout how = layout::contiguous)
        : sights(scene_of<Visibility>(n.batches, n.queries, n.keys, n.sight)),
          query({n.batches, n.heads, n.queries, n.dim}, how),
          key({n.batches, n.kv_heads, n.keys, n.dim}, how),
          value({n.batches, n.kv_heads, n.keys, n.value_dim}, how),
          pattern({n.batches, n.heads, n.queries, n.keys}, how),
          z({n.batches, n.heads, n.queries, n.value_dim}, how),
          scale{2.0f / std::sqrt(static_cast<float>(n.dim))} {
        fill(query.view(), 1, -2.0f, 2.0f);
        fill(key.view(), 2, -2.0f, 2.0f);
        fill(value.view(), 3, -1.0f, 1.0f);
        for (index_t b = 0; b < n.batches; ++b) { samples.push_back(static_cast<std::uint64_t>(100 + b)); }
    }

    causalmm::attention::inputs<Query, Cache> inputs() const { return {query.view(), key.view(), value.view(), scale}; }
    place at() const { return {.layer = 3, .first_query = sights.first_query(), .samples = samples}; }
    template <class Policy, class Backend = causalmm::backend::serial>
    causalmm::status run(Policy const& p, Backend const& backend = {}) {
        return causalmm::attention::materialized(backend, edit{p, where, at()}, inputs(), sights.policy(),
                                                 pattern.view(), z.view());
    }
    oracle::setting setting() const {
        oracle::setting s = sights.setting();
        s.samples = samples;
        s.layer = 3;
        return s;
    }
};

/// Scores are below 40 in magnitude, so float scores are within 5e-6 and weights within 1e-5 of the oracle's, relatively;
/// `renormalized<reversed>` divides a row by what is left of it, at least a twentieth of its terms here.
template <class Query, class Cache, class Visibility, class Policy>
std::string attend_and_compare(Policy const& p, sizes const& n, layout how = layout::contiguous) {
    attention_call<Query, Cache, Visibility> call(n, how);
    if (auto const outcome = call.run(p); !outcome) { return outcome.what; }
    oracle::setting const s = call.setting();
    oracle::array4 const pattern =
        oracle::attended(p, dense(call.query.view()), dense(call.key.view()), static_cast<double>(call.scale), s);
    double largest = 0.0, heaviest = 0.0;
    for (std::size_t row = 0; row < pattern.x.size(); row += static_cast<std::size_t>(n.keys)) {
        double mass = 0.0;
        for (std::size_t k = row; k < row + static_cast<std::size_t>(n.keys); ++k) {
            largest = std::max(largest, pattern.x[k]);
            mass += pattern.x[k];
        }
        heaviest = std::max(heaviest, mass);
    }
    std::string const wrong = difference(call.pattern.view(), pattern, 2e-5 * largest);
    if (!wrong.empty()) { return "pattern " + wrong; }
    return difference(call.z.view(), oracle::weighted(pattern, dense(call.value.view()), s), 2e-5 * heaviest);
}

}   // namespace support
