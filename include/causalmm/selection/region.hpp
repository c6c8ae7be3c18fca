// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/config.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/selection/index_set.hpp>

namespace causalmm::inline CAUSALMM_ABI::selection {

/// The towers an edit applies to.
///
/// shape   one flag per tower
/// units   none
/// errors  none
/// source  the vision, language and multimodal variants of CausalMM
struct towers {
    bool vision = true;
    bool language = true;

    CAUSALMM_HD constexpr bool contains(tower which) const noexcept {
        return which == tower::vision ? vision : language;
    }
};

/// Where an edit applies: the product of one set per axis; everywhere by default.
///
/// shape   (tower, layer, head, query, key, step)
/// units   positions; step 0 is the prefill, step t the forward pass of the t-th generated token
/// errors  check(): that of the first bad set
/// source  CausalMM section 4: middle layers matter most
struct region {
    selection::towers towers{};
    index_set layers{};
    index_set heads{};
    index_set queries{};
    index_set keys{};
    index_set steps{};

    constexpr status check() const noexcept {
        for (index_set const* axis : {&layers, &heads, &queries, &keys, &steps}) {
            if (status s = axis->check(); !s) { return s; }
        }
        return {};
    }
    CAUSALMM_HD constexpr bool contains_layer(tower which, index_t layer, index_t step) const noexcept {
        return towers.contains(which) && layers.contains(layer) && steps.contains(step);
    }
    CAUSALMM_HD constexpr bool contains_row(index_t head, index_t query) const noexcept {
        return heads.contains(head) && queries.contains(query);
    }
};

}   // namespace causalmm::selection
