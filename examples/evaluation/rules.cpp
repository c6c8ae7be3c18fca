// SPDX-License-Identifier: MIT
#include <evaluation/rules.hpp>

#include <evaluation/named.hpp>

namespace evaluation {

rule find_rule(std::string_view name) { return find_named<rule, rule_list>("--rule", name); }

}   // namespace evaluation
