// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#define CAUSALMM_VERSION_MAJOR 0
#define CAUSALMM_VERSION_MINOR 1
#define CAUSALMM_VERSION_PATCH 0

// Marks what a device compiler may call from a kernel; nothing for a host compiler.
#if defined(__CUDACC__)
#define CAUSALMM_HD __host__ __device__
#else
#define CAUSALMM_HD
#endif

// States a fact that an earlier check established. Define it before the first include to use the host's own assert.
#if !defined(CAUSALMM_ASSERT)
#include <cassert>
#define CAUSALMM_ASSERT(condition) assert(condition)
#endif

namespace causalmm {

/// Signed 64-bit index of every extent, stride and position.
///
/// shape   a map of 46,341 x 46,341 entries no longer fits an int
/// units   elements, never bytes
/// errors  none
/// source  C++ Core Guidelines ES.107
using index_t = std::int64_t;

}   // namespace causalmm
