// SPDX-License-Identifier: MIT
// expect: a score policy acts before the softmax
#include <string_view>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/visibility/causal.hpp>

struct sharpened {
    static constexpr std::string_view name = "sharpened";
    constexpr causalmm::status check() const noexcept { return {}; }
#if defined(CAUSALMM_MUST_FAIL)
    constexpr auto score(causalmm::site const&) const noexcept {
        return [](causalmm::index_t, float s) noexcept { return 2.0f * s; };
    }
#else
    constexpr auto weight(causalmm::row_stats const&, causalmm::site const&) const noexcept {
        return [](causalmm::index_t, float w) noexcept { return w * w; };
    }
#endif
};

causalmm::status edit(causalmm::tensor_view<float, 4> const& maps) {
    causalmm::attention::edit<sharpened> const once{};
    return causalmm::attention::intervene(causalmm::backend::serial{}, once, maps, causalmm::visibility::causal{});
}
