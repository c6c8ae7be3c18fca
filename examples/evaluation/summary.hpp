// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/question.hpp>
#include <evaluation/rules.hpp>
#include <evaluation/table.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The answers of every method to one file of questions.
///
/// right  whether each text answers its question, by the benchmark's own scorer; empty for yes/no questions, which table.rule reads
///
/// shape   replies (method, question); as many questions as replies of each method, the baseline's first
/// units   as reply
/// errors  none
/// source  a run
struct answered_split {
    std::string name;
    std::vector<question> questions;
    std::vector<std::vector<reply>> replies;
    std::function<std::vector<bool>(std::span<std::string const> texts)> right;
    std::string own_rule = {};   // the rule of `right`
};

/// The scorer of a task's benchmark, if its questions are not answered by yes or no.
///
/// shape   for answered_split::right: empty for yes/no questions; valid while the task lives
/// units   none
/// errors  none
/// source  benchmark::score by its own rule
std::function<std::vector<bool>(std::span<std::string const> texts)> scorer_of(task const& of);

/// The name of the rule by which that scorer reads answers.
///
/// shape   one name
/// units   none
/// errors  none
/// source  benchmark::rules
std::string own_rule_of(task const& of);

/// Whether each answer of a method is right.
///
/// shape   one per question
/// units   none
/// errors  as split.right
/// source  the rule, or split.right where it is given
std::vector<bool> right_answers(answered_split const& split, std::size_t method, rule const& by);

/// Fills a table whose head is written: a row for each split and method, and what is to be noted about it.
///
/// shape   rows by split, then by method
/// units   as comparison
/// errors  llava::io::error (usage) for an unknown rule
/// source  compare, compare_right
void summarize(table& into, std::span<std::string const> methods, std::span<answered_split const> splits);

}   // namespace evaluation
