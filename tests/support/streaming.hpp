// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <causalmm/attention/streaming.hpp>
#include <causalmm/backend/serial.hpp>

#include "support/attending.hpp"

/// Policies of a user; the oracle finds its words for them by the argument.
namespace outside {

/// A score policy from outside the library: keys win or lose by their position, and every fifth is knocked out.
struct leaning {
    static constexpr std::string_view name = "leaning";
    causalmm::status check() const noexcept { return {}; }
    auto score(causalmm::site const&) const noexcept {
        return [](causalmm::index_t key, float s) noexcept {
            return key % 5 == 4 ? causalmm::minus_infinity() : s + 0.5f * static_cast<float>(key % 3);
        };
    }
    /// The oracle's words: exp(s + c) / sum is w exp(c), the row divided by its new sum.
    friend void edit(leaning const&, oracle::map const& m) {
        for (causalmm::index_t q = 0; q < m.w.rows; ++q) {
            for (causalmm::index_t const cell : m.keys(q)) {
                causalmm::index_t const key = cell - m.s.origin(m.b);
                m.at(q, cell) *= key % 5 == 4 ? 0.0 : std::exp(0.5 * static_cast<double>(key % 3));
            }
            double left = 0.0;
            for (causalmm::index_t k = 0; k < m.w.columns; ++k) { left += m.at(q, k); }
            for (causalmm::index_t k = 0; k < m.w.columns; ++k) { m.at(q, k) /= left > 0.0 ? left : 1.0; }
        }
    }
};

}   // namespace outside

/// One call of attention::streaming with its tensors, beside the oracle's answer to the same question.
namespace support {

using causalmm::attention::streaming;
using causalmm::attention::streams;
using causalmm::attention::workspace_bytes;
using outside::leaning;

/// A (batch, head, query, 1) tensor as streaming's statistics have it.
inline tensor_view<float, 3> rows_of(tensor<float>& t) {
    auto const all = t.view();
    return {all.data, {all.extent(0), all.extent(1), all.extent(2)}, {all.strides[0], all.strides[1], all.strides[2]}};
}

template <class Query, class Cache, class Visibility>
struct streaming_call : attention_call<Query, Cache, Visibility> {
    tensor<float> factual, max_prob, lse;
    std::vector<std::byte> workspace;

    explicit streaming_call(sizes const& n, layout how = layout::contiguous)
        : attention_call<Query, Cache, Visibility>(n, how),
          factual({n.batches, n.heads, n.queries, n.value_dim}, how),
          max_prob({n.batches, n.heads, n.queries, 1}, how),
          lse({n.batches, n.heads, n.queries, 1}, how) {}

    streams z_only() { return {.z = this->z.view()}; }
    streams everything() {
        return {.z = this->z.view(), .factual = factual.view(), .statistics = {rows_of(max_prob), rows_of(lse)}};
    }
    template <class Policy, class Backend = causalmm::backend::serial>
    causalmm::status stream(Policy const& p, streams const& out, Backend const& backend = {}, index_t tasks = 1) {
        workspace.assign(workspace_bytes(p, this->inputs(), tasks), std::byte{0xff});   // all NaN
        return streaming(backend, edit{p, this->where, this->at()}, this->inputs(), this->sights.policy(), out,
                         workspace);
    }
    template <class Policy>
    causalmm::status stream(Policy const& p) {
        return stream(p, everything());
    }
    double score(index_t b, index_t h, index_t q, index_t k) const {
        index_t const dim = this->query.view().extent(3),
                      group = this->query.view().extent(1) / this->key.view().extent(1);
        double dot = 0.0;
        for (index_t d = 0; d < dim; ++d) {
            dot += static_cast<double>(static_cast<float>(this->query.view()(b, h, q, d))) *
                   static_cast<double>(static_cast<float>(this->key.view()(b, h / group, k, d)));
        }
        return static_cast<double>(this->scale) * dot;
    }
};

/// The heaviest row of a pattern: what an error of its weights is measured against.
inline double heaviest(oracle::array4 const& pattern) {
    double largest = 0.0;
    for (std::size_t row = 0; row < pattern.x.size(); row += static_cast<std::size_t>(pattern.columns)) {
        double mass = 0.0;
        for (std::size_t k = row; k < row + static_cast<std::size_t>(pattern.columns); ++k) { mass += pattern.x[k]; }
        largest = std::max(largest, mass);
    }
    return largest;
}

/// max_prob and lse = s - log w of the heaviest key of each row; of a row without keys 0 and -infinity.
template <class Call>
std::string statistics_difference(Call& call, oracle::array4 const& factual) {
    std::ostringstream wrong;
    for_each_index({factual.batches, factual.heads, factual.rows, 1}, [&](index_t b, index_t h, index_t q, index_t) {
        index_t heaviest_key = 0;
        for (index_t k = 1; k < factual.columns; ++k) {
            if (factual.at(b, h, q, k) > factual.at(b, h, q, heaviest_key)) { heaviest_key = k; }
        }
        double const w = factual.columns > 0 ? factual.at(b, h, q, heaviest_key) : 0.0;
        float const max_prob = rows_of(call.max_prob)(b, h, q), lse = rows_of(call.lse)(b, h, q);
        bool const right =
            w > 0.0 ? std::abs(static_cast<double>(max_prob) - w) <= 2e-5 * w &&
                          std::abs(static_cast<double>(lse) - call.score(b, h, q, heaviest_key) + std::log(w)) <= 2e-5
                    : max_prob == 0.0f && causalmm::is_minus_infinity(lse);
        if (!right && wrong.str().empty()) {
            wrong << b << ' ' << h << ' ' << q << ": max_prob " << max_prob << " for " << w << ", lse " << lse;
        }
    });
    return wrong.str();
}

/// Streams once for both branches and once for the edited alone. Tolerances: see attend_and_compare.
template <class Query, class Cache, class Visibility, class Policy>
std::string stream_and_compare(Policy const& p, sizes const& n, layout how = layout::contiguous,
                               selected const& where = {}) {
    streaming_call<Query, Cache, Visibility> call(n, how);
    call.where = where.where;
    oracle::setting s = call.setting();
    s.heads = where.heads;
    s.queries = where.queries;
    s.keys = where.keys;
    oracle::array4 const query = dense(call.query.view()), key = dense(call.key.view()),
                         value = dense(call.value.view());
    auto const scale = static_cast<double>(call.scale);
    oracle::array4 const factual = oracle::pattern(query, key, scale, s);
    oracle::array4 const pattern = oracle::attended(p, query, key, scale, s);
    oracle::array4 const z = oracle::weighted(pattern, value, s);
    double const allowed = 2e-5 * heaviest(pattern);

    if (auto const outcome = call.stream(p); !outcome) { return outcome.what; }
    std::ostringstream wrong;
    auto const note = [&wrong](char const* what, std::string const& difference) {
        if (!difference.empty()) { wrong << what << ": " << difference << "; "; }
    };
    note("z", difference(call.z.view(), z, allowed));
    note("factual", difference(call.factual.view(), oracle::weighted(factual, value, s), 2e-5));
    note("statistics", statistics_difference(call, factual));
    tensor<float> const both = call.z;
    if (auto const outcome = call.stream(p, call.z_only()); !outcome) { return outcome.what; }
    note("alone", difference(call.z.view(), z, allowed));
    return wrong.str();
}

/// The policies of a list that are of one kind, as a list for TEMPLATE_LIST_TEST_CASE.
template <template <class> class Kind, class... Policies>
auto of_kind(causalmm::type_list<Policies...>) -> decltype(std::tuple_cat(
    std::declval<std::conditional_t<Kind<Policies>::value, std::tuple<Policies>, std::tuple<>>>()...));

template <class Policy>
using is_affine = std::bool_constant<policy::affine_policy<Policy>>;
template <class Policy>
using is_on_scores = std::bool_constant<policy::score_policy<Policy>>;
template <class Policy>
using is_side_by_side = std::bool_constant<causalmm::attention::detail::needs_strip<Policy>>;

}   // namespace support
