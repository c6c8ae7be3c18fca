// SPDX-License-Identifier: MIT
#pragma once

// The published arithmetic, bit for bit: what PyTorch for CPU computes in float32 with the released code, defects and
// all. Nothing else in the library depends on it. The bits hold where the compiler keeps to IEEE 754: -ffast-math
// changes them, and so does joining a product and a sum into one operation in the contrast, which g++ does with
// -march=native unless told -ffp-contract=off.

#include <causalmm/released/contrast.hpp>
#include <causalmm/released/language.hpp>
#include <causalmm/released/maximum.hpp>
#include <causalmm/released/sampled_gate.hpp>
#include <causalmm/released/shape.hpp>
#include <causalmm/released/sum.hpp>
#include <causalmm/released/vision_edit.hpp>
#include <causalmm/released/vision_gate.hpp>
