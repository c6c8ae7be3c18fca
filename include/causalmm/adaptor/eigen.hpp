// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include <Eigen/Core>
#include <unsupported/Eigen/CXX11/Tensor>

#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>

namespace causalmm::inline CAUSALMM_ABI::adaptor {

/// An Eigen expression that is memory: Matrix, Array, Map, Ref or a block of one.
///
/// shape   (rows, cols)
/// units   strides in elements
/// errors  a product, a sum and the like are no memory and do not satisfy it
/// source  Eigen's DirectAccessBit
template <class Matrix>
concept eigen_matrix = std::derived_from<Matrix, Eigen::DenseBase<Matrix>> &&
    static_cast<bool>(Eigen::internal::traits<Matrix>::Flags& Eigen::DirectAccessBit);

/// A tensor of Eigen's Tensor module: Tensor, TensorFixedSize or TensorMap.
///
/// shape   its NumDimensions, column- or row-major
/// units   elements
/// errors  none
/// source  unsupported/Eigen/CXX11/Tensor
template <class Tensor>
concept eigen_tensor = requires(Tensor& tensor) {
    { Tensor::NumIndices } -> std::convertible_to<int>;
    tensor.dimensions();
    tensor.data();
};

}   // namespace causalmm::adaptor

namespace causalmm::inline CAUSALMM_ABI {

/// A matrix of Eigen is a tensor of rank two.
template <adaptor::eigen_matrix Matrix>
struct tensor_traits<Matrix> {
    template <class Access>
    static auto view(Access& matrix) noexcept {
        using element = std::remove_pointer_t<decltype(matrix.data())>;
        index_t const inner = matrix.innerStride();
        index_t const outer = matrix.outerStride();
        constexpr bool row_major = static_cast<bool>(Matrix::IsRowMajor);
        return tensor_view<element, 2>{matrix.data(),
                                       {matrix.rows(), matrix.cols()},
                                       row_major ? std::array{outer, inner} : std::array{inner, outer}};
    }
};

/// A tensor of Eigen keeps its rank.
template <adaptor::eigen_tensor Tensor>
struct tensor_traits<Tensor> {
    template <class Access>
    static auto view(Access& tensor) noexcept {
        using element = std::remove_pointer_t<decltype(tensor.data())>;
        constexpr auto rank = static_cast<std::size_t>(Tensor::NumIndices);
        constexpr bool row_major = static_cast<int>(Tensor::Layout) == static_cast<int>(Eigen::RowMajor);
        tensor_view<element, rank> result;
        result.data = tensor.data();
        Eigen::DSizes<Eigen::Index, Tensor::NumIndices> const sizes(tensor.dimensions());   // also of fixed sizes
        index_t step = 1;
        for (std::size_t i = 0; i < rank; ++i) {
            std::size_t const axis = row_major ? rank - 1 - i : i;   // from the fastest axis to the slowest
            result.extents[axis] = static_cast<index_t>(sizes[axis]);
            result.strides[axis] = step;
            step *= result.extents[axis];
        }
        return result;
    }
};

}   // namespace causalmm
