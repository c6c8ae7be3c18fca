// SPDX-License-Identifier: MIT
// expect: must be move-only
#include <memory>

#include <causalmm/decode/branch.hpp>

struct rows {};

#if defined(CAUSALMM_MUST_FAIL)
using handle = std::shared_ptr<rows>;
#else
using handle = std::unique_ptr<rows>;
#endif

causalmm::decode::branch<handle> const one{handle{}};
