// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>

#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// What a mask is made of: flags, true where a query sees a key, or numbers that are added to scores.
template <class Element>
concept mask_element = std::same_as<Element, bool> || std::same_as<Element, unsigned char> || scalar<Element>;

/// A mask in memory, as engines hand it over.
///
/// S(b, q) = { k : mask(b, 0, q, k) }  or  { k : mask(b, 0, q, k) = 0 } of an additive mask, whose other entries are -infinity or
/// the lowest finite number of f16, bf16, float or double: -65504, -0x1.fep127, -0x1.fffffep127, -0x1.fffffffffffffp1023
///
/// shape   (batch, head, query, key) with any strides; the batch and query axes may have extent 1, the head axis must: what a row
///         sees does not depend on the head; position 0 of batch row b stands in cell origins[b], or 0 if there are none
/// units   an additive mask in natural-log scores; a row's keys form at most eight runs
/// errors  shape_mismatch: the extents are not those of the call; unsupported: masks that differ by head, and anything else in an
///         additive mask: any other finite number, -1e4 or -1e9, edits scores and hides nothing; out_of_capacity: more than eight
///         runs; bad_parameter: a key is visible before position 0
/// source  attn_mask of PyTorch's scaled_dot_product_attention; torch.finfo(dtype).min of transformers' masks, which leaves a
///         weight of 0 beside any visible key; where a row has none, its weights are 0 here, and evenly spread there
template <mask_element Element = bool>
struct mask_tensor {
    static constexpr bool is_additive = scalar<Element>;
    static constexpr std::string_view name = is_additive ? "additive_mask" : "mask_tensor";

    Element const* data = nullptr;
    std::array<index_t, 4> extents{};
    std::array<index_t, 4> strides{};   // in elements
    std::span<index_t const> origins{};

    constexpr status check(index_t batches, index_t queries, index_t keys) const noexcept {
        bool const fits = (extents[0] == 1 || extents[0] == batches) && (extents[2] == 1 || extents[2] == queries) &&
                          extents[3] == keys && extents[1] >= 1 && (data != nullptr || keys == 0);
        if (!fits || (!origins.empty() && static_cast<index_t>(origins.size()) != batches)) {
            return {errc::shape_mismatch, "mask_tensor: the mask is not (batch or 1, 1, query or 1, key)"};
        }
        if (extents[1] != 1) { return {errc::unsupported, "mask_tensor: a mask that differs by head"}; }
        if constexpr (is_additive) {
            for (index_t batch = 0; batch < extents[0]; ++batch) {
                for (index_t query = 0; query < extents[2]; ++query) {
                    if (status s = check_row(row(batch, query)); !s) { return s; }
                }
            }
        }
        return {};
    }
    constexpr key_runs keys(index_t batch, index_t query, index_t key_count) const noexcept {
        Element const* const from = row(batch, query);
        key_runs runs;
        for (index_t cell = 0; cell < key_count;) {
            index_t const begin = cell;
            while (cell < key_count && sees(from[cell * strides[3]])) { ++cell; }
            runs.add({{begin, cell}, origin(batch)});
            cell += cell == begin ? 1 : 0;
        }
        return runs;
    }
    constexpr index_t origin(index_t batch) const noexcept {
        return origins.empty() ? 0 : origins[static_cast<std::size_t>(batch)];
    }

  private:
    constexpr Element const* row(index_t batch, index_t query) const noexcept {
        return data + (extents[0] == 1 ? 0 : batch * strides[0]) + (extents[2] == 1 ? 0 : query * strides[2]);
    }
    static constexpr double number(Element const value) noexcept {
        if constexpr (std::same_as<Element, double>) { return value; }
        return static_cast<double>(static_cast<float>(value));
    }
    static constexpr bool sees(Element const value) noexcept {
        if constexpr (is_additive) {
            return is_zero(number(value));
        } else {
            return value != Element{};
        }
    }
    /// A mask keeps its lowest number when it is cast to a wider type, so all four count whatever the type it is stored in. A bias
    /// that happens to reach -65504 has other numbers beside it, and is refused for those.
    static constexpr bool hides(double const value) noexcept {
        if (is_minus_infinity(value)) { return true; }
        for (double const lowest : {-65504.0, -0x1.fep127, -0x1.fffffep127, std::numeric_limits<double>::lowest()}) {
            if (std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(lowest)) { return true; }
        }
        return false;
    }
    constexpr status check_row(Element const* from) const noexcept {
        for (index_t cell = 0; cell < extents[3]; ++cell) {
            double const value = number(from[cell * strides[3]]);
            if (!is_zero(value) && !hides(value)) {
                return {errc::unsupported, "mask_tensor: an additive mask holds more than 0 and what hides a key"};
            }
        }
        return {};
    }
};

}   // namespace causalmm::visibility
