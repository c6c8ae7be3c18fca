// SPDX-License-Identifier: MIT
#include <evaluation/judge.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <evaluation/answers.hpp>
#include <evaluation/benchmarks.hpp>
#include <evaluation/console.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/judge_reply.hpp>
#include <evaluation/judge_request.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/result.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;
using llava::io::json_document;
using llava::io::json_field;

void require(fs::path const& given, char const* option, std::string const& form) {
    if (given.empty()) throw error(exit_code::usage, "", option, "is needed by " + form);
}

// What stands beside each question's id, or image, in a file of lines.
std::map<std::string, std::string> column_of(fs::path const& file, std::string_view key, std::string_view value) {
    std::map<std::string, std::string> column;
    read_lines(file, [&](json_field const& object, std::size_t) {
        auto const field = object.at(key);
        auto const name = field.value().is_number_integer() ? std::to_string(field.integer()) : field.text();
        if (!column.emplace(name, object.at(value).text()).second) field.fail(name + " was already given");
    });
    return column;
}

std::string const& entry(std::map<std::string, std::string> const& column, std::string const& key,
                         fs::path const& file) {
    auto const found = column.find(key);
    if (found != column.end()) return found->second;
    throw error(exit_code::bad_data, file.native(), "", "says nothing about " + llava::io::quote(key));
}

std::string llava_requests(judge_options const& options) {
    require(options.reference, "--reference", options.form);
    require(options.context, "--context", options.form);
    llava_bench const asked(options.questions);
    auto const second = read_kept_answers(asked.questions(), options.answers, asked.questions().size());
    auto const first = read_kept_answers(asked.questions(), options.reference, asked.questions().size());
    auto const captions = column_of(options.context, "image", "caption");
    auto const categories = column_of(options.questions, "question_id", "category");
    auto const document = json_document::read(options.instructions);
    std::string lines;
    for (std::size_t i = 0; i < asked.questions().size(); ++i) {
        auto const& q = asked.questions()[i];
        auto const id = std::to_string(q.id);
        auto const rule = document->root().at("llava_bench_" + categories.at(id));
        auto const& role = rule.at("role").text();
        auto const answer = [&](std::string const& text) {
            return "[" + role + "]\n" + text + "\n\n[End of " + role + "]\n\n";
        };
        lines += request_line({.id = id,
                               .judge = options.judge,
                               .prompt = "[Context]\n" + entry(captions, q.image, options.context) +
                                         "\n\n[Question]\n" + q.text + "\n\n" + answer(first[i]) + answer(second[i]) +
                                         "[System]\n" + rule.at("prompt").text() + "\n\n",
                               .image = {}});
    }
    return lines;
}

std::string mmhal_requests(judge_options const& options) {
    mmhal const asked(options.questions);
    auto const answers = read_kept_answers(asked.questions(), options.answers, asked.questions().size());
    auto const document = json_document::read(options.questions);
    std::string lines;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const object = document->root().at(i);
        std::string content;
        auto const parts = object.at("image_content").array();
        for (std::size_t k = 0; k < parts.size(); ++k) content += (k == 0 ? "" : ", ") + parts.at(k).text();
        auto const prompt = filled(options.instructions, {{"image_content", content},
                                                          {"question", asked.questions()[i].text},
                                                          {"gt_answer", object.at("gt_answer").text()},
                                                          {"model_answer", answers[i]}});
        lines += request_line(
            {.id = std::to_string(asked.questions()[i].id), .judge = options.judge, .prompt = prompt, .image = {}});
    }
    return lines;
}

std::string aided_requests(judge_options const& options) {
    require(options.reference, "--reference", options.form);
    chair const asked(options.questions);
    image_folder const images(options.images);
    auto const second = read_kept_answers(asked.questions(), options.answers, asked.questions().size());
    auto const first = read_kept_answers(asked.questions(), options.reference, asked.questions().size());
    std::string lines;
    for (std::size_t i = 0; i < second.size(); ++i) {
        auto const& q = asked.questions()[i];
        auto const prompt =
            filled(options.instructions, {{"question", q.text}, {"answer1", first[i]}, {"answer2", second[i]}});
        lines += request_line({.id = std::to_string(q.id),
                               .judge = options.judge,
                               .prompt = prompt,
                               .image = images.find(q.image, q.where)});
    }
    return lines;
}

struct form {
    std::string_view name;
    std::string (*requests)(judge_options const&);
    result (*scores)(judge_options const&);
};

result llava_scores(judge_options const& options) {
    return score_pairs(options.replies, column_of(options.questions, "question_id", "category"));
}

result mmhal_scores(judge_options const& options) { return score_ratings(options.replies); }
result aided_scores(judge_options const& options) { return score_aspects(options.replies); }

constexpr std::array<form, 3> forms = {{{"llava-bench", llava_requests, llava_scores},
                                        {"mmhal", mmhal_requests, mmhal_scores},
                                        {"gpt-aided", aided_requests, aided_scores}}};

form const& find_form(std::string_view name) {
    auto const found = std::find_if(forms.begin(), forms.end(), [&](form const& f) { return f.name == name; });
    if (found != forms.end()) return *found;
    throw error(exit_code::usage, "", "--form",
                llava::io::quote(name) + " is unknown (choices: llava-bench, mmhal, gpt-aided)");
}

}   // namespace

int judge(judge_options const& options) {
    auto const& by = find_form(options.form);
    if (!options.replies.empty()) {
        print(by.scores(options).text());
        return 0;
    }
    require(options.answers, "--answers", options.form);
    require(options.instructions, "--instructions", options.form);
    require(options.out, "--out", options.form);
    write_whole(options.out, by.requests(options));
    return 0;
}

}   // namespace evaluation
