// SPDX-License-Identifier: MIT
// A disk that fails, by LD_PRELOAD: the FAIL_WRITE-th write of a record, or the FAIL_SYNC-th fdatasync, is an EIO; after the
// PAUSE_WRITE-th write of a record the process stops as by SIGSTOP, so that a script can do to a run in work what it likes.
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

namespace {

template <class Function>
Function* next(char const* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Whether this is the call whose number the variable holds.
bool is_due(char const* variable, std::atomic<int>& calls) {
    char const* const number = std::getenv(variable);
    return number != nullptr && ++calls == std::atoi(number);
}

int fail() {
    errno = EIO;
    return -1;
}

}   // namespace

extern "C" ssize_t write(int descriptor, void const* bytes, std::size_t size) {
    static auto* const real = next<ssize_t(int, void const*, std::size_t)>("write");
    static std::atomic<int> calls = 0, paused_calls = 0;
    bool const is_record = size > 14 && std::memcmp(bytes, "{\"question_id\"", 14) == 0;
    if (is_record && is_due("FAIL_WRITE", calls)) return fail();
    auto const written = real(descriptor, bytes, size);
    if (is_record && is_due("PAUSE_WRITE", paused_calls)) ::kill(::getpid(), SIGSTOP);
    return written;
}

extern "C" int fdatasync(int descriptor) {
    static auto* const real = next<int(int)>("fdatasync");
    static std::atomic<int> calls = 0;
    return is_due("FAIL_SYNC", calls) ? fail() : real(descriptor);
}
