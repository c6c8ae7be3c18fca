// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <evaluation/report/charts.hpp>
#include <evaluation/report/content.hpp>

namespace evaluation::report {

/// Which questions each method answers rightly.
///
/// shape   (split, method, question)
/// units   none
/// errors  as right_answers
/// source  summary.hpp
using verdicts = std::vector<std::vector<std::vector<bool>>>;
verdicts read_answers(content const& of);

/// Questions worth a look: in turn, for each split and method, one that the method corrects and one that it spoils; then such that every
/// method gets wrong.
///
/// shape   at most content.samples places, no question twice, by split and question
/// units   none
/// errors  none
/// source  the answers
struct sample {
    std::size_t split = 0;
    std::size_t question = 0;

    friend auto operator<=>(sample const&, sample const&) = default;
};
std::vector<sample> choose_samples(content const& of, verdicts const& right);

/// The browser of these questions: picture, attention, question and every method's answer, and choices that hide what is not asked for.
///
/// shape   a section; without JavaScript everything is shown; in place of a picture that is not there stands "picture missing"
/// units   margins in logits
/// errors  as content.picture and content.attention
/// source  content
std::string sample_browser(content const& of, method_names names);

}   // namespace evaluation::report
