// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include <causalmm/core/tensor_view.hpp>

#include "support/oracle.hpp"

/// Tensors for tests: filled by a fixed generator, laid out in memory in ways that engines use.
namespace support {

using causalmm::index_t;
using causalmm::tensor_view;
using shape4 = std::array<index_t, 4>;

/// A linear congruential generator (Knuth's MMIX constants): the same numbers everywhere.
class numbers {
  public:
    explicit numbers(std::uint64_t seed) : state_{seed * 2654435761u + 1} {}
    float in(float low, float high) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return low + (high - low) * (static_cast<float>(state_ >> 40) * 0x1p-24f);
    }

  private:
    std::uint64_t state_;
};

/// How a tensor lies in memory; engines keep the heads of one row side by side.
enum class layout { contiguous, keys_outside, inner_step_two, rows_apart, backwards, heads_inside };
inline constexpr std::array every_layout{layout::contiguous, layout::keys_outside, layout::inner_step_two,
                                         layout::rows_apart, layout::backwards};

/// A tensor of four axes in one of the layouts; the memory between its elements is filled too.
template <class T>
class tensor {
  public:
    explicit tensor(shape4 extents, layout how = layout::contiguous) : extents_{extents} {
        shape4 order{0, 1, 2, 3};   // axes from the outermost to the innermost
        index_t step = 1;
        if (how == layout::keys_outside) { order = {3, 1, 2, 0}; }
        if (how == layout::heads_inside) { order = {0, 2, 1, 3}; }
        if (how == layout::inner_step_two) { step = 2; }
        for (std::size_t i = 4; i-- > 0;) {
            auto const axis = static_cast<std::size_t>(order[i]);
            strides_[axis] = step;
            step *= std::max<index_t>(extents_[axis], 1);
            if (how == layout::rows_apart && axis == 3) { step += 3; }
        }
        memory_.assign(static_cast<std::size_t>(step + 1), static_cast<T>(77.0f));
        if (how == layout::backwards) {
            for (std::size_t axis = 0; axis < 4; ++axis) {
                first_ += strides_[axis] * std::max<index_t>(extents_[axis] - 1, 0);
                strides_[axis] = -strides_[axis];
            }
        }
    }

    tensor_view<T, 4> view() { return {memory_.data() + first_, extents_, strides_}; }
    tensor_view<T const, 4> view() const { return {memory_.data() + first_, extents_, strides_}; }
    std::vector<T> const& memory() const { return memory_; }
    bool same_bits(tensor const& other) const {
        return memory_.size() == other.memory_.size() &&
               std::memcmp(memory_.data(), other.memory_.data(), memory_.size() * sizeof(T)) == 0;
    }

  private:
    shape4 extents_;
    shape4 strides_{};
    index_t first_ = 0;
    std::vector<T> memory_;
};

/// Calls f(batch, head, row, column) for every element.
template <class Function>
void for_each_index(shape4 const& n, Function&& f) {
    for (index_t b = 0; b < n[0]; ++b) {
        for (index_t h = 0; h < n[1]; ++h) {
            for (index_t r = 0; r < n[2]; ++r) {
                for (index_t c = 0; c < n[3]; ++c) { f(b, h, r, c); }
            }
        }
    }
}

/// The rows [from, from + count) of one batch row, keys [first, first + width), as a tensor of its own.
inline tensor<float> part(tensor<float> const& t, index_t batch, index_t from, index_t count, index_t first,
                          index_t width) {
    tensor<float> cut({1, t.view().extent(1), count, width});
    for_each_index({1, t.view().extent(1), count, width}, [&](index_t, index_t h, index_t q, index_t k) {
        cut.view()(0, h, q, k) = t.view()(batch, h, from + q, first + k);
    });
    return cut;
}

template <class T>
oracle::array4 dense(tensor_view<T, 4> const& t) {
    oracle::array4 all{t.extent(0), t.extent(1), t.extent(2), t.extent(3)};
    for_each_index(t.extents, [&](auto... i) { all.at(i...) = static_cast<double>(static_cast<float>(t(i...))); });
    return all;
}

template <class T>
void fill(tensor_view<T, 4> const& t, std::uint64_t seed, float low, float high) {
    numbers next{seed};
    for_each_index(t.extents, [&](auto... i) { t(i...) = static_cast<T>(next.in(low, high)); });
}

template <class T>
bool same_bits(T const& a, T const& b) {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// The first place where two tensors of equal shape differ in a bit; empty if none does.
template <class T, class U>
std::string bit_difference(tensor_view<T, 4> const& got, tensor_view<U, 4> const& expected) {
    std::ostringstream where;
    if (got.extents != expected.extents) { return "shapes differ"; }
    for_each_index(got.extents, [&](auto... i) {
        if (where.str().empty() && std::memcmp(&got(i...), &expected(i...), sizeof(T)) != 0) {
            ((where << i << ' '), ...);
            where << "got " << static_cast<float>(got(i...)) << ", expected " << static_cast<float>(expected(i...));
        }
    });
    return where.str();
}

/// The first place that is further than `tolerance` from the oracle; empty if none is.
template <class T>
std::string difference(tensor_view<T, 4> const& got, oracle::array4 const& expected, double tolerance) {
    std::ostringstream where;
    for_each_index(got.extents, [&](auto... i) {
        double const value = static_cast<double>(static_cast<float>(got(i...)));
        if (where.str().empty() && !(std::abs(value - expected.at(i...)) <= tolerance)) {
            ((where << i << ' '), ...);
            where << "got " << value << ", expected " << expected.at(i...) << " +- " << tolerance;
        }
    });
    return where.str();
}

}   // namespace support
