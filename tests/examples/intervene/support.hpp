// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <causalmm/core/dtype.hpp>
#include <intervene/edit.hpp>
#include <intervene/pattern.hpp>
#include <llava/io/safetensors_writer.hpp>
#include <llava/policy_text.hpp>

#include "examples/llava/io/support.hpp"
#include "support/oracle.hpp"

namespace support {

using causalmm::index_t;
using shape4 = std::array<index_t, 4>;

template <class T>
constexpr llava::io::dtype dtype_of = std::is_same_v<T, float>           ? llava::io::dtype::f32
                                      : std::is_same_v<T, causalmm::f16> ? llava::io::dtype::f16
                                                                         : llava::io::dtype::bf16;

/// Rows that sum to about 1 over the keys [0, seen(q)), 0 behind them, stored as T.
template <class T>
std::vector<T> rows_of(shape4 const& shape, bool causal, unsigned seed = 1) {
    std::mt19937 draws(seed);
    std::vector<T> weights;
    for (index_t row = 0; row < shape[0] * shape[1] * shape[2]; ++row) {
        index_t const seen = causal ? shape[3] - shape[2] + row % shape[2] + 1 : shape[3];
        std::vector<double> raw;
        double total = 0.0;
        for (index_t key = 0; key < shape[3]; ++key) {
            raw.push_back(key < seen ? 0.05 + static_cast<double>(draws() % 1000) / 1000.0 : 0.0);
            total += raw.back();
        }
        for (double const w : raw) { weights.push_back(static_cast<T>(static_cast<float>(w / total))); }
    }
    return weights;
}

template <class T>
intervene::pattern pattern_of(std::string name, shape4 const& shape, std::vector<T> weights) {
    return {.file = "in.safetensors", .name = std::move(name), .shape = shape, .weights = std::move(weights)};
}

inline oracle::array4 dense(intervene::pattern const& from) {
    oracle::array4 all{from.shape[0], from.shape[1], from.shape[2], from.shape[3]};
    std::vector<float> const weights = intervene::as_floats(from);
    for (std::size_t i = 0; i < weights.size(); ++i) { all.x[i] = static_cast<double>(weights[i]); }
    return all;
}

/// The largest difference between two patterns; infinity where only one is not a number.
inline double distance(intervene::pattern const& got, oracle::array4 const& wanted) {
    double largest = 0.0;
    std::vector<float> const weights = intervene::as_floats(got);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        double const apart = std::abs(static_cast<double>(weights[i]) - wanted.x[i]);
        largest = apart <= largest ? largest : std::isnan(apart) ? HUGE_VAL : apart;
    }
    return largest;
}

inline intervene::change policy(std::string const& text) {
    return {.text = text, .what = llava::parse_policy(text, "--policy").policy};
}

template <class T>
llava::io::tensor tensor_of(std::string name, std::vector<std::int64_t> shape, std::vector<T> const& weights) {
    return {.name = std::move(name),
            .type = dtype_of<T>,
            .shape = std::move(shape),
            .data = reinterpret_cast<std::byte const*>(weights.data()),
            .bytes = weights.size() * sizeof(T),
            .file = "in.safetensors"};
}

}   // namespace support
