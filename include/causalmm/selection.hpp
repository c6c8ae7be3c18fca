// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/selection/index_set.hpp>
#include <causalmm/selection/indices_where.hpp>
#include <causalmm/selection/region.hpp>
