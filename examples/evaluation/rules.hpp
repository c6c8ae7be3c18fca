// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <causalmm/core/type_list.hpp>
#include <evaluation/rules/exact.hpp>
#include <evaluation/rules/official.hpp>
#include <evaluation/rules/vcd.hpp>
#include <evaluation/rules/words.hpp>

namespace evaluation {

/// The ways to read a yes/no answer; the command line and the tests walk this list.
///
/// shape   a type_list; each rule has name, neither_is_missed and read(answer, label_is_yes)
/// units   none
/// errors  none
/// source  one header each in rules/
using rule_list = causalmm::type_list<rules::vcd, rules::official, rules::words, rules::exact>;

/// A rule chosen by name at run time.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  rule_list
struct rule {
    std::string_view name;
    bool neither_is_missed = true;   // an unread answer to a yes question counts against recall
    rules::verdict (*read)(std::string_view answer, bool label_is_yes) = nullptr;

    template <class Rule>
    static constexpr rule of() {
        return {Rule::name, Rule::neither_is_missed, &Rule::read};
    }
};

/// The rule of that name.
///
/// shape   one rule
/// units   none
/// errors  llava::io::error (usage) listing the names
/// source  rule_list
rule find_rule(std::string_view name);

}   // namespace evaluation
