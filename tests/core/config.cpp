// SPDX-License-Identifier: MIT
#include <causalmm/core/config.hpp>

#include <limits>
#include <type_traits>

#include "catch.hpp"

static_assert(std::is_same_v<causalmm::index_t, std::int64_t>);
static_assert(std::numeric_limits<causalmm::index_t>::max() > causalmm::index_t{46341} * 46341);
static_assert(CAUSALMM_VERSION_MAJOR >= 0 && CAUSALMM_VERSION_MINOR >= 0 && CAUSALMM_VERSION_PATCH >= 0);

// CAUSALMM_HD must vanish for a host compiler, wherever a function may carry it.
CAUSALMM_HD static constexpr int seven() noexcept { return 7; }

TEST_CASE("config: a true assertion passes and evaluates its condition at most once", "[core]") {
    int evaluated = 0;
    auto const holds = [&evaluated] { return ++evaluated > 0; };
    CAUSALMM_ASSERT(holds());
    (void)holds;
    CHECK(evaluated <= 1);
    CHECK(seven() == 7);
}
