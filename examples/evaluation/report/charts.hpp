// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <evaluation/report/content.hpp>

namespace evaluation::report {

/// What the charts call the methods, how they colour a verdict ("gain", "bias", "loss" or "none"), and the mark that tells it without
/// colour.
///
/// shape   names as content.methods; one character of UTF-8
/// units   none
/// errors  none
/// source  names.hpp, verdict_of
using method_names = std::span<std::string const>;
std::string_view verdict_style(comparison const& row);
std::string_view verdict_mark(comparison const& row);

/// The differences to the baseline of all methods on one split, with their intervals, and those to the biased baseline beneath.
///
/// shape   one picture, the same scale on every split
/// units   points of accuracy
/// errors  none
/// source  comparison
std::string interval_chart(content const& of, method_names names, std::size_t split);

/// How often each method says yes and no, rightly and wrongly, beside the truth.
///
/// shape   one picture; nothing for questions that are not answered by yes or no
/// units   shares of the questions
/// errors  none
/// source  the answers by the summary's rule
std::string distribution_chart(content const& of, method_names names, std::size_t split);

/// The margins of the yes questions and of the no questions: the method's upwards, the baseline's downwards.
///
/// shape   one picture; nothing where the method's margins are the baseline's, or not all known
/// units   questions over logits
/// errors  none
/// source  replies
std::string margin_chart(content const& of, method_names names, std::size_t split, std::size_t method);

/// What each method costs and what it gains.
///
/// shape   one picture; nothing where no cost is known
/// units   points of accuracy over multiples of the baseline's processor time
/// errors  none
/// source  comparison
std::string cost_chart(content const& of, method_names names, std::size_t split);

/// A name that fits a chart.
///
/// shape   at most `longest` bytes of ASCII; a cut one ends in "..."
/// units   bytes
/// errors  none
/// source  none
std::string clipped(std::string_view name, std::size_t longest);

}   // namespace evaluation::report
