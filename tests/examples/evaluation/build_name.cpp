// SPDX-License-Identifier: MIT
#include <evaluation/build_name.hpp>

#include <causalmm/version.hpp>

#include "catch.hpp"

TEST_CASE("build name: version, registers, assertions and compiler on one line", "[evaluation]") {
    auto const name = evaluation::build_name();
    CHECK_THAT(name, Catch::StartsWith("causalmm " + evaluation::version() + " "));
    CHECK_THAT(name, Catch::Matches(
                         "causalmm [0-9.]+ (baseline|avx|avx2|avx512) (no_|host_)?asserts, .*(g\\+\\+|clang).*[0-9]+.*",
                         Catch::CaseSensitive::No));
    CHECK(name.find('\n') == std::string::npos);
}
