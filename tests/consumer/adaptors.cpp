// SPDX-License-Identifier: MIT
// Compiles where the components eigen and xtensor bring their third parties along.
#include <causalmm/adaptor/eigen.hpp>
#include <causalmm/adaptor/xtensor.hpp>

static_assert(causalmm::adaptable<Eigen::MatrixXf> && causalmm::adaptable<xt::xtensor<float, 4>>);
