// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

#include <causalmm/visibility.hpp>

#include "support/tensor.hpp"

/// A visibility of the library beside the plain sentence, key by key, that says the same.
namespace support {

using causalmm::visibility::bidirectional;
using causalmm::visibility::causal;
using causalmm::visibility::cell_map;
using causalmm::visibility::key_range;
using causalmm::visibility::mask_tensor;
using causalmm::visibility::padding;
using causalmm::visibility::prefix_lm;
using causalmm::visibility::sliding_window;

/// Cells of batch row b that hold tokens: left-padded, right-padded, padded on both sides, and none at all, in turn.
inline std::vector<key_range> valid_cells(index_t batches, index_t keys) {
    std::vector<key_range> ranges;
    for (index_t b = 0; b < batches; ++b) {
        index_t const pad = std::min<index_t>(2, keys - 1);
        std::array<key_range, 4> const kinds{
            {{pad, keys}, {0, keys - pad}, {pad / 2, keys - pad / 2}, {keys / 2, keys / 2}}};
        ranges.push_back(kinds[static_cast<std::size_t>(b % 4)]);
    }
    return ranges;
}

template <class Visibility>
class scene {
  public:
    /// Queries are the last rows of the sequence, as in a prefill behind a cache.
    scene(index_t batches, index_t queries, index_t keys)
        : batches_{batches},
          queries_{queries},
          keys_{keys},
          offset_{keys > queries ? keys - queries : 0},
          block_{keys / 4, keys / 4 + keys / 2},
          ranges_{valid_cells(batches, keys)} {
        if constexpr (is_mask) { write_mask(); }
        first_.assign(static_cast<std::size_t>(batches), offset_);
        for (index_t i = 0; i < batches * keys; ++i) { positions_.push_back(i % keys); }
    }

    Visibility policy() const {
        if constexpr (is_padded) {
            return {.valid = ranges_, .inner = make<decltype(Visibility::inner)>()};
        } else if constexpr (is_mask) {
            return {.data = mask_.get(),
                    .extents = {batches_, 1, queries_, keys_},
                    .strides = {queries_ * keys_, 0, keys_, 1}};
        } else if constexpr (std::same_as<Visibility, cell_map>) {
            return {.positions = positions_, .first_query = first_};
        } else {
            return make<Visibility>();
        }
    }
    bool visible(index_t b, index_t q, index_t k) const {
        key_range const valid = ranges_[static_cast<std::size_t>(b)];
        return sees(Visibility{}, offset_ + q, k) && (!is_padded || (valid.begin <= k && k < valid.end));
    }
    index_t origin(index_t b) const { return is_padded ? ranges_[static_cast<std::size_t>(b)].begin : 0; }
    index_t first_query() const { return std::same_as<Visibility, cell_map> ? 0 : offset_; }

    oracle::setting setting() const {
        oracle::setting s;
        s.visible = [this](index_t b, index_t q, index_t k) { return visible(b, q, k); };
        s.origin = [this](index_t b) { return origin(b); };
        s.first_query = offset_;
        return s;
    }

  private:
    static constexpr bool is_padded = requires(Visibility v) { v.valid; };
    static constexpr bool is_mask = requires(Visibility v) { v.origins; };
    using mask_element = decltype([] {
        if constexpr (is_mask) {
            return *Visibility{}.data;
        } else {
            return false;
        }
    }());
    static constexpr index_t window = 3;

    template <class Policy>
    Policy make() const {
        Policy made{};
        if constexpr (requires { made.offset; }) { made.offset = offset_; }
        if constexpr (requires { made.window; }) { made.window = window; }
        if constexpr (requires { made.block; }) { made.block = block_; }
        return made;
    }

    // Whether the query in cell `at` sees key k, a sentence for each policy.
    bool sees(bidirectional const&, index_t, index_t) const { return true; }
    bool sees(causal const&, index_t at, index_t k) const { return k <= at; }
    bool sees(sliding_window const&, index_t at, index_t k) const { return k <= at && at - k < window; }
    bool sees(prefix_lm const&, index_t at, index_t k) const {
        bool const inside = at >= block_.begin && at < block_.end;
        return k <= at || (inside && k >= block_.begin && k < block_.end);
    }
    bool sees(cell_map const&, index_t at, index_t k) const { return k <= at; }
    template <class Element>
    bool sees(mask_tensor<Element> const&, index_t at, index_t k) const {
        index_t const stripe = keys_ / 6 + 1;   // at most seven, of which every other one is hidden
        return k <= at && (k + at) / stripe % 2 == 0;
    }
    template <class Inner>
    bool sees(padding<Inner> const&, index_t at, index_t k) const {
        return sees(Inner{}, at, k);
    }

    /// All that visible() says, as a tensor.
    void write_mask() {
        mask_.reset(new mask_element[static_cast<std::size_t>(batches_ * queries_ * keys_)]);
        for (index_t i = 0; i < batches_ * queries_ * keys_; ++i) {
            bool const seen = visible(i / (queries_ * keys_), i / keys_ % queries_, i % keys_);
            mask_[i] = std::same_as<mask_element, bool> ? static_cast<mask_element>(seen)
                                                        : static_cast<mask_element>(seen ? 0.0 : -HUGE_VAL);
        }
    }

    index_t batches_, queries_, keys_;
    index_t offset_;
    key_range block_;
    std::shared_ptr<mask_element[]> mask_{};
    std::vector<index_t> positions_{}, first_{};
    std::vector<key_range> ranges_;
};

/// The scene of a visibility, of the given kind if that is chosen at run time.
template <class Visibility>
scene<Visibility> scene_of(index_t batches, index_t queries, index_t keys, [[maybe_unused]] index_t kind) {
    if constexpr (std::is_constructible_v<scene<Visibility>, index_t, index_t, index_t, index_t>) {
        return {batches, queries, keys, kind};
    } else {
        return {batches, queries, keys};
    }
}

/// Rows that sum to one over visible keys, none of them flat; masked entries hold `hidden`.
template <class T, class Visible>
void fill_pattern(tensor_view<T, 4> const& t, std::uint64_t seed, Visible const& visible, float hidden) {
    numbers next{seed};
    for (index_t b = 0; b < t.extent(0); ++b) {
        for (index_t h = 0; h < t.extent(1); ++h) {
            for (index_t q = 0; q < t.extent(2); ++q) {
                double total = 0.0;
                std::vector<double> row;
                for (index_t k = 0; k < t.extent(3); ++k) {
                    row.push_back(std::exp(static_cast<double>(next.in(-2.0f, 2.0f))));
                    total += visible(b, q, k) ? row.back() : 0.0;
                }
                for (index_t k = 0; k < t.extent(3); ++k) {
                    double const w = row[static_cast<std::size_t>(k)] / total;
                    t(b, h, q, k) = static_cast<T>(visible(b, q, k) ? static_cast<float>(w) : hidden);
                }
            }
        }
    }
}

}   // namespace support
