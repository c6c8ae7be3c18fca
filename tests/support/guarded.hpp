// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

/// Memory between two pages that nobody may touch.
namespace support {

enum class touching { the_page_before, the_page_behind };

template <class T>
class guarded {
  public:
    explicit guarded(std::size_t count, touching where = touching::the_page_behind) {
        auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        inside_ = (count * sizeof(T) + page - 1) / page * page;
        whole_ = inside_ + 2 * page;
        base_ = static_cast<std::byte*>(
            ::mmap(nullptr, whole_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        allow(PROT_READ | PROT_WRITE);
        std::size_t const slack = where == touching::the_page_behind ? inside_ - count * sizeof(T) : 0;
        data_ = reinterpret_cast<T*>(base_ + page + slack);
    }
    guarded(guarded const&) = delete;
    guarded& operator=(guarded const&) = delete;
    ~guarded() { ::munmap(base_, whole_); }

    T* data() const { return data_; }
    void forbid_writing() const { allow(PROT_READ); }

  private:
    void allow(int protection) const { ::mprotect(base_ + (whole_ - inside_) / 2, inside_, protection); }

    std::size_t inside_ = 0, whole_ = 0;
    std::byte* base_ = nullptr;
    T* data_ = nullptr;
};

}   // namespace support
