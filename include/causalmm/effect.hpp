// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/effect/average.hpp>
#include <causalmm/effect/layer_head_map.hpp>
#include <causalmm/effect/sample_effects.hpp>
#include <causalmm/effect/total_variation.hpp>
