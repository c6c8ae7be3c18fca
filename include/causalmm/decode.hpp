// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/decode/branch.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/decode/decoder.hpp>
#include <causalmm/decode/sequential.hpp>
#include <causalmm/decode/step.hpp>
