// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <evaluation/presets.hpp>
#include <evaluation/question.hpp>
#include <evaluation/result.hpp>

namespace evaluation {

/// How a benchmark's questions are to be read.
///
/// shape   plain data; a benchmark for which one of these means nothing leaves it aside
/// units   none
/// errors  none
/// source  command line
struct reading {
    preset words;        // pope, mme
    std::string style;   // vlind: which counterfactual pictures; all if empty
};

/// A file in the form that a benchmark's own scorer reads.
///
/// shape   the name goes behind that of the task and method: ".answers.jsonl", ".results/count.txt"
/// units   bytes
/// errors  none
/// source  the benchmark's scorer
struct result_file {
    std::string name;
    std::string text;
};

/// A benchmark whose files were read and checked: its questions, and what is made of the answers to them.
///
/// A derived class has besides: name, longest_answer (in tokens), a constructor (file, reading), and its line in benchmark_list.
///
/// shape   answers are those to the first questions, in order; fewer than all after --limit
/// units   none
/// errors  the constructor and read_answers: llava::io::error (bad_data) naming file, place and field, no_input if a file cannot be read
/// source  evaluation.md 1.8
class benchmark {
  public:
    static constexpr auto every = std::numeric_limits<std::size_t>::max();

    virtual ~benchmark() = default;
    std::vector<question> const& questions() const noexcept { return questions_; }

    /// The folder of the pictures, if the benchmark's own layout says where they are.
    virtual std::filesystem::path images() const { return {}; }

    /// Reads what files() writes, or another program wrote in that form.
    virtual std::vector<std::string> read_answers(std::filesystem::path const& file, std::size_t wanted) const = 0;

    virtual std::vector<result_file> files(std::span<std::string const> answers, std::string_view model_id) const = 0;

    /// The ways in which its answers can be read; the first is used if none is asked for.
    virtual std::vector<std::string_view> rules() const = 0;
    virtual result score(std::span<std::string const> answers, std::string_view rule) const = 0;

  protected:
    benchmark() = default;
    std::vector<question> questions_;
};

/// The rule of that name; the benchmark's own if none is named.
///
/// shape   one of the benchmark's rules
/// units   none
/// errors  llava::io::error (usage) listing them
/// source  --rule
std::string_view find_rule(benchmark const& of, std::string_view name);

}   // namespace evaluation
