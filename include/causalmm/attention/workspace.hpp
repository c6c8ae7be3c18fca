// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <causalmm/attention/block.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/core/config.hpp>
#include <causalmm/intervention/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::attention {

namespace detail {

/// Whether an edit needs the weights of a row side by side: it draws, moves or replaces them one by one.
template <class Policy>
inline constexpr bool needs_strip = !intervention::affine_policy<Policy> && !intervention::score_policy<Policy>;

/// How many numbers one task works in.
struct stream_extents {
    index_t dim = 0;
    index_t value_dim = 0;
    index_t strip_keys = 0;   // of all keys, if weights must stand side by side
    index_t map_rows = 0;     // of all queries, if a policy takes statistics of a whole map

    constexpr index_t floats() const noexcept {
        return block_rows * (dim + 2 * value_dim + tile_keys + strip_keys) + tile_keys * (dim + value_dim) + map_rows;
    }
    constexpr index_t bytes() const noexcept {
        index_t const used =
            value_dim * static_cast<index_t>(sizeof(double)) + floats() * static_cast<index_t>(sizeof(float));
        return (used + 63) / 64 * 64;   // whole cache lines, so that tasks do not share one
    }
};

/// What one task works in, cut out of the caller's memory.
struct stream_memory {
    double* sum;      // (value dim)
    float* query;     // (dim, block row)
    float* inside;    // (value dim, block row): unfinished z over the keys that an edit selects
    float* outside;   // the same over the others
    float* scores;    // (tile key, block row)
    float* keys;      // (tile key, dim)
    float* values;    // (tile key, value dim)
    float* strip;     // (key, block row)
    float* maxima;    // (query)

    stream_memory(std::byte* from, stream_extents const& sizes) noexcept {
        sum = reinterpret_cast<double*>(from);
        float* next = reinterpret_cast<float*>(sum + sizes.value_dim);
        auto const take = [&next](index_t count) {
            float* const taken = next;
            next += count;
            return taken;
        };
        query = take(sizes.dim * block_rows);
        inside = take(sizes.value_dim * block_rows);
        outside = take(sizes.value_dim * block_rows);
        scores = take(tile_keys * block_rows);
        keys = take(tile_keys * sizes.dim);
        values = take(tile_keys * sizes.value_dim);
        strip = take(sizes.strip_keys * block_rows);
        maxima = take(sizes.map_rows);
    }
};

template <class Policy, class Inputs>
constexpr stream_extents extents_of(Policy const& policy, Inputs const& in) noexcept {
    return {.dim = in.dim(),
            .value_dim = in.value_dim(),
            .strip_keys = needs_strip<Policy> ? in.keys() : 0,
            .map_rows = intervention::scope_of(policy) == intervention::scope::map ? in.queries() : 0};
}

/// The caller's memory as pieces for tasks that run side by side.
class stream_slots {
  public:
    stream_slots(std::span<std::byte> memory, stream_extents const& sizes) noexcept : sizes_{sizes} {
        auto const address = reinterpret_cast<std::uintptr_t>(memory.data());
        auto const skipped = static_cast<index_t>((64 - address % 64) % 64);
        index_t const left = static_cast<index_t>(memory.size()) - skipped;
        count_ = left > 0 ? left / sizes.bytes() : 0;
        first_ = count_ > 0 ? memory.data() + skipped : nullptr;
    }
    index_t count() const noexcept { return count_; }

    /// Calls f(item, memory) for each item, as many at a time as there are pieces; each piece serves one item after the other.
    template <class Backend, class Function>
    void for_each_item(Backend const& backend, index_t items, Function const& f) const noexcept {
        std::atomic<index_t> next{0};
        backend.for_each_index(count_ < items ? count_ : items, [&](index_t slot) {
            stream_memory const memory{first_ + slot * sizes_.bytes(), sizes_};
            for (index_t item = next.fetch_add(1, std::memory_order_relaxed); item < items;
                 item = next.fetch_add(1, std::memory_order_relaxed)) {
                f(item, memory);
            }
        });
    }

  private:
    stream_extents sizes_;
    index_t count_;
    std::byte* first_;
};

}   // namespace detail

/// Bytes that streaming attention works in when `tasks` threads share it; fewer bytes mean fewer tasks at a time.
///
/// O(dim + value dim) a task, and O(keys) for policies that are neither affine nor act on scores
///
/// shape   of one call
/// units   bytes, at any alignment
/// errors  none
/// source  memory grows with n d, never with n^2
template <class Policy, class Inputs>
constexpr std::size_t workspace_bytes(Policy const& policy, Inputs const& in, index_t tasks = 1) noexcept {
    return static_cast<std::size_t>(tasks * detail::extents_of(policy, in).bytes() + 63);
}

}   // namespace causalmm::attention
