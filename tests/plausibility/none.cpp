// SPDX-License-Identifier: MIT
#include <causalmm/plausibility/none.hpp>

#include <causalmm/core/finite.hpp>

#include "catch.hpp"

using causalmm::plausibility::none;

static_assert(causalmm::plausibility::plausibility_policy<none>);
static_assert(none{}.check());

TEST_CASE("none: the cutoff lies below every logit", "[plausibility]") {
    for (float const top : {-3.0e38f, -1.0f, 0.0f, 30.0f, 3.0e38f}) {
        CHECK(causalmm::is_minus_infinity(none{}.cutoff(top)));
    }
}
