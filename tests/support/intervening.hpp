// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>

#include "catch.hpp"
#include "support/scene.hpp"
#include "support/tensor.hpp"

/// One call of attention::intervene, beside the oracle's answer to the same question.
namespace support {

namespace policy = causalmm::intervention;
using causalmm::attention::edit;
using causalmm::attention::intervene;
using causalmm::attention::place;
using causalmm::selection::index_set;
using causalmm::selection::region;

/// A policy with a seed of its own if it draws, otherwise the default.
template <class Policy>
Policy seeded() {
    if constexpr (requires(Policy p) { p.seed; }) {
        return {.seed = 77};
    } else if constexpr (requires(Policy p) { p.policy.seed; }) {
        return {.policy = {.seed = 78}};
    } else {
        return {};
    }
}

/// A pattern whose rows all see every key.
inline tensor<float> stochastic(shape4 const& shape) {
    tensor<float> t(shape);
    fill_pattern(
        t.view(), 9, [](auto...) { return true; }, 0.0f);
    return t;
}

/// The same selection in the library's words and in the oracle's.
struct selected {
    std::string name;
    region where{};
    oracle::positions heads{}, queries{}, keys{};
};

inline std::vector<selected> selections() {
    selected const all{.name = "all"};
    selected const head{.name = "head 1", .where = {.heads = {{1, 2}}}, .heads = {{{1, 2}}}};
    selected const rows{
        .name = "some queries", .where = {.queries = {{1, 4}, {6, 90}}}, .queries = {{{1, 4}, {6, 90}}}};
    selected const segments{.name = "key segments",
                            .where = {.keys = {{0, 2}, {3, 5}, {8, 20}, {30, 1000}}},
                            .keys = {{{0, 2}, {3, 5}, {8, 20}, {30, 1000}}}};
    selected const corner{.name = "heads, queries and keys",
                          .where = {.heads = {{0, 1}, {2, 3}}, .queries = {{2, 5}}, .keys = {{1, 4}}},
                          .heads = {{{0, 1}, {2, 3}}},
                          .queries = {{{2, 5}}},
                          .keys = {{{1, 4}}}};
    selected const nothing{.name = "no key", .where = {.keys = index_set::none()}, .keys = {{}}};
    return {all, head, rows, segments, corner, nothing};
}

inline std::vector<shape4> shapes() {
    return {{1, 1, 1, 1}, {4, 3, 5, 7}, {1, 2, 16, 16}, {2, 1, 17, 33}, {1, 2, 33, 65}, {1, 1, 97, 97}};
}

template <class T>
constexpr double unit_roundoff = 0x1p-24;
template <>
inline constexpr double unit_roundoff<causalmm::f16> = 0x1p-11;
template <>
inline constexpr double unit_roundoff<causalmm::bf16> = 0x1p-8;

/// Edits are computed in float; `renormalized` divides by what is left of a row, at least a hundredth of its terms here.
/// Two roundings to storage come on top where a policy stores an intermediate result.
template <class T>
double tolerance(oracle::array4 const& expected) {
    double largest = 0.0;
    for (double const w : expected.x) { largest = std::isfinite(w) ? std::max(largest, std::abs(w)) : largest; }
    return (200 * 0x1p-24 + 2 * unit_roundoff<T>)*largest;
}

/// What differs between the edited tensor and the oracle, or where a weight that is not selected or not visible has moved.
template <class T>
std::string mistake(tensor<T> const& got, tensor<T> const& before, oracle::array4 const& expected,
                    oracle::setting const& s) {
    oracle::array4 original = dense(before.view());
    double const allowed = tolerance<T>(expected);
    std::ostringstream where;
    tensor<T> restored = got;
    for (index_t b = 0; b < original.batches; ++b) {
        for (index_t h = 0; h < original.heads; ++h) {
            for (index_t q = 0; q < original.rows; ++q) {
                std::vector<index_t> const touched = oracle::map{original, s, b, h}.keys(q);
                for (index_t const k : touched) {
                    double const value = static_cast<double>(static_cast<float>(got.view()(b, h, q, k)));
                    if (where.str().empty() && !(std::abs(value - expected.at(b, h, q, k)) <= allowed)) {
                        where << b << ' ' << h << ' ' << q << ' ' << k << ": got " << value << ", expected "
                              << expected.at(b, h, q, k) << " +- " << allowed;
                    }
                    restored.view()(b, h, q, k) = before.view()(b, h, q, k);
                }
            }
        }
    }
    // With the touched weights put back, every byte of the memory must be as it was, between the rows too.
    if (where.str().empty() && !restored.same_bits(before)) { where << "an entry outside the edit changed"; }
    return where.str();
}

inline std::vector<std::uint64_t> const& sample_names() {
    static std::vector<std::uint64_t> const names{11, std::uint64_t{1} << 40, 0, 11};
    return names;
}

/// Runs one edit and compares it with the oracle.
template <class T, class Visibility, class Policy>
std::string run_and_compare(Policy const& p, shape4 const& shape, layout how, selected const& where,
                            index_t sight = 0) {
    scene<Visibility> const view_of = scene_of<Visibility>(shape[0], shape[2], shape[3], sight);
    std::vector<std::uint64_t> const samples(sample_names().begin(), sample_names().begin() + shape[0]);
    oracle::setting s = view_of.setting();
    s.heads = where.heads;
    s.queries = where.queries;
    s.keys = where.keys;
    s.samples = samples;
    s.layer = 3;
    s.vision = shape[1] % 2 == 0;
    place const at{.tower = s.vision ? causalmm::tower::vision : causalmm::tower::language,
                   .layer = 3,
                   .step = 2,
                   .first_query = view_of.first_query(),
                   .samples = samples};

    tensor<T> pattern(shape, how);
    float const hidden = std::numeric_limits<float>::quiet_NaN();
    fill_pattern(pattern.view(), 5, s.visible, hidden);
    tensor<T> const before = pattern;
    oracle::array4 const expected = oracle::edited(p, dense(before.view()), s);
    auto const outcome =
        intervene(causalmm::backend::serial{}, edit{p, where.where, at}, pattern.view(), view_of.policy());
    if (!outcome) { return outcome.what; }
    return mistake(pattern, before, expected, s);
}

}   // namespace support
