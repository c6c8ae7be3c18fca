// SPDX-License-Identifier: MIT
// expect: nodiscard|unused-result
#include <causalmm/core/status.hpp>

#pragma GCC diagnostic error "-Wunused-result"

causalmm::status call() noexcept;

void caller() {
#if defined(CAUSALMM_MUST_FAIL)
    call();
#else
    (void)call();
#endif
}
