// SPDX-License-Identifier: MIT
#include <causalmm/core/status.hpp>

#include <string_view>
#include <type_traits>

#include "catch.hpp"

using causalmm::errc;
using causalmm::result;
using causalmm::status;

static_assert(sizeof(errc) == 1);
static_assert(static_cast<int>(errc::ok) == 0);
static_assert(std::is_trivially_copyable_v<status>);
static_assert(sizeof(status) == 2 * sizeof(void*));
static_assert(!std::is_convertible_v<status, bool>, "a status must not take part in arithmetic");
static_assert(status{});
static_assert(status{} == errc::ok);
static_assert(!status{errc::bad_parameter, "x"});
static_assert(status{errc::bad_parameter, "x"} == errc::bad_parameter);
static_assert(status{errc::bad_parameter, "x"} != errc::ok);

TEST_CASE("status: default is success and its text is empty, never null", "[core]") {
    status const fine;
    REQUIRE(fine.what != nullptr);
    CHECK(std::string_view{fine.what}.empty());
    CHECK(static_cast<bool>(fine));
}

TEST_CASE("status: every other code is a failure", "[core]") {
    for (errc const code :
         {errc::bad_parameter, errc::shape_mismatch, errc::unsupported, errc::empty_support, errc::non_finite_factual,
          errc::non_finite_counterfactual, errc::out_of_capacity, errc::engine_failure, errc::device_failure}) {
        status const bad{code, "reason"};
        CHECK_FALSE(bad);
        CHECK(bad == code);
        CHECK(bad.what == std::string_view{"reason"});
    }
}

TEST_CASE("result: truth is that of its status, the value stays readable", "[core]") {
    result<int> const good{.value = 3, .status = {}};
    result<int> const bad{.value = 0, .status = {errc::unsupported, "no"}};
    CHECK(good);
    CHECK(good.value == 3);
    CHECK_FALSE(bad);
    CHECK(bad.status == errc::unsupported);
}
