// SPDX-License-Identifier: MIT
#include <causalmm/core/config.hpp>

#include <limits>
#include <string_view>
#include <type_traits>

#include "catch.hpp"

static_assert(std::is_same_v<causalmm::index_t, std::int64_t>);
static_assert(std::numeric_limits<causalmm::index_t>::max() > causalmm::index_t{46341} * 46341);
static_assert(CAUSALMM_VERSION / 10000 == CAUSALMM_VERSION_MAJOR &&
              CAUSALMM_VERSION / 100 % 100 == CAUSALMM_VERSION_MINOR &&
              CAUSALMM_VERSION % 100 == CAUSALMM_VERSION_PATCH);

// CAUSALMM_HD must vanish for a host compiler, wherever a function may carry it.
CAUSALMM_HD static constexpr int seven() noexcept { return 7; }

#define SPELLED(name) SPELLED_AS_IS(name)
#define SPELLED_AS_IS(name) #name

TEST_CASE("config: the inline namespace spells version, registers and assertions", "[core]") {
    std::string_view const abi = SPELLED(CAUSALMM_ABI);
    std::string_view const version = "v" SPELLED(CAUSALMM_VERSION_MAJOR) "_" SPELLED(CAUSALMM_VERSION_MINOR) "_";
    CHECK(abi.substr(0, version.size()) == version);
#if defined(__AVX512F__)
    CHECK(abi.find("_avx512_") != abi.npos);
#endif
    CHECK(abi.substr(abi.rfind('_')) == "_asserts");   // on in every test; "no_asserts" would have one more word
    CHECK(abi.find("_no_") == abi.npos);
}

TEST_CASE("config: a true assertion passes and evaluates its condition at most once", "[core]") {
    int evaluated = 0;
    auto const holds = [&evaluated] { return ++evaluated > 0; };
    CAUSALMM_ASSERT(holds());
    (void)holds;
    CHECK(evaluated <= 1);
    CHECK(seven() == 7);
}
