// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/question.hpp>
#include <evaluation/table.hpp>

namespace evaluation::report {

/// Where attention rests on a picture.
///
/// shape   values (row, column), rows * columns of them
/// units   attention mass, >= 0; only their ratios are drawn
/// errors  none
/// source  the model
struct attention_map {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values;
};
struct attention_pair {
    attention_map factual;
    attention_map counterfactual;
};

/// The answers of every method to one file of questions.
///
/// shape   replies (method, question); as many questions as replies
/// units   as reply
/// errors  none
/// source  a finished run
struct answered_split {
    std::string name;
    std::vector<question> questions;
    std::vector<std::vector<reply>> replies;
};

/// All that a report shows.
///
/// summary    rows by split, then by method, the baseline first
/// picture    the bytes of a question's picture file, empty if there is none
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
    std::function<std::string(question const& asked)> picture;
    std::function<std::optional<attention_pair>(question const& asked, std::string const& method)> attention;
    std::size_t samples = 24;

    comparison const& row(std::size_t split, std::size_t method) const {
        return summary.rows[split * methods.size() + method];
    }
};

}   // namespace evaluation::report
