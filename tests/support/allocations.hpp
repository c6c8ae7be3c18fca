// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

// Replaces the program's operator new by one that counts: include it in one source of a program.
// Not inlined, or g++ 12 sees free() called on what operator new returned and warns.
namespace support {

inline std::atomic<std::size_t>& counted() noexcept {
    static std::atomic<std::size_t> count{0};
    return count;
}

/// Allocations of this program so far, in all threads.
inline std::size_t allocations() noexcept { return counted().load(std::memory_order_relaxed); }

inline void* allocate_or_null(std::size_t size, std::size_t alignment) noexcept {
    counted().fetch_add(1, std::memory_order_relaxed);
    std::size_t const rounded = (size + alignment - 1) / alignment * alignment;
    return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}
inline void* allocate(std::size_t size, std::size_t alignment) {
    if (void* const memory = allocate_or_null(size, alignment)) { return memory; }
    throw std::bad_alloc{};
}

}   // namespace support

[[gnu::noinline]] void* operator new(std::size_t size) {
    return support::allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    return support::allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const& /*tag*/) noexcept {
    return support::allocate_or_null(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
