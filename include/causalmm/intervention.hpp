// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/intervention/amplified.hpp>
#include <causalmm/intervention/chain.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/intervention/identity.hpp>
#include <causalmm/intervention/interpolated.hpp>
#include <causalmm/intervention/knockout.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/renormalized.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/shuffled.hpp>
#include <causalmm/intervention/tempered.hpp>
#include <causalmm/intervention/uniform.hpp>

namespace causalmm::inline CAUSALMM_ABI::intervention {

namespace detail {

template <class... Left, class... Right>
type_list<Left..., Right...> joined(type_list<Left...>, type_list<Right...>);   // for decltype

}   // namespace detail

/// The interventions that edit a pattern which is there already.
using pattern_list = type_list<identity, uniform, random, reversed, shuffled, renormalized<random>,
                               renormalized<reversed>, interpolated<reversed>>;

/// The interventions on scores: attention that builds its own pattern applies them before the softmax.
using score_list = type_list<knockout, amplified, tempered>;

/// Every intervention the library ships; contract tests, benchmarks and command-line names walk this list.
using list = decltype(detail::joined(pattern_list{}, score_list{}));

}   // namespace causalmm::intervention
