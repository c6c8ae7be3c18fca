// SPDX-License-Identifier: MIT
// expect: choice_policy
#include <span>
#include <string_view>

#include <causalmm/sampling/pipeline.hpp>

namespace sampling = causalmm::sampling;

struct first_token {
    static constexpr std::string_view name = "first_token";
    constexpr causalmm::status check() const noexcept { return {}; }
#if defined(CAUSALMM_MUST_FAIL)
    constexpr sampling::token choose(std::span<sampling::candidate const>) const noexcept { return 0; }
#else
    constexpr sampling::token choose(std::span<sampling::candidate const>, sampling::draw const&) const noexcept {
        return 0;
    }
#endif
};

sampling::pipeline<first_token> const sampler{};
