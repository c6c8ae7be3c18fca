// SPDX-License-Identifier: MIT
// Answers to POPE with their margins: questions, the labels of a category, answers as a run keeps them, margins.
#include <evaluation/score.hpp>

#include <cmath>

#include <llava/io/json.hpp>

#include "fuzz.hpp"
#include "output.hpp"

namespace {

using fuzz::require;

// Every number is a share, a rate or a count; where there is none stands null.
void check_numbers(nlohmann::json const& value) {
    if (value.is_number())
        return require(std::isfinite(value.get<double>()) && value.get<double>() >= 0, "scores are finite");
    if (value.is_structured()) {
        for (auto const& each : value) check_numbers(each);
    }
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 4);
    evaluation::score_options options;
    options.benchmark = "pope";
    options.questions = folder.write("q.jsonl", files[0]);
    folder.write("coco_pope_random.json", files[1]);
    options.answers = folder.write("a.jsonl", files[2]);
    if (!files[3].empty()) options.margins = folder.write("m.jsonl", files[3]);
    options.format = "json";
    fuzz::output const printed;
    if (!fuzz::accepts([&] { evaluation::score(options); }))
        return require(printed.empty(), "what is refused prints nothing");
    auto const text = printed.text();
    require(fuzz::accepts([&] { check_numbers(llava::io::json_document::parse(text, "scores")->root().value()); }),
            "scores are JSON");
}

std::vector<std::string> seeds() {
    std::string const asked = R"({"question_id":1,"image":"a.png","text":"A dog?","label":"yes"})"
                              "\n"
                              R"({"question_id":2,"image":"a.png","text":"A cat?","label":"no"})";
    std::string const answers = "{\"question_id\":2,\"text\":\"No\"}\n{\"question_id\":1,\"text\":\"Yes, \\u00e9\"}\n";
    return {
        fuzz::joined({asked, "-", answers, "{\"question_id\":1,\"margin\":2.5}\n{\"question_id\":2,\"margin\":null}"}),
        fuzz::joined({R"({"question_id":1,"image":"a.png","text":"A dog? Answer.","category":"random"})"
                      "\n"
                      R"({"question_id":2,"image":"b.png","text":"A cat?","category":"random"})",
                      R"([{"image":"a.png","text":"A dog?","label":"yes"},)"
                      R"({"image":"b.png","text":"A cat?","label":"no"}])",
                      answers}),
        fuzz::joined(
            {asked, "-", "{\"question\":\"A dog?\",\"answer\":\"yes\"}\n{\"question\":\"A cat?\",\"answer\":\"\"}"})};
}

fuzz::target const here("score", run, seeds);

}   // namespace
