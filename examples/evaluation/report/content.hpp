// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <evaluation/attention_pair.hpp>
#include <evaluation/question.hpp>
#include <evaluation/summary.hpp>
#include <evaluation/table.hpp>

namespace evaluation::report {

/// All that a report shows.
///
/// summary    rows by split, then by method, the baseline first
/// picture    the bytes of a question's picture file, empty if it is not there
/// attention  what a method's branches look at when they answer a question, if the model is at hand
///
/// shape   as many rows as splits times methods
/// units   samples in questions
/// errors  whatever `picture` and `attention` throw
/// source  a finished run
struct content {
    table summary;
    std::vector<std::string> methods;
    std::vector<answered_split> splits;
    std::function<std::string(answered_split const& in, question const& asked)> picture;
    std::function<std::optional<attention_pair>(answered_split const& in, question const& asked,
                                                std::string const& method)>
        attention;
    std::size_t samples = 24;

    comparison const& row(std::size_t split, std::size_t method) const {
        return summary.rows[split * methods.size() + method];
    }
};

}   // namespace evaluation::report
