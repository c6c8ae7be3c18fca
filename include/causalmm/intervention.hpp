// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/core/type_list.hpp>
#include <causalmm/intervention/chain.hpp>
#include <causalmm/intervention/concepts.hpp>
#include <causalmm/intervention/identity.hpp>
#include <causalmm/intervention/random.hpp>
#include <causalmm/intervention/renormalized.hpp>
#include <causalmm/intervention/reversed.hpp>
#include <causalmm/intervention/shuffled.hpp>
#include <causalmm/intervention/uniform.hpp>

namespace causalmm::intervention {

/// Every intervention the library ships; contract tests, benchmarks and command-line names walk this list.
using list = type_list<identity, uniform, random, reversed, shuffled, renormalized<random>, renormalized<reversed>>;

}   // namespace causalmm::intervention
