// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::released {

/// Checks that a result is as large as its source, and that neither is empty.
///
/// shape   any rank, any strides
/// units   none
/// errors  shape_mismatch: extents differ, or one is below 1
/// source  none: PyTorch makes its results itself
template <std::size_t Rank>
constexpr status check_shape(tensor_view<float const, Rank> const& source,
                             tensor_view<float, Rank> const& target) noexcept {
    for (index_t const extent : source.extents) {
        if (extent < 1) { return {errc::shape_mismatch, "released: a dimension is 0"}; }
    }
    if (source.extents != target.extents) {
        return {errc::shape_mismatch, "released: result and source differ in shape"};
    }
    return {};
}

}   // namespace causalmm::released
