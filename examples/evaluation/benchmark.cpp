// SPDX-License-Identifier: MIT
#include <evaluation/benchmark.hpp>

#include <llava/io/error.hpp>

namespace evaluation {

std::string_view find_rule(benchmark const& of, std::string_view name) {
    std::string choices;
    auto const rules = of.rules();
    for (auto const rule : rules) {
        if (rule == name) return rule;
        choices += (choices.empty() ? "" : ", ") + std::string(rule);
    }
    if (name.empty()) return rules.front();
    throw llava::io::error(llava::io::exit_code::usage, "", "--rule",
                           llava::io::quote(name) + " is unknown (choices: " + choices + ")");
}

}   // namespace evaluation
