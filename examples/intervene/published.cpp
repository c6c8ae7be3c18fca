// SPDX-License-Identifier: MIT
#include <intervene/published.hpp>

#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/released/language.hpp>
#include <causalmm/released/vision_edit.hpp>
#include <llava/io/error.hpp>

namespace intervene {
namespace {

namespace released = causalmm::released;
using causalmm::index_t;
using causalmm::tower;
using maps_view = causalmm::tensor_view<float, 4>;

struct row {
    std::string_view name;
    published value;
};
constexpr std::array rows{row{"reverse_attention", published::reverse_attention},
                          row{"normalize_attention", published::normalize_attention},
                          row{"reverse_and_normalize_attention", published::reverse_and_normalize_attention},
                          row{"random_attention", published::random_attention},
                          row{"uniform_attention", published::uniform_attention},
                          row{"edit_attention:random", published::edit_attention_random},
                          row{"edit_attention:uniform", published::edit_attention_uniform},
                          row{"edit_attention:reversed", published::edit_attention_reversed},
                          row{"edit_attention:shuffle", published::edit_attention_shuffle}};

/// Uniform in [0, 1), for every entry.
std::vector<float> draws(maps_view const& like, std::uint64_t seed, tower which, index_t layer) {
    auto const [batches, heads, queries, keys] = like.extents;
    std::vector<float> drawn;
    drawn.reserve(static_cast<std::size_t>(like.size()));
    for (index_t b = 0; b < batches; ++b) {
        for (index_t h = 0; h < heads; ++h) {
            for (index_t q = 0; q < queries; ++q) {
                causalmm::row_draws const one{
                    seed,
                    {.sample = static_cast<std::uint64_t>(b), .tower = which, .layer = layer, .head = h, .query = q}};
                for (index_t k = 0; k < keys; ++k) { drawn.push_back(one(k)); }
            }
        }
    }
    return drawn;
}

/// A permutation of a map's entries for each head.
std::vector<index_t> permutations(maps_view const& like, std::uint64_t seed, index_t layer) {
    index_t const entries = like.extent(2) * like.extent(3);
    std::vector<index_t> all(static_cast<std::size_t>(like.extent(1) * entries));
    for (index_t h = 0; h < like.extent(1); ++h) {
        index_t* const map = all.data() + h * entries;
        std::iota(map, map + entries, index_t{0});
        causalmm::transpositions swaps{seed, {.tower = tower::vision, .layer = layer, .head = h}};
        for (index_t i = 1; i < entries; ++i) { std::swap(map[i], map[swaps(i)]); }
    }
    return all;
}

}   // namespace

published parse_published(std::string_view text) {
    std::string known;
    for (row const& each : rows) {
        if (each.name == text) { return each.value; }
        known.append(known.empty() ? "" : ", ").append(each.name);
    }
    throw llava::io::error{llava::io::exit_code::usage, "", "--released",
                           "unknown function " + llava::io::quote(text) + "; there are " + known};
}

causalmm::status apply(published what, maps_view const& maps, std::uint64_t seed, index_t layer) {
    auto const drawn_by = [&](auto const& function, tower which) {
        std::vector<float> const drawn = draws(maps, seed, which, layer);
        return function(causalmm::tensor_view<float const, 4>{drawn.data(), maps.extents}, maps);
    };
    switch (what) {
        case published::reverse_attention: return released::reverse_attention(maps, maps);
        case published::normalize_attention: return released::normalize_attention(maps, maps);
        case published::reverse_and_normalize_attention: return released::reverse_and_normalize_attention(maps, maps);
        case published::random_attention: return drawn_by(released::random_attention, tower::language);
        case published::uniform_attention: return released::uniform_attention(maps);
        case published::edit_attention_random: return drawn_by(released::edit_random, tower::vision);
        case published::edit_attention_uniform: return released::edit_uniform(maps, maps);
        case published::edit_attention_reversed: return released::edit_reversed(maps, maps);
        case published::edit_attention_shuffle: {
            std::vector<float> const before(maps.data, maps.data + maps.size());   // the shuffle is not in place
            return released::edit_shuffle({before.data(), maps.extents}, permutations(maps, seed, layer), maps);
        }
    }
    return {causalmm::errc::bad_parameter, "released: no such function"};
}

}   // namespace intervene
