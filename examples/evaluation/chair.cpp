// SPDX-License-Identifier: MIT
#include <evaluation/chair.hpp>

#include <algorithm>
#include <array>

#include <evaluation/answers.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::json_field;

constexpr std::string_view describe = "Please describe this image in detail.";
constexpr std::string_view own_rule = "objects";
// What the original program copies from its input, and fails without.
constexpr std::array<std::string_view, 8> copied = {"Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4",
                                                    "METEOR", "CIDEr",  "SPICE",  "ROUGE_L"};

object_table table_beside(std::filesystem::path const& file) {
    auto const own = file.parent_path() / "synonyms.txt";
    return std::filesystem::exists(own) ? object_table::read(own) : object_table::coco();
}

std::set<std::string> classes_in(json_field const& object, object_table const& table) {
    std::set<std::string> present;
    auto const objects = object.at("objects").array();
    for (std::size_t i = 0; i < objects.size(); ++i) {
        auto const found = table.class_of(objects.at(i).text(256));
        if (found.empty()) objects.at(i).fail(llava::io::quote(objects.at(i).text()) + " is no class of the table");
        present.insert(found);
    }
    auto const captions = object.find("captions");
    for (std::size_t i = 0; captions && i < captions->array().size(); ++i) {
        for (auto const& found : table.mentions(captions->at(i).text())) present.insert(found);
    }
    return present;
}

std::string zeros() {
    std::string text;
    for (auto const key : copied) text += (text.empty() ? "" : ", ") + json_string(key) + ": 0";
    return text;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}   // namespace

chair::chair(std::filesystem::path const& file, reading const& /*how*/) : table_(table_beside(file)) {
    unique_ids ids;
    read_rows(file, [&](json_field const& object) {
        auto const id = ids.take(object.at("image_id"));
        auto const asked = object.find("text");
        auto const text = asked ? asked->text() : std::string(describe);
        questions_.push_back(asked_in(object, id, image_name(object.at("image")), text, truth::text));
        present_.push_back(classes_in(object, table_));
    });
    require_questions(questions_, file);
}

std::vector<std::string> chair::read_answers(std::filesystem::path const& file, std::size_t wanted) const {
    answer_sheet sheet(questions_, file);
    read_lines(file, [&](json_field const& object, std::size_t) {
        sheet.put(object.at("image_id"), object.at("caption").text());
    });
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> chair::files(std::span<std::string const> answers, std::string_view /*model_id*/) const {
    std::string lines, entries;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const id = std::to_string(questions_[i].id);
        auto const pair = "\"image_id\": " + id + ", \"caption\": " + json_string(rules::strip(answers[i]));
        lines += "{" + pair + "}\n";
        entries += (i == 0 ? "\n" : ",\n") + json_string(id) + ": {" + pair + ", " + zeros() + "}";
    }
    return {
        {.name = ".captions.jsonl", .text = lines},
        {.name = ".imgToEval.json", .text = "{\"overall\": {" + zeros() + "}, \"imgToEval\": {" + entries + "\n}}\n"}};
}

std::vector<std::string_view> chair::rules() const { return {own_rule}; }

result chair::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{.rule = std::string(rule),
                 .columns = {{"CHAIRs", "chair_s"}, {"CHAIRi", "chair_i"}, {"recall", "recall"}}};
    double captions = 0, absent_captions = 0, mentions = 0, absent_mentions = 0, named = 0, present = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const said = table_.mentions(answers[i]);
        double absent = 0;
        std::set<std::string> right;
        for (auto const& each : said) {
            if (present_[i].contains(each))
                right.insert(each);
            else
                absent += 1;
        }
        captions += 1;
        absent_captions += absent > 0 ? 1 : 0;
        mentions += static_cast<double>(said.size());
        absent_mentions += absent;
        named += static_cast<double>(right.size());
        present += static_cast<double>(present_[i].size());
        found.right.push_back(!(absent > 0));
        found.unparseable += said.empty() ? 1 : 0;
    }
    found.rows.push_back(
        {.group = "all",
         .values = {ratio(absent_captions, captions), ratio(absent_mentions, mentions), ratio(named, present)}});
    if (!(mentions > 0)) found.notes.push_back("CHAIRi is 0/0, printed as 0: no caption names an object");
    if (!(present > 0)) found.notes.push_back("recall is 0/0, printed as 0: no picture has an object");
    return found;
}

}   // namespace evaluation
