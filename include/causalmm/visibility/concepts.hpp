// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <causalmm/core/config.hpp>
#include <causalmm/core/status.hpp>

namespace causalmm::inline CAUSALMM_ABI::visibility {

/// A half-open interval of key cells.
///
/// shape   [begin, end)
/// units   cells of the key axis
/// errors  empty if end <= begin
/// source  none
struct key_range {
    index_t begin = 0;
    index_t end = 0;

    CAUSALMM_HD constexpr index_t size() const noexcept { return end > begin ? end - begin : 0; }
    friend CAUSALMM_HD constexpr bool operator==(key_range const&, key_range const&) noexcept = default;
};

/// An interval of cells whose keys follow each other: position = cell - origin.
///
/// shape   [begin, end) as key_range
/// units   cells; origin is the cell where position 0 would stand
/// errors  none
/// source  none
struct key_run : key_range {
    index_t origin = 0;

    CAUSALMM_HD constexpr index_t position() const noexcept { return begin - origin; }
    friend CAUSALMM_HD constexpr bool operator==(key_run const&, key_run const&) noexcept = default;
};

/// The keys of a row that lie apart, or whose cells are not in the order of their positions: up to eight runs by position.
///
/// shape   runs are disjoint and ascend by position, in whatever cells they lie
/// units   cells
/// errors  check(): out_of_capacity beyond eight runs, bad_parameter if two keys have one position
/// source  ring buffers (two runs), paged caches, attention masks with holes
class key_runs {
  public:
    static constexpr std::size_t capacity = 8;

    /// Adds a run behind those of smaller positions; one that goes on where another ends is joined to it.
    constexpr void add(key_run const& run) noexcept {
        if (run.size() == 0) { return; }
        std::size_t at = count_;
        while (at > 0 && runs_[at - 1].position() > run.position()) { --at; }
        bool const twice = (at > 0 && runs_[at - 1].position() + runs_[at - 1].size() > run.position()) ||
                           (at < count_ && run.position() + run.size() > runs_[at].position());
        if (twice) { problem_ = {errc::bad_parameter, "visibility: two visible keys have one position"}; }
        if (at > 0 && runs_[at - 1].end == run.begin && runs_[at - 1].origin == run.origin) {
            runs_[at - 1].end = run.end;
        } else if (count_ < capacity) {
            for (std::size_t i = count_++; i > at; --i) { runs_[i] = runs_[i - 1]; }
            runs_[at] = run;
        } else {
            problem_ = {errc::out_of_capacity, "visibility: a row's keys form more than eight runs"};
        }
    }
    constexpr status check() const noexcept { return problem_; }
    friend constexpr bool operator==(key_runs const& left, key_runs const& right) noexcept {
        return left.count_ == right.count_ && left.runs_ == right.runs_;
    }
    constexpr std::size_t size() const noexcept { return count_; }
    constexpr key_run const* begin() const noexcept { return runs_.data(); }
    constexpr key_run const* end() const noexcept { return runs_.data() + count_; }
    /// All keys.
    constexpr index_t total() const noexcept {
        index_t keys = 0;
        for (key_run const& run : *this) { keys += run.size(); }
        return keys;
    }

  private:
    std::array<key_run, capacity> runs_{};
    std::size_t count_ = 0;
    status problem_{};
};

/// Which keys a query may see: an interval of cells for each query row, or several runs, and the cell where position 0 stands.
///
/// shape   keys(batch, query, key_count) lies inside [0, key_count) and holds no cell before its run's origin
/// units   `query` counts rows of the call; its position is place.first_query + query - origin(batch)
/// errors  check() names a bad parameter; it is told the number of query rows if it asks for them
/// source  mask_mod(b, h, q_idx, kv_idx) of FlexAttention, as intervals so that no masked key is ever read
// clang-format off
template <class Policy>
concept checks_queries = requires(Policy const& policy, index_t i) {
    { policy.check(i, i, i) } noexcept -> std::same_as<status>;   // batches, queries, keys
};
template <class Policy>
concept scattered_visibility = requires(Policy const& policy, index_t i) {
    { policy.keys(i, i, i) } noexcept -> std::same_as<key_runs>;
};
template <class Policy>
concept visibility_policy = std::copyable<Policy> && requires(Policy const& policy, index_t i) {
    { Policy::name } -> std::convertible_to<std::string_view>;
    { policy.origin(i) } noexcept -> std::same_as<index_t>;
} && (scattered_visibility<Policy> || requires(Policy const& policy, index_t i) {
    { policy.keys(i, i, i) } noexcept -> std::same_as<key_range>;
}) && (checks_queries<Policy> || requires(Policy const& policy, index_t i) {
    { policy.check(i, i) } noexcept -> std::same_as<status>;      // batches, keys
});
// clang-format on

/// A policy's keys of a row as runs, however it gives them.
template <visibility_policy Policy>
constexpr auto runs_of(Policy const& policy, index_t batch, index_t query, index_t key_count) noexcept {
    if constexpr (scattered_visibility<Policy>) {
        return policy.keys(batch, query, key_count);
    } else {
        key_range const seen = policy.keys(batch, query, key_count);
        return std::array{key_run{{seen.size() > 0 ? seen : key_range{}}, policy.origin(batch)}};
    }
}

/// Everything that a policy can be refused for, its promise about every row of the call included.
template <visibility_policy Policy>
constexpr status check(Policy const& policy, index_t batches, index_t queries, index_t key_count) noexcept {
    status own{};
    if constexpr (checks_queries<Policy>) {
        own = policy.check(batches, queries, key_count);
    } else {
        own = policy.check(batches, key_count);
    }
    if (!own) { return own; }
    for (index_t batch = 0; batch < batches; ++batch) {
        for (index_t query = 0; query < queries; ++query) {
            auto const runs = runs_of(policy, batch, query, key_count);
            if constexpr (scattered_visibility<Policy>) {
                if (status s = runs.check(); !s) { return s; }
            }
            for (key_run const& run : runs) {
                if (run.size() == 0) { continue; }
                if (run.begin < 0 || run.end > key_count) {
                    return {errc::bad_parameter, "visibility: a row sees a cell that is not on the key axis"};
                }
                if (run.position() < 0) {
                    return {errc::bad_parameter, "visibility: a row sees a key before position 0"};
                }
            }
        }
    }
    return {};
}

}   // namespace causalmm::visibility
