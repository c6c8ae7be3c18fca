// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

#include <causalmm/visibility.hpp>

#include "support/scene.hpp"

/// A visibility chosen when the program runs: one type for laws over all of them.
namespace support {

/// Those whose rows see one interval: rows of others never stream in blocks, so they cannot stand for these in a law.
template <class... Policies>
struct intervals {
    using all = decltype(std::tuple_cat(std::conditional_t<causalmm::visibility::scattered_visibility<Policies>,
                                                           std::tuple<>, std::tuple<Policies>>{}...));
    template <class... Kept>
    static std::variant<Kept...> as_variant(std::tuple<Kept...>);
    using variant = decltype(as_variant(all{}));
};
using any_interval = causalmm::visibility::list::apply<intervals>::variant;

struct any_sight {
    static constexpr std::string_view name = "any_sight";

    any_interval one{};

    causalmm::status check(index_t batches, index_t keys) const noexcept {
        return std::visit([&](auto const& each) { return each.check(batches, keys); }, one);
    }
    key_range keys(index_t batch, index_t query, index_t key_count) const noexcept {
        return std::visit([&](auto const& each) { return each.keys(batch, query, key_count); }, one);
    }
    index_t origin(index_t batch) const noexcept {
        return std::visit([&](auto const& each) { return each.origin(batch); }, one);
    }
};

template <>
class scene<any_sight> {
  public:
    /// `kind` counts the types of any_interval.
    scene(index_t batches, index_t queries, index_t keys, index_t kind = 0) {
        index_t at = 0;
        causalmm::visibility::list::for_each([&]<class Visibility>() {
            if constexpr (!causalmm::visibility::scattered_visibility<Visibility>) {
                if (at++ != kind) { return; }
                auto const chosen = std::make_shared<scene<Visibility> const>(batches, queries, keys);
                setting_ = chosen->setting();
                policy_ = {chosen->policy()};
                kept_ = chosen;
            }
        });
    }

    any_sight policy() const { return policy_; }
    index_t first_query() const { return setting_.first_query; }
    oracle::setting setting() const { return setting_; }
    bool visible(index_t b, index_t q, index_t k) const { return setting_.visible(b, q, k); }

  private:
    std::shared_ptr<void const> kept_;   // what the policy and the setting point into
    any_sight policy_{};
    oracle::setting setting_{};
};

inline constexpr index_t sight_kinds = static_cast<index_t>(std::variant_size_v<any_interval>);

}   // namespace support
