// SPDX-License-Identifier: MIT
// expect: deleted
#include <memory>
#include <utility>

#include <causalmm/decode/branch.hpp>

using branch = causalmm::decode::branch<std::unique_ptr<float>>;

branch second(branch& first) {
#if defined(CAUSALMM_MUST_FAIL)
    return first;
#else
    return std::move(first);
#endif
}
