// SPDX-License-Identifier: MIT
#include <evaluation/score.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <unordered_map>

#include <evaluation/answers.hpp>
#include <evaluation/console.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/scoring.hpp>
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

// Whether a run of this program kept these answers: its lines begin as no benchmark's own form does.
bool is_kept(std::filesystem::path const& file) {
    constexpr std::string_view begin = "{\"question_id\":";
    if (std::filesystem::is_directory(file)) return false;
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    std::string_view const text(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    return text.starts_with(begin);
}

// A margin for each question, NaN where there is none.
std::vector<double> read_margins(std::span<question const> questions, std::filesystem::path const& file) {
    std::unordered_map<std::int64_t, double> margins;
    read_lines(file, [&](json_field const& object, std::size_t) {
        auto const margin = object.find("margin");
        auto const id = object.at("question_id");
        if (!margins.emplace(id.integer(0), margin ? margin->number() : std::nan("")).second)
            id.fail(std::to_string(id.integer()) + " was already given");
    });
    std::vector<double> result;
    for (auto const& q : questions) {
        auto const found = margins.find(q.id);
        if (found == margins.end())
            throw error(exit_code::bad_data, file.native(), "question_id", std::to_string(q.id) + " is missing");
        result.push_back(found->second);
    }
    return result;
}

// What the margins of yes/no questions tell beside the answers; the recall is the answers'.
void add_margins(result& to, std::span<question const> questions, std::filesystem::path const* file) {
    to.columns.push_back({"AUC", "auc"});
    to.columns.push_back({"false-yes", "false_yes_at_recall"});
    for (auto& row : to.rows) row.values.resize(to.columns.size());
    auto& values = to.rows[0].values;
    if (file == nullptr) return;
    auto const labelled = with_labels(questions, read_margins(questions, *file));
    auto const recall =
        std::find_if(to.columns.begin(), to.columns.end(), [](auto const& c) { return c.key == "recall"; });
    auto const at = static_cast<std::size_t>(recall - to.columns.begin());
    values[to.columns.size() - 2] = area_under_curve(labelled);
    values.back() = false_yes_at_recall(labelled, *values[at]);
}

}   // namespace

int score(score_options const& options) {
    auto const kind = find_benchmark(options.benchmark);
    if (options.format != "table" && options.format != "json") {
        throw error(exit_code::usage, "", "--format",
                    llava::io::quote(options.format) + " is unknown (choices: table, json)");
    }
    if (options.margins && kind.name != pope::name) throw error(exit_code::usage, "", "--margins", "fits pope only");
    auto const contents = kind.open(options.questions, options.how);
    auto const rule = find_rule(*contents, options.rule);
    auto const wanted = std::min(contents->questions().size(), options.limit);
    std::span const asked(contents->questions().data(), wanted);
    auto const answers = is_kept(options.answers) ? read_kept_answers(contents->questions(), options.answers, wanted)
                                                  : contents->read_answers(options.answers, wanted);
    auto found = contents->score(answers, rule);
    if (kind.name == pope::name) add_margins(found, asked, options.margins ? &*options.margins : nullptr);
    for (auto const& warning : found.warnings) say("warning: " + warning);
    print(options.format == "json" ? found.json() : found.text());
    return 0;
}

}   // namespace evaluation
