// SPDX-License-Identifier: MIT
// expect: could not convert|no viable conversion|no match|no known conversion
#include <array>
#include <span>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode/step.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling/greedy.hpp>
#include <causalmm/sampling/pipeline.hpp>

namespace sampling = causalmm::sampling;
using row = std::span<float const>;
using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                    sampling::pipeline<sampling::greedy>>;

#if defined(CAUSALMM_MUST_FAIL)
using rows = std::array<row, 1>;
#else
using rows = std::array<row, 2>;
#endif

causalmm::result<causalmm::decode::token> next(step const& two, row factual, rows const& counterfactual,
                                               std::span<sampling::candidate> scratch) {
    return two(factual, counterfactual, {}, scratch);
}
