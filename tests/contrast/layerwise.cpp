// SPDX-License-Identifier: MIT
#include <causalmm/contrast/layerwise.hpp>

#include <vector>

#include "catch.hpp"
#include "support/prepared.hpp"

using causalmm::contrast::layerwise;
using support::contrasted;

static_assert(causalmm::contrast::contrast_policy<layerwise<1>> && causalmm::contrast::prepared_contrast<layerwise<4>>);
static_assert(layerwise<2>{}.check() && layerwise<2>{}.reads(0) && layerwise<2>{}.reads(1));

TEST_CASE("layerwise: the factual row minus that of the layer which differs most", "[contrast]") {
    support::plain_rows<3> rows{.own = {2.0f, 0.0f, 1.0f},
                                .others = {{{2.0f, 0.5f, 1.0f}, {-1.0f, 3.0f, 0.0f}, {2.0f, 0.0f, 1.0f}}}};
    CHECK(contrasted(layerwise<3>{}, rows) == std::vector<float>{3.0f, -3.0f, 1.0f});   // minus the second
    std::swap(rows.others[1], rows.others[2]);
    CHECK(contrasted(layerwise<3>{}, rows) == std::vector<float>{3.0f, -3.0f, 1.0f});   // wherever it stands
    for (float& logit : rows.others[2]) { logit += 100.0f; }   // a constant makes no layer further
    CHECK(contrasted(layerwise<3>{}, rows) == std::vector<float>{-97.0f, -103.0f, -99.0f});
}

TEST_CASE("layerwise: of equal layers the first, and a layer like the last leaves nothing", "[contrast]") {
    CHECK(contrasted(layerwise<2>{}, {.own = {1.0f, 0.0f}, .others = {{{0.0f, 1.0f}, {0.0f, 1.0f}}}}) ==
          std::vector<float>{1.0f, -1.0f});
    CHECK(contrasted(layerwise<1>{}, {.own = {1.0f, 4.0f}, .others = {{{1.0f, 4.0f}}}}) ==
          std::vector<float>{0.0f, 0.0f});
}
