// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <causalmm/core/finite.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace golden {

using causalmm::index_t;
using causalmm::tensor_view;

/// A tensor of tests/golden/released/goldens.txt, or room for a result.
struct tensor {
    std::vector<index_t> shape;
    std::vector<std::uint64_t> words;   // as written
    std::vector<float> values;          // of an f32 tensor

    template <std::size_t Rank>
    std::array<index_t, Rank> extents() const {
        if (shape.size() != Rank) { throw std::logic_error("golden: a tensor has another rank"); }
        std::array<index_t, Rank> extents{};
        for (std::size_t axis = 0; axis < Rank; ++axis) { extents[axis] = shape[axis]; }
        return extents;
    }
    template <std::size_t Rank>
    tensor_view<float const, Rank> view() const {
        return {values.data(), extents<Rank>()};
    }
    std::vector<index_t> integers() const { return {words.begin(), words.end()}; }
    double number(std::size_t i) const { return std::bit_cast<double>(words.at(i)); }
};

inline tensor read(std::istream& line) {
    tensor result;
    std::string type;
    std::string word;
    line >> type;
    while (line >> word && word != ":") { result.shape.push_back(std::stoll(word)); }
    while (line >> word) { result.words.push_back(std::stoull(word, nullptr, 16)); }
    if (type == "f32") {
        for (std::uint64_t const bits : result.words) {
            result.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        }
    }
    return result;
}

/// All tensors by name, in the order of their names.
inline std::map<std::string, tensor> const& all() {
    static std::map<std::string, tensor> const tensors = [] {
        std::map<std::string, tensor> read_so_far;
        std::ifstream file(CAUSALMM_SOURCE_DIR "/tests/golden/released/goldens.txt");
        for (std::string line; std::getline(file, line);) {
            std::istringstream words(line);
            std::string name;
            words >> name;
            read_so_far.emplace(name, read(words));
        }
        return read_so_far;
    }();
    return tensors;
}

inline tensor const& at(std::string const& name) {
    auto const found = all().find(name);
    if (found == all().end()) { throw std::runtime_error("golden: no tensor " + name); }
    return found->second;
}

/// The names X of all tensors prefix.X.suffix.
inline std::vector<std::string> cases(std::string const& prefix, std::string const& suffix) {
    std::vector<std::string> names;
    for (auto const& [name, unused] : all()) {
        if (name.starts_with(prefix + '.') && name.ends_with('.' + suffix)) {
            names.push_back(name.substr(prefix.size() + 1, name.size() - prefix.size() - suffix.size() - 2));
        }
    }
    return names;
}

/// The inputs that make_goldens.py computes instead of storing them.
inline float ramp(std::size_t element, std::size_t seed) {
    auto x = static_cast<std::uint32_t>(element + seed * 1000003u);
    x *= 0x9E3779B1u;
    x = (x ^ (x >> 15)) * 0x85EBCA77u;
    x ^= x >> 13;
    return static_cast<float>(x >> 8) * 0x1p-24f;
}

/// A copy of a tensor with the axes in memory in reverse order and two unused floats behind each element.
template <std::size_t Rank>
class scattered {
  public:
    explicit scattered(std::array<index_t, Rank> const& extents) : view_{nullptr, extents} {
        index_t step = 3;
        for (std::size_t axis = 0; axis < Rank; ++axis) {
            view_.strides[axis] = step;
            step *= extents[axis];
        }
        memory_.assign(static_cast<std::size_t>(step), unused);
        view_.data = memory_.data();
    }
    explicit scattered(tensor_view<float const, Rank> const& source) : scattered{source.extents} {
        visit(source.extents, [&](auto... i) { view_(i...) = source(i...); });
    }
    scattered(scattered const&) = delete;
    scattered& operator=(scattered const&) = delete;
    ~scattered() = default;

    tensor_view<float, Rank> const& view() const { return view_; }
    bool gaps_untouched() const {
        for (std::size_t i = 0; i < memory_.size(); ++i) {
            if (i % 3 != 0 && memory_[i] != unused) { return false; }
        }
        return true;
    }

    template <class Function, class... Index>
    static void visit(std::array<index_t, Rank> const& extents, Function const& function, Index... leading) {
        if constexpr (sizeof...(Index) == Rank) {
            function(leading...);
        } else {
            for (index_t i = 0; i < extents[sizeof...(Index)]; ++i) { visit(extents, function, leading..., i); }
        }
    }

  private:
    static constexpr float unused = -77.0f;
    tensor_view<float, Rank> view_;
    std::vector<float> memory_;
};

/// Empty if the numbers have the same bits, NaN for NaN; otherwise the first place where they do not.
template <std::size_t Rank>
std::string difference(tensor const& expected, tensor_view<float const, Rank> const& result) {
    if (expected.extents<Rank>() != result.extents) { return "shapes differ"; }
    std::string found;
    std::size_t element = 0;
    scattered<Rank>::visit(result.extents, [&](auto... i) {
        float const x = result(i...);
        float const y = expected.values[element++];
        bool const same = std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
        if (same || (causalmm::is_nan(x) && causalmm::is_nan(y)) || !found.empty()) { return; }
        std::ostringstream text;
        text << std::hexfloat << "element " << element - 1 << ": " << x << ", expected " << y;
        found = text.str();
    });
    return found;
}
template <std::size_t Rank>
std::string difference(tensor const& expected, tensor_view<float, Rank> const& result) {
    return difference(expected, tensor_view<float const, Rank>{result});
}

}   // namespace golden
