// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <causalmm/version.hpp>

// Marks what a device compiler may call from a kernel; nothing for a host compiler.
#if defined(__CUDACC__)
#define CAUSALMM_HD __host__ __device__
#else
#define CAUSALMM_HD
#endif

// States a fact that an earlier check established. Define it before the first include to use the host's own assert.
#if defined(CAUSALMM_ASSERT)
#define CAUSALMM_ABI_ASSERTS host_asserts
#else
#include <cassert>
#define CAUSALMM_ASSERT(condition) assert(condition)
#if defined(NDEBUG)
#define CAUSALMM_ABI_ASSERTS no_asserts
#else
#define CAUSALMM_ABI_ASSERTS asserts
#endif
#endif

#if defined(__AVX512F__)
#define CAUSALMM_ABI_LANES avx512
#elif defined(__AVX2__)
#define CAUSALMM_ABI_LANES avx2
#elif defined(__AVX__)
#define CAUSALMM_ABI_LANES avx
#else
#define CAUSALMM_ABI_LANES baseline
#endif

// The inline namespace that holds every name: it spells the settings that change what an inline function does. Translation
// units that disagree fail to link, where they would else share whichever version the linker meets first (a checked one, or
// one whose registers the processor lacks). Users write causalmm::intervention, never this.
#define CAUSALMM_ABI_PASTE(major, minor, lanes, asserts) v##major##_##minor##_##lanes##_##asserts
#define CAUSALMM_ABI_NAME(major, minor, lanes, asserts) CAUSALMM_ABI_PASTE(major, minor, lanes, asserts)
#define CAUSALMM_ABI \
    CAUSALMM_ABI_NAME(CAUSALMM_VERSION_MAJOR, CAUSALMM_VERSION_MINOR, CAUSALMM_ABI_LANES, CAUSALMM_ABI_ASSERTS)

namespace causalmm::inline CAUSALMM_ABI {

/// Signed 64-bit index of every extent, stride and position.
///
/// shape   a map of 46,341 x 46,341 entries no longer fits an int
/// units   elements, never bytes
/// errors  none
/// source  C++ Core Guidelines ES.107
using index_t = std::int64_t;

}   // namespace causalmm
