// SPDX-License-Identifier: MIT
// expect: decode::engine|engine<
#include <memory>
#include <span>

#include <causalmm/decode/concepts.hpp>

namespace decode = causalmm::decode;

#if defined(CAUSALMM_MUST_FAIL)
inline constexpr bool quiet = false;
#else
inline constexpr bool quiet = true;
#endif

struct host_engine {
    using cache_type = std::unique_ptr<float>;
    using branch = decode::branch<cache_type>;

    causalmm::index_t vocabulary() const noexcept { return 32000; }
    causalmm::status append(branch&, std::span<decode::token const>) noexcept { return {}; }
    causalmm::status forward(std::span<branch* const>) noexcept(quiet) { return {}; }
    std::span<float const> logits(branch const&) const noexcept { return {}; }
};

template <decode::engine Engine>
constexpr bool accepts(Engine const&) {
    return true;
}
static_assert(accepts(host_engine{}));
