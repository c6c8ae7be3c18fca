// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

#include <rapidcheck.h>

#include "catch.hpp"

/// Laws checked by RapidCheck inside a test case of Catch2.
namespace support {

/// A whole number in [low, high]; shrinks towards low.
template <class Number>
Number drawn_in(Number low, Number high) {
    return *rc::gen::inRange<Number>(low, high + 1);
}

/// The law holds in 200 draws of a fixed seed, unless RC_PARAMS says otherwise; a failure prints the smallest draw found.
template <class Law>
void holds(std::string const& name, Law&& law) {
    ::setenv("RC_PARAMS", "seed=241004780 max_success=200", 0);   // the paper's number
    auto const& params = rc::detail::configuration().testParams;
    INFO(name << ", seed " << params.seed);
    auto const result = rc::detail::checkTestable(std::forward<Law>(law), rc::detail::TestMetadata{}, params);
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    INFO(text.str());
    CHECK(result.template is<rc::detail::SuccessResult>());
}

}   // namespace support
