// SPDX-License-Identifier: MIT
// expect: no matching|class template argument deduction failed|no viable constructor
#include <causalmm/attention/edit.hpp>
#include <causalmm/intervention/reversed.hpp>

using causalmm::attention::edit;
using causalmm::attention::place;
using causalmm::selection::region;

region const image{.keys = {{35, 611}}}, answer{.queries = {{611, 1024}}};

#if defined(CAUSALMM_MUST_FAIL)
edit const both{causalmm::intervention::reversed{}, image, answer};
#else
edit const one{causalmm::intervention::reversed{}, region{.queries = answer.queries, .keys = image.keys}, place{}};
#endif
