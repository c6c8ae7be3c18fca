// SPDX-License-Identifier: MIT
// expect: schedule_policy
#include <memory>
#include <span>
#include <string_view>

#include <causalmm/decode/batched.hpp>

namespace decode = causalmm::decode;

struct host_engine {
    using cache_type = std::unique_ptr<float>;
    using branch = decode::branch<cache_type>;

    causalmm::index_t vocabulary() const noexcept { return 32000; }
    causalmm::status append(branch&, std::span<decode::token const>) noexcept { return {}; }
    causalmm::status forward(std::span<branch* const>) noexcept { return {}; }
    std::span<float const> logits(branch const&) const noexcept { return {}; }
};

struct at_once {
    static constexpr std::string_view name = "at_once";
    causalmm::status forward(host_engine& engine, std::span<host_engine::branch* const> branches) const noexcept {
        return engine.forward(branches);
    }
#if !defined(CAUSALMM_MUST_FAIL)
    constexpr bool waits(decode::contrast_counts const&) const noexcept { return false; }
#endif
};

template <decode::schedule_policy<host_engine> Schedule>
constexpr bool accepts(Schedule const&) {
    return true;
}
static_assert(accepts(at_once{}));
