// SPDX-License-Identifier: MIT
#include <evaluation/hallusion.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <evaluation/answers.hpp>
#include <evaluation/json_file.hpp>
#include <evaluation/rules/words.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::json_field;
using rules::verdict;

bool label(json_field const& field) {
    auto const text = text_or_integer(field);
    if (text != "0" && text != "1") field.fail("expected \"0\" or \"1\", found " + llava::io::quote(text));
    return text == "1";
}

bool is_vd(json_field const& field) {
    auto const& text = field.text(64);
    if (text != "VD" && text != "VS") field.fail("expected \"VD\" or \"VS\", found " + llava::io::quote(text));
    return text == "VD";
}

// Shares of groups that are right throughout.
class groups {
  public:
    void add(std::string const& name, bool right) {
        auto const [group, is_new] = right_.emplace(name, right);
        if (!is_new) group->second = group->second && right;
    }
    std::optional<double> share() const {
        if (right_.empty()) return std::nullopt;
        auto const count = std::count_if(right_.begin(), right_.end(), [](auto const& group) { return group.second; });
        return static_cast<double>(count) / static_cast<double>(right_.size());
    }

  private:
    std::map<std::string, bool> right_;
};

struct accuracies {
    groups questions, figures, sets;
};

}   // namespace

hallusion::hallusion(std::filesystem::path const& file, reading const& /*how*/) : file_(file) {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    std::set<std::string> seen;
    for (std::size_t i = 0; i < root.size(); ++i) {
        auto const object = root.at(i);
        auto const part = [&](std::string_view key) { return text_or_integer(object.at(key)); };
        bool const vd = is_vd(object.at("category"));
        auto const set = object.at("category").text() + "_" + part("subcategory") + "_" + part("set_id") + "_";
        auto const figure = part("figure_id"), question_id = part("question_id");
        if (!seen.insert(set + figure + "_" + question_id).second)
            object.at("question_id").fail(question_id + " of this figure was already given");
        auto const filename = object.find("filename");
        auto const& text = object.at("question").text();
        auto image = filename ? image_name(*filename) : std::string();
        questions_.push_back(
            asked_in(object, static_cast<std::int64_t>(i) + 1, std::move(image), text, truth::yes_or_no));
        questions_.back().label_is_yes = label(object.at("gt_answer"));
        places_.push_back(
            {.is_vd = vd, .has_figure = vd || figure != "0", .figure = set + figure, .set = set + question_id});
    }
    require_questions(questions_, file);
}

std::vector<std::string> hallusion::read_answers(std::filesystem::path const& file, std::size_t wanted) const {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    answer_sheet sheet(questions_, file);
    for (std::size_t i = 0; i < std::min(root.size(), wanted); ++i) {
        auto const asked = root.at(i).at("question");
        sheet.put_at(i, asked, root.at(i).at("model_prediction").text());
        if (asked.text() != questions_[i].text) asked.fail("is not the question at this place of the question file");
    }
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> hallusion::files(std::span<std::string const> answers, std::string_view /*model_id*/) const {
    auto array = read_ordered(file_);
    for (std::size_t i = 0; i < answers.size(); ++i)
        array[i]["model_prediction"] = std::string(rules::strip(answers[i]));
    return {{.name = ".HallusionBench_result.json", .text = ascii_json(array)}};
}

std::vector<std::string_view> hallusion::rules() const { return {rules::words::name}; }

result hallusion::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{.rule = std::string(rule),
                 .columns = {{"aAcc", "a_acc"}, {"fAcc", "f_acc"}, {"qAcc", "q_acc"}},
                 .notes = {"read by the words of the answer, not by a judge: not the published numbers"}};
    accuracies all, vd, vs;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        bool const label = questions_[i].label_is_yes;
        auto const& at = places_[i];
        auto const read = rules::words::read(answers[i], label);
        bool const uncertain = read == verdict::neither;
        bool const right = uncertain ? !at.has_figure : read == (label ? verdict::yes : verdict::no);
        found.unparseable += uncertain ? 1 : 0;
        found.right.push_back(right);
        for (auto* const of : {&all, at.is_vd ? &vd : &vs}) {
            of->questions.add(std::to_string(i), right);
            if (at.has_figure) of->figures.add(at.figure, right);
            of->sets.add(at.set, right);
        }
    }
    auto const add = [&](char const* group, accuracies const& of) {
        if (!of.questions.share()) return;
        found.rows.push_back({.group = group, .values = {of.questions.share(), of.figures.share(), of.sets.share()}});
    };
    add("all", all);
    add("VD", vd);
    add("VS", vs);
    return found;
}

}   // namespace evaluation
