// SPDX-License-Identifier: MIT
#include <evaluation/amber.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <evaluation/answers.hpp>
#include <evaluation/json_file.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/rules/bare.hpp>
#include <evaluation/rules/words.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::json_field;
using rules::verdict;

// The annotations lie in the folder of the questions or in the one above, as in the published repository.
fs::path annotations_of(fs::path const& file) {
    auto const beside = file.parent_path() / "annotations.json";
    if (fs::exists(beside)) return beside;
    auto const folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    return folder / ".." / "annotations.json";
}

bool truth_of(json_field const& annotation) {
    auto const field = annotation.at("truth");
    auto const& text = field.text(64);
    if (text != "yes" && text != "no") field.fail("expected \"yes\" or \"no\", found " + llava::io::quote(text));
    return text == "yes";
}

std::string response_of(std::string const& answer) {
    auto const read = rules::words::read(answer, true);
    if (read == verdict::neither) return std::string(rules::strip(answer));
    return read == verdict::yes ? "Yes" : "No";
}

// As Python's round(share * 100, 1) / 100.
double rounded(double share) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f", share * 100);
    return std::strtod(text, nullptr) / 100;
}

// The scorer's counters.
struct counter {
    static constexpr double begin = 0.001;
    double right = 0, asked = begin;
    double denied_right = 0, denied = begin;   // answers "No"
    double absent_right = 0, absent = begin;   // questions with truth no

    void add(bool label_is_yes, verdict answer) {
        bool const no = answer == verdict::no;
        asked += 1;
        right += answer == (label_is_yes ? verdict::yes : verdict::no) ? 1 : 0;
        denied += no ? 1 : 0;
        denied_right += no && !label_is_yes ? 1 : 0;
        absent += label_is_yes ? 0 : 1;
        absent_right += no && !label_is_yes ? 1 : 0;
    }

    result::row row(std::string group, double in_f1) const {
        double const precision = rounded(denied_right / denied), recall = rounded(absent_right / absent);
        double const f1 = 2 * precision * recall / (precision + recall + in_f1);
        return {.group = std::move(group), .values = {rounded(right / asked), precision, recall, rounded(f1)}};
    }
};

}   // namespace

amber::amber(fs::path const& file, reading const& /*how*/) {
    auto const document = llava::io::json_document::read(file);
    auto const truths = llava::io::json_document::read(annotations_of(file));
    auto const annotations = truths->root().array();
    auto const root = document->root().array();
    unique_ids ids(1);
    for (std::size_t i = 0; i < root.size(); ++i) {
        auto const object = root.at(i);
        auto const id = object.at("id");
        auto const number = ids.take(id);
        auto const annotation = annotations.at(static_cast<std::size_t>(number) - 1);
        if (annotation.at("id").integer() != number) annotation.at("id").fail("expected " + std::to_string(number));
        auto const& type = annotation.at("type").text(256);
        if (type == "generative") id.fail("is a generative question, which is not scored here");
        auto const& query = object.at("query").text();
        questions_.push_back(asked_in(object, number, image_name(object.at("image")), query, truth::yes_or_no));
        questions_.back().label_is_yes = truth_of(annotation);
        // The scorer counts every type that it does not know as a relation.
        dimensions_.push_back(type == "discriminative-attribute-state"    ? dimension::state
                              : type == "discriminative-attribute-number" ? dimension::number
                              : type == "discriminative-attribute-action" ? dimension::action
                              : type == "discriminative-hallucination"    ? dimension::existence
                                                                          : dimension::relation);
    }
    require_questions(questions_, file);
}

std::vector<std::string> amber::read_answers(fs::path const& file, std::size_t wanted) const {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    answer_sheet sheet(questions_, file);
    for (std::size_t i = 0; i < root.size(); ++i) sheet.put(root.at(i).at("id"), root.at(i).at("response").text());
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> amber::files(std::span<std::string const> answers, std::string_view /*model_id*/) const {
    std::string text = "[";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        text += (i == 0 ? "\n" : ",\n") + ("{\"id\": " + std::to_string(questions_[i].id)) +
                ", \"response\": " + json_string(response_of(answers[i])) + "}";
    }
    return {{.name = ".amber.json", .text = text + "\n]\n"}};
}

std::vector<std::string_view> amber::rules() const { return {rules::words::name, rules::bare::name}; }

result amber::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{.rule = std::string(rule),
                 .columns = {{"accuracy", "accuracy"}, {"precision", "precision"}, {"recall", "recall"}, {"F1", "f1"}},
                 .notes = {"the positive class is \"No\""}};
    counter all, attribute, of[5];
    for (std::size_t i = 0; i < answers.size(); ++i) {
        bool const label = questions_[i].label_is_yes;
        auto const read =
            rule == rules::bare::name ? rules::bare::read(answers[i], label) : rules::words::read(answers[i], label);
        found.unparseable += read == verdict::neither ? 1 : 0;
        found.right.push_back(read == (label ? verdict::yes : verdict::no));
        all.add(label, read);
        of[static_cast<std::size_t>(dimensions_[i])].add(label, read);
        if (dimensions_[i] < dimension::existence) attribute.add(label, read);
    }
    constexpr double in_f1 = 0.0001, in_f1_of_existence = 0.001;
    auto const add = [&](std::string const& group, counter const& c, double slack) {
        if (c.asked > 0.5) found.rows.push_back(c.row(group, slack));
    };
    add("all", all, in_f1);
    add("existence", of[3], in_f1_of_existence);
    // The scorer adds three counters that begin at .001 each.
    attribute.asked += 2 * counter::begin;
    attribute.denied += 2 * counter::begin;
    attribute.absent += 2 * counter::begin;
    add("attribute", attribute, in_f1);
    add("state", of[0], in_f1);
    add("number", of[1], in_f1);
    add("action", of[2], in_f1);
    add("relation", of[4], in_f1);
    return found;
}

}   // namespace evaluation
