// SPDX-License-Identifier: MIT
// expect: no matching function|cannot bind rvalue|no known conversion
#include <memory>
#include <utility>

#include <causalmm/decode/branch.hpp>

using cache = std::unique_ptr<float>;
using branch = causalmm::decode::branch<cache>;

void start(cache& factual) {
#if defined(CAUSALMM_MUST_FAIL)
    branch const counterfactual{factual};
#else
    branch const counterfactual{std::move(factual)};
#endif
    (void)counterfactual;
}
