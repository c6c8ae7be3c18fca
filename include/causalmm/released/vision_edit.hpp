// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/released/maximum.hpp>
#include <causalmm/released/shape.hpp>
#include <causalmm/released/sum.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

namespace detail {

/// Calls entry(batch, head, row, column) for every entry of the maps.
template <class Entry>
constexpr void for_each_entry(tensor_view<float, 4> const& maps, Entry const& entry) noexcept {
    for (index_t b = 0; b < maps.extent(0); ++b) {
        for (index_t h = 0; h < maps.extent(1); ++h) {
            for (index_t y = 0; y < maps.extent(2); ++y) {
                for (index_t x = 0; x < maps.extent(3); ++x) { entry(b, h, y, x); }
            }
        }
    }
}

/// Largest entry of a map: down each column first, then along the maxima, which decides between zeros of both signs.
constexpr float map_maximum(tensor_view<float const, 2> const& map) noexcept {
    auto const column = [&map](index_t x) {
        return maximum({map.data + x * map.strides[1], {map.extents[0]}, {map.strides[0]}});
    };
    float largest = column(0);
    for (index_t x = 1; x < map.extents[1]; ++x) {
        float const pair[2] = {largest, column(x)};
        largest = maximum({pair, {2}});
    }
    return largest;
}

}   // namespace detail

/// The four published edits of a vision tower's attention maps.
///
/// shape   one byte
/// units   none
/// errors  none
/// source  CausalMM README, edit_attention, the values of its `method`
enum class vision_edit : std::uint8_t { random, uniform, reversed, shuffle };

/// Maps of random numbers that know nothing of the image.
///
/// w'(b,h,y,x) = 2 u(b,h,y,x)
///
/// shape   (batch, head, height, width)
/// units   drawn: uniform in [0, 1), one for every entry; a row of a 577 x 577 map sums to about 577
/// errors  shape_mismatch: shapes differ, or a dimension is 0
/// source  CausalMM README, edit_attention("random"); `drawn` is what its torch.rand returned
constexpr status edit_random(tensor_view<float const, 4> const& drawn, tensor_view<float, 4> const& edited) noexcept {
    if (status s = check_shape(drawn, edited); !s) { return s; }
    detail::for_each_entry(
        edited, [&](index_t b, index_t h, index_t y, index_t x) { edited(b, h, y, x) = drawn(b, h, y, x) * 2.0f; });
    return {};
}

/// Maps without preference.
///
/// w'(b,h,:,:) = sum w(b,h,:,:) / (height * width), added in PyTorch's order (see sum)
///
/// shape   (batch, head, height, width); `edited` may be `maps` itself
/// units   attention probability; 1 / width where rows sum to 1
/// errors  shape_mismatch: shapes differ, or a dimension is 0
/// source  CausalMM README, edit_attention("uniform")
constexpr status edit_uniform(tensor_view<float const, 4> const& maps, tensor_view<float, 4> const& edited) noexcept {
    if (status s = check_shape(maps, edited); !s) { return s; }
    index_t const width = maps.extent(3);
    index_t const entries = maps.extent(2) * width;
    float mean = 0.0f;
    detail::for_each_entry(edited, [&](index_t b, index_t h, index_t y, index_t x) {
        if (y == 0 && x == 0) {
            auto const map = maps.slice(b, h);   // (height, width)
            float const total = detail::contiguous_sum(entries, [&](index_t i) { return map(i / width, i % width); });
            mean = total / static_cast<float>(entries);
        }
        edited(b, h, y, x) = mean;
    });
    return {};
}

/// Maps in which the weakest weight of the whole map becomes the strongest.
///
/// w'(b,h,y,x) = max w(b,h,:,:) - w(b,h,y,x)
///
/// shape   (batch, head, height, width); `edited` may be `maps` itself
/// units   attention probability; rows of a softmax map sum to width * max - 1
/// errors  shape_mismatch: shapes differ, or a dimension is 0; a NaN anywhere makes the whole map NaN
/// source  CausalMM README, edit_attention("reversed")
constexpr status edit_reversed(tensor_view<float const, 4> const& maps, tensor_view<float, 4> const& edited) noexcept {
    if (status s = check_shape(maps, edited); !s) { return s; }
    float largest = 0.0f;
    detail::for_each_entry(edited, [&](index_t b, index_t h, index_t y, index_t x) {
        if (y == 0 && x == 0) { largest = detail::map_maximum(maps.slice(b, h)); }
        edited(b, h, y, x) = largest - maps(b, h, y, x);
    });
    return {};
}

/// Maps with the right weights at the wrong places: all entries of a head change places, over rows and columns.
///
/// w'(b,h)[i] = w(b,h)[pi_h(i)],  i = y * width + x
///
/// shape   (batch, head, height, width); permutations: (head, height * width), one per head, shared by the batch
/// units   attention probability; map sums stay, row sums do not. `edited` must not overlap `maps`
/// errors  shape_mismatch: shapes differ, a dimension is 0, not one index per entry and head; bad_parameter: an index
///         leaves the map. A repeated index is taken as it is
/// source  CausalMM README, edit_attention("shuffle"); `permutations` are what its torch.randperm returned
constexpr status edit_shuffle(tensor_view<float const, 4> const& maps, std::span<index_t const> permutations,
                              tensor_view<float, 4> const& edited) noexcept {
    if (status s = check_shape(maps, edited); !s) { return s; }
    index_t const width = maps.extent(3);
    index_t const entries = maps.extent(2) * width;
    if (static_cast<index_t>(permutations.size()) != maps.extent(1) * entries) {
        return {errc::shape_mismatch, "edit_shuffle: one permutation of height * width per head is needed"};
    }
    for (index_t const source : permutations) {
        if (source < 0 || source >= entries) { return {errc::bad_parameter, "edit_shuffle: an index leaves the map"}; }
    }
    detail::for_each_entry(edited, [&](index_t b, index_t h, index_t y, index_t x) {
        index_t const source = permutations[static_cast<std::size_t>(h * entries + y * width + x)];
        edited(b, h, y, x) = maps(b, h, source / width, source % width);
    });
    return {};
}

/// What the random edits draw, drawn before the call.
///
/// shape   uniform: as the maps, for random; permutations: (head, height * width), for shuffle
/// units   uniform in [0, 1); indices of entries
/// errors  none
/// source  torch.rand and torch.randperm in the CausalMM README
struct vision_draws {
    tensor_view<float const, 4> uniform{};
    std::span<index_t const> permutations{};
};

/// The published edit, chosen by name.
///
/// shape   (batch, head, height, width); of `draws` only what the method needs is read
/// units   see the four edits
/// errors  those of the chosen edit; bad_parameter: no such method
/// source  CausalMM README, edit_attention, whose valid methods return None; the release has this repaired
constexpr status edit_attention(vision_edit method, tensor_view<float const, 4> const& maps, vision_draws const& draws,
                                tensor_view<float, 4> const& edited) noexcept {
    switch (method) {
        case vision_edit::random:
            if (status s = check_shape(maps, edited); !s) { return s; }
            return edit_random(draws.uniform, edited);
        case vision_edit::uniform: return edit_uniform(maps, edited);
        case vision_edit::reversed: return edit_reversed(maps, edited);
        case vision_edit::shuffle: return edit_shuffle(maps, draws.permutations, edited);
    }
    return {errc::bad_parameter, "edit_attention: no such method"};
}

}   // namespace causalmm::released
