// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <evaluation/metrics.hpp>

namespace evaluation {

/// The constant-bias control, question by question: the chance that each is answered rightly when the yes_count questions of largest
/// margin are affirmed, which is what adding one number to every margin can do.
///
/// margins above the threshold say yes, those below no; k of t equal ones at the threshold say yes with chance k / t
///
/// shape   as many chances as margins; 0 <= yes_count <= n
/// units   1 or 0, between them only for margins that tie at the threshold
/// errors  nothing without a question, or with a margin that is not finite
/// source  evaluation.md 3.3; the threshold is taken as given, as the method's yes-rate is
std::optional<std::vector<double>> bias_control(std::span<labelled_margin const> margins, std::int64_t yes_count);

}   // namespace evaluation
