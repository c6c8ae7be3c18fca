// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/config.hpp>
#include <causalmm/core/counter_rng.hpp>
#include <causalmm/core/dtype.hpp>
#include <causalmm/core/finite.hpp>
#include <causalmm/core/index_permutation.hpp>
#include <causalmm/core/joined_name.hpp>
#include <causalmm/core/lanes.hpp>
#include <causalmm/core/site.hpp>
#include <causalmm/core/softmax.hpp>
#include <causalmm/core/status.hpp>
#include <causalmm/core/tensor_traits.hpp>
#include <causalmm/core/tensor_view.hpp>
#include <causalmm/core/type_list.hpp>
