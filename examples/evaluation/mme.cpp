// SPDX-License-Identifier: MIT
#include <evaluation/mme.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include <evaluation/answers.hpp>
#include <evaluation/rules/first_four.hpp>
#include <evaluation/text_lines.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;

constexpr std::size_t perception_count = 10;
constexpr std::array<std::string_view, 14> subtask_names = {"existence",
                                                            "count",
                                                            "position",
                                                            "color",
                                                            "posters",
                                                            "celebrity",
                                                            "scene",
                                                            "landmark",
                                                            "artwork",
                                                            "OCR",
                                                            "commonsense_reasoning",
                                                            "numerical_calculation",
                                                            "text_translation",
                                                            "code_reasoning"};
constexpr std::string_view instruction = "Please answer yes or no.";

// The texts of a subtask in the order of their names.
std::vector<fs::path> texts_in(fs::path const& folder) {
    std::vector<fs::path> files;
    std::error_code failure;
    for (auto const& entry : fs::directory_iterator(folder, failure)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    if (failure) throw error(exit_code::no_input, folder.native(), "", "cannot be read: " + failure.message());
    std::sort(files.begin(), files.end());
    return files;
}

// The file name of the picture with this stem.
std::string picture(fs::path const& folder, std::string const& stem) {
    for (std::string const extension : {".jpg", ".png", ".jpeg", ".JPG", ".PNG"}) {
        if (fs::exists(folder / (stem + extension))) return stem + extension;
    }
    throw error(exit_code::no_input, (folder / (stem + ".jpg")).native(), "",
                "the picture of " + stem + ".txt is missing");
}

// The question without MME's own instruction.
std::string_view bare(std::string_view question) {
    if (question.ends_with(instruction)) question.remove_suffix(instruction.size());
    return rules::strip(question);
}

std::string worded(std::string const& text, preset const& words) {
    bool const instead = words.name == presets::llava::name;   // LLaVA's sentence takes the place of MME's
    return std::string(instead ? bare(text) : std::string_view(text)) + std::string(words.suffix);
}

// What an answer is joined by: programs that restore the instruction differ in the space before it.
std::string key_of(std::string const& image, std::string_view question) {
    return fs::path(image).stem().native() + "\t" + std::string(bare(question));
}

std::string one_line(std::string_view answer) {
    std::string text(rules::strip(answer));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

// Sums over fewer subtasks are not those of the literature.
std::string incomplete(std::array<std::size_t, 2> const& summands) {
    constexpr auto all = subtask_names.size();
    return std::to_string(summands[0] + summands[1]) + " of MME's " + std::to_string(all) +
           " subtasks: perception is the sum of " + std::to_string(summands[0]) + " of " +
           std::to_string(perception_count) + ", cognition of " + std::to_string(summands[1]) + " of " +
           std::to_string(all - perception_count);
}

bool label(std::string_view text, std::string const& where) {
    if (text != "Yes" && text != "No")
        throw error(exit_code::bad_data, where, "answer", "expected Yes or No, found " + llava::io::quote(text));
    return text == "Yes";
}

}   // namespace

mme::mme(fs::path folder, reading const& how) : folder_(std::move(folder)) {
    if (!fs::is_directory(folder_)) throw error(exit_code::no_input, folder_.native(), "", "is not a folder");
    for (auto const sub : subtask_names) {
        if (fs::is_directory(folder_ / sub)) read_subtask(std::string(sub), how);
    }
    require_questions(questions_, folder_);
}

void mme::read_subtask(std::string const& sub, reading const& how) {
    bool const nested = fs::is_directory(folder_ / sub / "questions_answers_YN");
    std::string const pictures = nested ? sub + "/images" : sub;
    subtasks_.push_back({.name = sub, .begin = questions_.size(), .end = 0});
    for (auto const& file : texts_in(nested ? folder_ / sub / "questions_answers_YN" : folder_ / sub)) {
        auto const image = pictures + "/" + picture(folder_ / pictures, file.stem().native());
        std::size_t count = 0;
        for (auto const& [line, where] : text_lines(file)) {
            auto const fields = split_tabs(line, 2, where);
            questions_.push_back({.id = static_cast<std::int64_t>(questions_.size()) + 1,
                                  .image = image,
                                  .text = fields[0],
                                  .prompt = worded(fields[0], how.words),
                                  .label_is_yes = label(fields[1], where),
                                  .where = where});
            ++count;
        }
        if (count != 2)
            throw error(exit_code::bad_data, file.native(), "", "expected 2 lines, found " + std::to_string(count));
    }
    subtasks_.back().end = questions_.size();
}

std::vector<std::string> mme::read_answers(fs::path const& folder, std::size_t wanted) const {
    answer_sheet sheet(questions_, folder);
    for (auto const& sub : subtasks_) {
        if (sub.begin >= wanted) break;
        std::map<std::string, std::deque<std::size_t>> places;
        for (auto i = sub.begin; i < sub.end; ++i) places[key_of(questions_[i].image, questions_[i].text)].push_back(i);
        for (auto const& [line, where] : text_lines(folder / (sub.name + ".txt"))) {
            auto const fields = split_tabs(line, 4, where);
            auto& left = places[key_of(fields[0], fields[1])];
            if (left.empty())
                throw error(exit_code::bad_data, where, "question",
                            llava::io::quote(fields[0] + ": " + fields[1]) + " is not asked, or was given before");
            sheet.fill(left.front(), line.substr(line.rfind('\t') + 1));   // white space before it counts for the rule
            left.pop_front();
        }
    }
    return std::move(sheet).first(std::min(wanted, questions_.size()));
}

std::vector<result_file> mme::files(std::span<std::string const> answers, std::string_view /*model_id*/) const {
    std::vector<result_file> files;
    for (auto const& sub : subtasks_) {
        result_file file{.name = ".results/" + sub.name + ".txt", .text = ""};
        for (auto i = sub.begin; i < std::min(sub.end, answers.size()); ++i) {
            auto const& q = questions_[i];
            file.text += fs::path(q.image).filename().native() + "\t" + q.text + "\t" +
                         (q.label_is_yes ? "Yes" : "No") + "\t" + one_line(answers[i]) + "\n";
        }
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<std::string_view> mme::rules() const { return {rules::first_four::name}; }

result mme::score(std::span<std::string const> answers, std::string_view rule) const {
    result found{.rule = std::string(rule),
                 .columns = {{"acc", "acc"}, {"acc+", "acc_plus"}, {"score", "score", false}}};
    mark<rules::first_four>(found, questions_, answers);
    std::array<double, 2> sums = {0, 0};   // of perception, of cognition
    std::array<std::size_t, 2> summands = {0, 0};
    for (auto const& sub : subtasks_) {
        double right = 0, both = 0, pictures = 0;
        for (auto i = sub.begin; i + 1 < std::min(sub.end, answers.size()); i += 2) {
            pictures += 1;
            right += (found.right[i] ? 1 : 0) + (found.right[i + 1] ? 1 : 0);
            both += found.right[i] && found.right[i + 1] ? 1 : 0;
        }
        if (!(pictures > 0)) continue;
        double const acc = right / (2 * pictures), plus = both / pictures;
        found.rows.push_back({.group = sub.name, .values = {acc, plus, 100 * acc + 100 * plus}});
        auto const at = std::find(subtask_names.begin(), subtask_names.end(), sub.name) - subtask_names.begin();
        std::size_t const kind = static_cast<std::size_t>(at) < perception_count ? 0 : 1;
        sums[kind] += 100 * acc + 100 * plus;
        ++summands[kind];
    }
    if (summands[0] > 0) found.rows.push_back({.group = "perception", .values = {std::nullopt, std::nullopt, sums[0]}});
    if (summands[1] > 0) found.rows.push_back({.group = "cognition", .values = {std::nullopt, std::nullopt, sums[1]}});
    if (summands[0] + summands[1] < subtask_names.size()) found.notes.push_back(incomplete(summands));
    if (answers.size() % 2 == 1) found.notes.push_back("the last answer has no second beside it and is left out");
    return found;
}

}   // namespace evaluation
