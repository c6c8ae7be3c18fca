// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/comparison.hpp>

namespace evaluation {

/// Says in one plain sentence whether a method differs from the baseline, with the numbers that say so.
///
/// shape   one sentence without the split; `name` is what the method is called in it. Nothing for the baseline itself
/// units   points of accuracy: hundredths
/// errors  none
/// source  verdict_of
std::string sentence_of(comparison const& row, std::string_view name, std::string_view base_name);

/// Says how many comparisons stand together, and how many of them hold for all of them at once.
///
/// shape   one sentence; nothing without a comparison
/// units   comparisons
/// errors  none
/// source  Holm's correction of McNemar's p, at 5 %
std::string multiplicity(std::span<comparison const> rows);

/// Says what the controls say of themselves: how far the seeds of a method lie apart, and whether an identity branch changed nothing.
///
/// shape   a sentence for each method with several seeds, and one for each row whose branches are identities
/// units   percent
/// errors  none
/// source  controls.hpp
std::vector<std::string> control_sentences(std::span<comparison const> rows, std::string_view base_name);

/// A p value in short, as " = 0.012" or " < 0.0001".
///
/// shape   relation and number
/// units   fraction of 1
/// errors  none
/// source  mcnemar
std::string p_value(double p);

}   // namespace evaluation
