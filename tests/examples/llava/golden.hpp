// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <llava/io/image.hpp>
#include <llava/io/json.hpp>
#include <llava/io/preprocess.hpp>
#include <llava/model.hpp>

// What make_goldens.py wrote: small random models and what transformers computes with them.
namespace golden {

inline std::filesystem::path const folder = std::filesystem::path{CAUSALMM_SOURCE_DIR} / "tests/golden/llava";
inline constexpr char const* names[] = {"plain", "gqa_sharded", "tied_bf16"};

struct expected {
    std::string prompt;
    std::vector<int> prompt_ids, greedy;
    double yes_margin = 0.0;
    std::map<std::string, std::vector<float>> arrays;
};

inline std::vector<int> integers(llava::io::json_field const& list) {
    std::vector<int> numbers;
    for (std::size_t i = 0; i < list.size(); ++i) { numbers.push_back(list.at(i).small_integer(0, 1 << 20)); }
    return numbers;
}

inline expected read(std::string const& name) {
    auto const document = llava::io::json_document::read(folder / name / "expected.json");
    auto const root = document->root();
    expected all{root.at("prompt").text(),
                 integers(root.at("prompt_ids")),
                 integers(root.at("greedy")),
                 root.at("yes_margin").number(),
                 {}};
    std::ifstream file{folder / name / "expected.f32", std::ios::binary};
    auto const arrays = root.at("arrays");
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        std::size_t count = 1;
        for (int const size : integers(arrays.at(i).at("shape"))) { count *= static_cast<std::size_t>(size); }
        std::vector<float>& values = all.arrays[arrays.at(i).at("name").text()];
        values.resize(count);
        file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(float)));
    }
    return all;
}

inline llava::model open(std::string const& name, int threads = 1) {
    return llava::model::open(folder / name, threads);
}

inline std::vector<float> pixels(llava::model const& model) {
    return llava::io::pixel_values(llava::io::read_image(folder / "picture.png"), model.preprocessor());
}

/// Largest difference relative to the root mean square of what is expected; infinity if sizes differ.
inline double distance(std::vector<float> const& found, std::vector<float> const& wanted) {
    if (found.size() != wanted.size() || wanted.empty()) { return HUGE_VAL; }
    double largest = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        double const difference = std::abs(static_cast<double>(found[i]) - static_cast<double>(wanted[i]));
        largest = difference <= largest ? largest : difference;   // NaN is kept
        squares += static_cast<double>(wanted[i]) * static_cast<double>(wanted[i]);
    }
    return largest / std::sqrt(squares / static_cast<double>(wanted.size()));
}

}   // namespace golden
