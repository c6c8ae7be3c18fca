// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <evaluation/report/charts.hpp>
#include <evaluation/report/content.hpp>

namespace evaluation::report {

/// The numbers by which charts and cards call the methods, with names and whole method strings.
///
/// shape   one list
/// units   none
/// errors  none
/// source  content
std::string method_list(content const& of, method_names names);

/// How many comparisons say what; then a cell for each method and split.
///
/// shape   a paragraph and a table
/// units   points of accuracy
/// errors  none
/// source  verdict_of
std::string overview(content const& of, method_names names);

/// Every comparison in a sentence, and what the controls and the notes say.
///
/// shape   a list for each split
/// units   points of accuracy
/// errors  none
/// source  sentence.hpp
std::string findings(content const& of, method_names names);

/// All numbers of one split.
///
/// shape   a table that scrolls sideways where it does not fit
/// units   percent with half their 95 % intervals, or intervals in brackets
/// errors  none
/// source  comparison
std::string number_table(content const& of, method_names names, std::size_t split);

/// What the columns of these tables are: on the screen their titles say so, on paper this does.
///
/// shape   one paragraph, printed only
/// units   none
/// errors  none
/// source  number_table
std::string number_legend();

}   // namespace evaluation::report
