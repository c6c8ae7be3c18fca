// SPDX-License-Identifier: MIT
#include <evaluation/job.hpp>

#include <cmath>
#include <limits>

#include <evaluation/answers.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

// Checks that line n answers question n: only a prefix can be continued.
void require_place(task const& split, std::int64_t id, std::filesystem::path const& file, std::size_t line) {
    auto const name = line_name(file, line);
    if (line > split.questions.size())
        throw error(exit_code::bad_data, name, "question_id", "there are more lines than questions");
    auto const expected = split.questions[line - 1].id;
    if (id == expected) return;
    throw error(exit_code::bad_data, name, "question_id",
                "expected " + std::to_string(expected) + ", found " + std::to_string(id));
}

struct side {
    std::vector<double> values;
    std::size_t end = 0;   // of the last value's line
};

// The first `count` values of a side file.
side load_side(store const& from, task const& split, std::string_view key, std::size_t count) {
    side result;
    read_lines(from.text(), from.file(), [&](json_field const& object, std::size_t line) {
        require_place(split, object.at("question_id").integer(), from.file(), line);
        auto const value = object.find(key);
        result.values.push_back(value ? value->number() : std::numeric_limits<double>::quiet_NaN());
    });
    if (result.values.size() < count) {
        throw error(
            exit_code::bad_data, from.file().native(), "",
            "holds " + std::to_string(result.values.size()) + " records for " + std::to_string(count) + " answers");
    }
    for (std::size_t i = 0; i < count; ++i) result.end = from.text().find('\n', result.end) + 1;
    result.values.resize(count);
    return result;
}

std::int64_t count_of(double number) { return number >= 0 && number < 1e9 ? static_cast<std::int64_t>(number) : 0; }

std::string side_start(std::int64_t id) { return "{\"question_id\":" + std::to_string(id); }

std::string margin_line(std::int64_t id, reply const& answer) {
    return side_start(id) + ",\"margin\":" + json_number(answer.margin) + "}\n";
}

std::string cost_line(std::int64_t id, reply const& answer) {
    return side_start(id) + ",\"seconds\":" + json_number(answer.seconds) +
           ",\"needed\":" + std::to_string(answer.needed) + ",\"skipped\":" + std::to_string(answer.skipped) + "}\n";
}

}   // namespace

namespace {

/// The header's path. Records without one were begun by somebody else: refused before any file is opened.
std::filesystem::path own_header(std::filesystem::path const& folder, std::string const& name, bool overwrite) {
    std::filesystem::path header = folder / (name + ".run.json");
    if (overwrite || std::filesystem::exists(header)) return header;
    for (std::string const kind : {".answers.jsonl", ".margins.jsonl"}) {
        std::filesystem::path const file = folder / (name + kind);
        std::error_code absent;
        if (std::filesystem::file_size(file, absent) > 0 && !absent) {
            throw error(exit_code::cannot_create, file.native(), "",
                        "exists, but not the " + header.filename().native() +
                            " it was begun with; choose another --out, or --overwrite");
        }
    }
    return header;
}

}   // namespace

job::job(plan wanted, std::filesystem::path const& folder, bool overwrite)
    : plan_(std::move(wanted)),
      name_(file_name_of(plan_.split->split) + "@" + file_name_of(plan_.method)),
      header_(own_header(folder, name_, overwrite)),
      answers_(folder / (name_ + ".answers.jsonl")),
      margins_(folder / (name_ + ".margins.jsonl")),
      costs_(folder / (name_ + ".costs.jsonl")),
      is_new_(answers_.text().empty() && margins_.text().empty()) {
    if (overwrite || is_new_) return;
    plan_.header.require_equal(header_);
    load();
}

void job::load() {
    read_lines(answers_.text(), answers_.file(), [&](json_field const& object, std::size_t line) {
        auto answer = read_answer(object);
        require_place(*plan_.split, answer.id, answers_.file(), line);
        replies_.push_back({.text = std::move(answer.text)});
    });
    auto const margins = load_side(margins_, *plan_.split, "margin", replies_.size());
    auto const costs = load_side(costs_, *plan_.split, "seconds", replies_.size());
    auto const needed = load_side(costs_, *plan_.split, "needed", replies_.size());
    auto const skipped = load_side(costs_, *plan_.split, "skipped", replies_.size());
    for (std::size_t i = 0; i < replies_.size(); ++i) {
        replies_[i].margin = static_cast<float>(margins.values[i]);
        replies_[i].seconds = costs.values[i];
        replies_[i].needed = count_of(needed.values[i]);
        replies_[i].skipped = count_of(skipped.values[i]);
    }
    answers_end_ = answers_.text().size();
    margins_end_ = margins.end;
    costs_end_ = costs.end;
}

void job::begin() {
    // A kill in between leaves files that are begun anew or refused, never mixed.
    answers_.keep(answers_end_);
    margins_.keep(margins_end_);
    costs_.keep(costs_end_);
    if (replies_.empty()) plan_.header.write(header_);
}

void job::abandon() {
    if (!is_new_) return;
    for (auto const* file : {&answers_, &margins_, &costs_}) std::filesystem::remove(file->file());
}

void job::append(ordered_work::batch const& batch) {
    auto const& questions = plan_.split->questions;
    for (auto const& [index, answer] : batch) {
        margins_.append(margin_line(questions[index].id, answer));
        costs_.append(cost_line(questions[index].id, answer));
    }
    margins_.sync();
    costs_.sync();
    for (auto const& [index, answer] : batch) {
        answers_.append(answer_line(questions[index], answer.text, plan_.model_id));
        replies_.push_back(answer);
    }
    answers_.sync();
}

}   // namespace evaluation
