// SPDX-License-Identifier: MIT
#include <evaluation/vlind.hpp>

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include <evaluation/answers.hpp>
#include <evaluation/json_file.hpp>
#include <evaluation/rules/true_false.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

constexpr std::int64_t votes_wanted = 2;
constexpr std::string_view only = "Only respond in True or False.";
// The keys of the first six predictions, in the order of the questions.
constexpr std::array<std::string_view, 6> keys = {"a1_image", "a2_image", "b1", "b2", "c1_image", "c2_image"};
constexpr std::array<std::string_view, 2> picture_keys = {"d1", "d2"};

std::vector<std::string> pictures_of(std::string_view style) {
    std::vector<std::string> ids;
    int const first = style == "illustration" ? 4 : style == "cartoon" ? 8 : 0;
    int const count = style.empty() ? 12 : 4;
    if (!style.empty() && style != "photorealistic" && first == 0)
        throw error(exit_code::usage, "", "--style",
                    llava::io::quote(style) + " is unknown (choices: photorealistic, illustration, cartoon)");
    for (int k = first; k < first + count; ++k) ids.push_back(std::to_string(k));
    return ids;
}

std::string about_image(std::string const& statement, std::string_view forget) {
    return "Statement: " + statement + "\nBased on the image, is the given statement true or false? " +
           std::string(forget) + std::string(only);
}

std::string about_sense(std::string const& statement) {
    return "Statement: " + statement + "\nBased on the common sense, is the given statement true or false? " +
           std::string(only);
}

std::string about_context(std::string const& context, std::string const& statement) {
    return "Context: " + context + "\nStatement: " + statement +
           "\nBased on the context, is the given statement true or false? Forget real-world common sense and just "
           "follow the "
           "information provided in the context. " +
           std::string(only);
}

constexpr std::string_view follow_image =
    "Forget real-world common sense and just follow the information provided in the image. ";

std::string there_is(std::string const& noun) { return "There is " + noun + " in the given image."; }

// A text that becomes part of a path.
std::string path_part(json_field const& field) {
    std::string const text = text_or_integer(field);
    if (text.empty() || text.find('\0') != std::string::npos) field.fail("is empty or holds a NUL byte");
    return text;
}

std::string_view word_for(rules::verdict verdict) {
    if (verdict == rules::verdict::yes) return "True";
    return verdict == rules::verdict::no ? "False" : "NA";
}

nlohmann::ordered_json prediction(std::string const& response) {
    return {{"response", response}, {"answer", word_for(rules::true_false::read(response, true))}};
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

}   // namespace

vlind::vlind(fs::path const& file, reading const& how) : file_(file) {
    auto const considered = pictures_of(how.style);
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    for (std::size_t i = 0; i < root.size(); ++i) read_instance(root.at(i), i, considered);
    require_questions(questions_, file);
    auto const parent = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    images_ = fs::is_directory(parent / "images") ? parent / "images" : parent;
}

void vlind::read_instance(json_field const& from, std::size_t index, std::span<std::string const> considered) {
    auto const text = [&](std::string_view key) { return from.at(key).text(); };
    auto const right = text("true_statement"), wrong = text("false_statement");
    auto const there = there_is(text("existent_noun")), absent = there_is(text("non-existent_noun"));
    auto const context = path_part(from.at("context"));
    auto const folder = path_part(from.at("concept")) + "/" + path_part(from.at("context_id")) + "_";
    auto const unusual = "counterfactual/" + folder + context + "/";
    auto const usual = "factual/" + folder + path_part(from.at("factual_context")) + "/0.jpg";
    auto const best = unusual + path_part(from.at("best_img_id")) + ".jpg";
    auto const votes = from.at("aggregated_human_label_good_images").object();
    instance next{.index = index, .first = questions_.size(), .pictures = {}};
    for (auto const& id : considered) {
        if (auto const count = votes.find(id); count && count->integer(0) >= votes_wanted) next.pictures.push_back(id);
    }
    if (next.pictures.empty()) return;
    auto const ask = [&](std::string const& image, std::string const& prompt) {
        questions_.push_back({.id = static_cast<std::int64_t>(questions_.size()) + 1,
                              .image = image,
                              .text = prompt,
                              .prompt = prompt,
                              .label_is_yes = (questions_.size() - next.first) % 2 == 0,
                              .where = place_of(from),
                              .kind = truth::true_or_false});
    };
    // What is true of the counterfactual picture is false by common sense.
    for (auto const& statement : {wrong, right}) ask(usual, about_sense(statement));
    for (auto const& statement : {there, absent}) ask(best, about_image(statement, ""));
    for (auto const& statement : {right, wrong}) ask(best, about_context(context, statement));
    for (auto const& id : next.pictures) {
        for (auto const& statement : {right, wrong}) ask(unusual + id + ".jpg", about_image(statement, follow_image));
    }
    instances_.push_back(std::move(next));
}

std::vector<result_file> vlind::files(std::span<std::string const> answers, std::string_view model_id) const {
    auto array = read_ordered(file_);
    for (auto const& each : instances_) {
        if (each.end() > answers.size()) break;
        auto& object = array[each.index];
        std::string const prefix = std::string(model_id) + "_pred_";
        for (std::size_t k = 0; k < keys.size(); ++k)
            object[prefix + std::string(keys[k])] = prediction(answers[each.first + k]);
        for (std::size_t k = 0; k < picture_keys.size(); ++k) {
            auto& pictures = object[prefix + std::string(picture_keys[k])] = nlohmann::ordered_json::object();
            for (std::size_t p = 0; p < each.pictures.size(); ++p)
                pictures[each.pictures[p]] = prediction(answers[each.first + 6 + 2 * p + k]);
        }
    }
    return {{.name = ".data_" + std::string(model_id) + ".json", .text = ascii_json(array)}};
}

std::vector<std::string> vlind::read_answers(fs::path const& file, std::size_t wanted) const {
    auto const document = llava::io::json_document::read(file);
    auto const root = document->root().array();
    answer_sheet sheet(questions_, file);
    std::optional<std::string> prefix;
    for (auto const& each : instances_) {
        if (each.first >= wanted) break;
        auto const object = root.at(each.index);
        if (!prefix) prefix = prefix_before(object, keys[0]);
        auto const response = [&](json_field const& from) { return from.at("response").text(); };
        for (std::size_t k = 0; k < keys.size(); ++k)
            sheet.fill(each.first + k, response(object.at(*prefix + std::string(keys[k]))));
        for (std::size_t k = 0; k < picture_keys.size(); ++k) {
            auto const pictures = object.at(*prefix + std::string(picture_keys[k]));
            for (std::size_t p = 0; p < each.pictures.size(); ++p)
                sheet.fill(each.first + 6 + 2 * p + k, response(pictures.at(each.pictures[p])));
        }
    }
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<std::string_view> vlind::rules() const { return {rules::true_false::name}; }

result vlind::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{
        .rule = std::string(rule),
        .columns = {{"S_CK", "s_ck"}, {"S_VP", "s_vp"}, {"S_CB", "s_cb"}, {"S_LP", "s_lp"}, {"CB", "cb"}, {"LP", "lp"}},
        .rows = {},
        .right = {},
        .unparseable = 0,
        .notes = {},
        .warnings = {}};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const verdict = rules::true_false::read(answers[i], true);
        found.unparseable += verdict == rules::verdict::neither ? 1 : 0;
        found.right.push_back(verdict == (questions_[i].label_is_yes ? rules::verdict::yes : rules::verdict::no));
    }
    double n = 0, knows = 0, sees = 0, reads = 0, knows_reads = 0, passes = 0, follows = 0, passes_follows = 0;
    std::size_t end = 0;
    for (auto const& each : instances_) {
        if (each.end() > answers.size()) break;
        end = each.end();
        auto const both = [&](std::size_t k) { return found.right[each.first + k] && found.right[each.first + k + 1]; };
        bool const a = both(0), b = both(2), c = both(4);
        double d = 0;
        for (std::size_t p = 0; p < each.pictures.size(); ++p) d += both(6 + 2 * p) ? 1 : 0;
        d /= static_cast<double>(each.pictures.size());
        n += 1;
        knows += a;
        sees += b;
        reads += c;
        knows_reads += a && c;
        passes += a && b && c;
        follows += d;
        passes_follows += a && b && c ? d : 0;
    }
    found.rows.push_back({.group = "all",
                          .values = {ratio(knows, n), ratio(sees, n), ratio(knows_reads, knows),
                                     ratio(passes_follows, passes), ratio(reads, n), ratio(follows, n)}});
    if (!(n > 0 && knows > 0 && passes > 0)) found.notes.push_back("a share of no instances is printed as 0");
    if (end < answers.size()) found.notes.push_back("the last instance was not answered whole and is left out");
    return found;
}

}   // namespace evaluation
