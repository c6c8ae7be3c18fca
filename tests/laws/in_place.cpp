// SPDX-License-Identifier: MIT
// Laws of attention::intervene for drawn shapes, layouts, selections and visibilities.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/any_sight.hpp"
#include "support/intervening.hpp"
#include "support/property.hpp"

using causalmm::errc;
using causalmm::f16;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

/// All positions, or up to three ranges of them, in the library's words and in the oracle's.
void draw_positions(index_set& set, oracle::positions& positions) {
    if (drawn_in(0, 2) == 0) { return; }
    set = index_set::none();
    positions.ranges.clear();
    for (int i = drawn_in(0, 3); i > 0; --i) {
        index_t const begin = drawn_in<index_t>(0, 20), end = begin + drawn_in<index_t>(0, 15);
        set.insert({begin, end});
        positions.ranges.emplace_back(begin, end);
    }
}

selected drawn_selection() {
    selected chosen{.name = "drawn"};
    draw_positions(chosen.where.heads, chosen.heads);
    draw_positions(chosen.where.queries, chosen.queries);
    draw_positions(chosen.where.keys, chosen.keys);
    return chosen;
}

shape4 drawn_shape() {
    return {drawn_in<index_t>(1, 4), drawn_in<index_t>(1, 3), drawn_in<index_t>(1, 20), drawn_in<index_t>(1, 40)};
}

layout drawn_layout() { return every_layout[drawn_in<std::size_t>(0, every_layout.size() - 1)]; }

/// Rows that renormalized<reversed> divides by nearly nothing have no digits to compare.
template <class Policy>
bool well_conditioned(shape4 const& shape, selected const& where, index_t sight) {
    if constexpr (
        policy::affine_policy<Policy> && requires(Policy p) { p.policy; } && !requires(Policy p) { p.share; }) {
        auto const sights = scene_of<any_sight>(shape[0], shape[2], shape[3], sight);
        oracle::setting s = sights.setting();
        s.heads = where.heads;
        s.queries = where.queries;
        s.keys = where.keys;
        tensor<float> pattern(shape);
        fill_pattern(pattern.view(), 5, s.visible, 0.0f);
        oracle::array4 w = dense(pattern.view());
        for (index_t at = 0; at < shape[0] * shape[1]; ++at) {
            for (auto const& row : oracle::map{w, s, at / shape[1], at % shape[1]}.groups(policy::scope::row)) {
                double largest = 0.0;
                for (double const* const each : row) { largest = std::max(largest, *each); }
                double const terms = largest * static_cast<double>(row.size()), left = terms - oracle::sum(row);
                if (row.size() > 1 && left < 0.02 * terms) { return false; }
            }
        }
    }
    return true;
}

/// A pattern whose rows sum to one over the keys that `sights` shows.
tensor<float> seen_pattern(shape4 const& shape, scene<any_sight> const& sights) {
    tensor<float> t(shape);
    fill_pattern(
        t.view(), 6, [&](index_t b, index_t q, index_t k) { return sights.visible(b, q, k); }, 0.0f);
    return t;
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("laws: an edit in place equals the oracle, in single and half precision", "[laws]",
                        policy::pattern_list) {
    causalmm::type_list<float, f16>::for_each([]<class T>() {   // all four: intervene.cpp
        holds(std::string(TestType::name), [] {
            shape4 const shape = drawn_shape();
            layout const how = drawn_layout();
            selected const where = drawn_selection();
            index_t const sight = drawn_in<index_t>(0, sight_kinds - 1);
            RC_PRE(well_conditioned<TestType>(shape, where, sight));
            RC_ASSERT((run_and_compare<T, any_sight>(seeded<TestType>(), shape, how, where, sight)) == "");
        });
    });
}

TEMPLATE_LIST_TEST_CASE("laws: N06 one bad row changes no bit of another", "[laws]", policy::pattern_list) {
    holds(std::string(TestType::name), [] {
        shape4 const shape = drawn_shape();
        auto const sights = scene_of<any_sight>(shape[0], shape[2], shape[3], drawn_in<index_t>(0, sight_kinds - 1));
        shape4 const at{drawn_in<index_t>(0, shape[0] - 1), drawn_in<index_t>(0, shape[1] - 1),
                        drawn_in<index_t>(0, shape[2] - 1), drawn_in<index_t>(0, shape[3] - 1)};
        auto const bad = std::bit_cast<float>(*rc::gen::element(0x7fc00000u, 0xffc00000u, 0x7f800000u, 0xff800000u));
        tensor<float> clean = seen_pattern(shape, sights), dirty = clean;
        dirty.view()(at[0], at[1], at[2], at[3]) = bad;
        edit const change{seeded<TestType>(), region{}, place{.first_query = sights.first_query()}};
        RC_ASSERT(intervene(serial{}, change, clean.view(), sights.policy()) == errc::ok);
        bool const is_padding =
            at[2] + sights.first_query() < sights.policy().origin(at[0]);   // such rows are not edited
        bool const seen = sights.visible(at[0], at[2], at[3]) && !is_padding;
        RC_ASSERT(intervene(serial{}, change, dirty.view(), sights.policy()) ==
                  (seen ? errc::non_finite_factual : errc::ok));
        for (index_t k = 0; k < shape[3]; ++k) {   // the row itself is allowed to differ
            clean.view()(at[0], at[1], at[2], k) = dirty.view()(at[0], at[1], at[2], k);
        }
        RC_ASSERT(bit_difference(dirty.view(), clean.view()) == "");
    });
}

TEMPLATE_LIST_TEST_CASE("laws: N13 row i of a prefill is decode step i, bit for bit", "[laws]", policy::pattern_list) {
    holds(std::string(TestType::name), [] {
        index_t const length = drawn_in<index_t>(1, 50), step = drawn_in<index_t>(0, length - 1);
        selected const where = drawn_selection();
        tensor<float> prefill = stochastic({1, 2, length, length});
        tensor<float> one = part(prefill, 0, step, 1, 0, step + 1);
        RC_ASSERT(intervene(serial{}, edit{seeded<TestType>(), where.where}, prefill.view(), causal{}) == errc::ok);
        RC_ASSERT(intervene(serial{}, edit{seeded<TestType>(), where.where, place{.first_query = step}}, one.view(),
                            causal{.offset = step}) == errc::ok);
        RC_ASSERT(bit_difference(one.view(), part(prefill, 0, step, 1, 0, step + 1).view()) == "");
    });
}

TEMPLATE_LIST_TEST_CASE("laws: N91 a padded batch is its sequences one by one, bit for bit", "[laws]",
                        policy::pattern_list) {
    holds(std::string(TestType::name), [] {
        index_t const batches = drawn_in<index_t>(1, 4), width = drawn_in<index_t>(1, 30);
        selected const where = drawn_selection();
        std::vector<key_range> valid;
        std::vector<std::uint64_t> samples;
        for (index_t b = 0; b < batches; ++b) {
            index_t const begin = drawn_in<index_t>(0, width - 1);
            valid.push_back({begin, drawn_in<index_t>(begin + 1, width)});
            samples.push_back(drawn_in<std::uint64_t>(0, 1u << 20));
        }
        tensor<float> batch = stochastic({batches, 2, width, width});
        tensor<float> const before = batch;
        RC_ASSERT(intervene(serial{}, edit{seeded<TestType>(), where.where, place{.samples = samples}}, batch.view(),
                            padding<causal>{.valid = valid, .inner = {}}) == errc::ok);
        for (index_t b = 0; b < batches; ++b) {
            auto const [begin, end] = valid[static_cast<std::size_t>(b)];
            std::array<std::uint64_t, 1> const name{samples[static_cast<std::size_t>(b)]};
            tensor<float> single = part(before, b, begin, end - begin, begin, end - begin);
            RC_ASSERT(intervene(serial{}, edit{seeded<TestType>(), where.where, place{.samples = name}}, single.view(),
                                causal{}) == errc::ok);
            RC_ASSERT(bit_difference(single.view(), part(batch, b, begin, end - begin, begin, end - begin).view()) ==
                      "");
        }
    });
}

TEMPLATE_TEST_CASE("laws: renaming the keys renames the result where a policy has no favourite key", "[laws]",
                   policy::identity, policy::uniform, policy::reversed, policy::interpolated<policy::reversed>,
                   policy::renormalized<policy::reversed>) {
    holds(std::string(TestType::name), [] {
        index_t const keys = drawn_in<index_t>(1, 70);
        std::vector<index_t> names(static_cast<std::size_t>(keys));
        std::iota(names.begin(), names.end(), index_t{0});
        for (std::size_t i = 1; i < names.size(); ++i) { std::swap(names[i], names[drawn_in<std::size_t>(0, i)]); }
        auto const renamed = [&](tensor<float> const& from) {
            tensor<float> to({1, 2, 3, keys});
            for_each_index({1, 2, 3, keys}, [&](index_t b, index_t h, index_t q, index_t k) {
                to.view()(b, h, q, names[static_cast<std::size_t>(k)]) = from.view()(b, h, q, k);
            });
            return to;
        };
        tensor<float> t = stochastic({1, 2, 3, keys}), moved = renamed(t);
        RC_ASSERT(intervene(serial{}, edit{TestType{}}, t.view(), bidirectional{}) == errc::ok);
        RC_ASSERT(intervene(serial{}, edit{TestType{}}, moved.view(), bidirectional{}) == errc::ok);
        RC_ASSERT(difference(moved.view(), dense(renamed(t).view()), 2e-6) == "");   // sums are taken in another order
    });
}
