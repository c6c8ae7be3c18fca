// SPDX-License-Identifier: MIT
// What a judge is sent and what it sends back: form, questions, answers, answers of the other model, context, instructions, replies.
#include <evaluation/judge.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include <evaluation/judge_reply.hpp>
#include <evaluation/jsonl.hpp>

#include "examples/evaluation/support.hpp"
#include "fuzz.hpp"
#include "output.hpp"

namespace {

using fuzz::require;
using llava::io::json_field;

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + (text.ends_with('\n') ? 0 : 1);
}

void check_requests(std::filesystem::path const& file, std::string_view questions) {
    std::set<std::string> ids;
    require(fuzz::accepts([&] {
                evaluation::read_lines(file, [&](json_field const& object, std::size_t) {
                    require(ids.insert(object.at("custom_id").text()).second, "a request for each question");
                    auto const body = object.at("body");
                    require(body.at("model").text() == "j" && body.at("temperature").integer() == 0, "to this judge");
                    require(body.at("messages").size() == 1, "of one message");
                });
            }),
            "requests can be read");
    require(!ids.empty() && ids.size() <= questions.size(), "no request without a question");
}

void check_scores(evaluation::result const& found, std::size_t replies, double most) {
    require(found.right.size() <= replies, "no more scores than replies");
    require(found.unparseable >= 0 && static_cast<std::size_t>(found.unparseable) <= replies, "nor more unread ones");
    for (auto const& row : found.rows) {
        require(row.values.size() == found.columns.size(), "a value for each column");
        for (auto const& value : row.values)
            require(!value || (std::isfinite(*value) && *value >= 0 && *value <= most), "scores are finite");
    }
    require(!found.text().empty() && !found.json().empty(), "scores can be printed");
}

void check_replies(std::filesystem::path const& file, std::size_t replies) {
    std::map<std::string, std::string> const categories = {{"0", "conv"}, {"1", "detail"}, {"2", "conv"}};
    fuzz::accepts([&] { check_scores(evaluation::score_pairs(file, categories), replies, HUGE_VAL); });
    fuzz::accepts([&] { check_scores(evaluation::score_ratings(file), replies, 6); });
    fuzz::accepts([&] { check_scores(evaluation::score_aspects(file), replies, HUGE_VAL); });
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 7);
    std::filesystem::create_directories(folder.path() / "images");
    folder.write("images/a.png", support::one_pixel());
    evaluation::judge_options options;
    options.form = files[0];
    options.questions = folder.write("q.json", files[1]);
    options.answers = folder.write("a.jsonl", files[2]);
    options.reference = folder.write("r.jsonl", files[3]);
    options.context = folder.write("c.jsonl", files[4]);
    options.instructions = folder.write("i.txt", files[5]);
    options.images = folder.path() / "images";
    options.judge = "j";
    options.out = folder.path() / "requests.jsonl";
    auto const replies = folder.write("replies.jsonl", files[6]);
    check_replies(replies, lines_of(files[6]));
    std::filesystem::remove(options.out);
    using enum fuzz::exit_code;
    if (fuzz::accepts([&] { evaluation::judge(options); }, {usage, bad_data, no_input}))
        check_requests(options.out, files[1]);
    else
        require(!std::filesystem::exists(options.out), "refused files leave nothing behind");
    options.replies = replies;
    fuzz::output const printed;
    bool const scored = fuzz::accepts([&] { evaluation::judge(options); }, {usage, bad_data, no_input});
    require(scored != printed.empty(), "scores are printed, or none");
}

std::string reply(std::string_view id, std::string_view content) {
    return R"({"custom_id":")" + std::string(id) + R"(","response":{"body":{"choices":[{"message":{"content":")" +
           std::string(content) + "\"}}]}}}\n";
}

std::vector<std::string> seeds() {
    std::string const both = "{\"question_id\":1,\"text\":\"A1\"}\n{\"question_id\":0,\"text\":\"{question}\"}\n";
    return {
        fuzz::joined({"llava-bench",
                      R"({"question_id":0,"image":"a.png","text":"What?","category":"conv"})"
                      "\n"
                      R"({"question_id":1,"image":"a.png","text":"Where?","category":"detail"})",
                      both, both, R"({"image":"a.png","caption":"A dog."})",
                      R"({"llava_bench_conv":{"role":"R","prompt":"P"},"llava_bench_detail":{"role":"","prompt":""}})",
                      reply("0", "8 6\\nAs") + reply("1", "10, 7.5") + reply("2", "none")}),
        fuzz::joined({"llava-bench", R"({"question_id":0,"image":"a.png","text":"?","category":"conv"})", "-", "-", "-",
                      "-", "{\"question_id\":0,\"tuple\":[8,4.5]}\n{\"question_id\":\"1\",\"tuple\":[-1,-1]}"}),
        fuzz::joined({"mmhal",
                      R"([{"image_src":"https://h/a.png","question":"?","image_content":["dog"],"gt_answer":"y"}])",
                      R"({"question_id":1,"text":"A"})", "-", "-", "{image_content}{question}{gt_answer}{model_answer}",
                      reply("1", "Rating: 6") + reply("9", "rating: 2, since") + R"({"custom_id":"3"})"}),
        fuzz::joined({"gpt-aided", R"({"image_id":1,"image":"a.png","objects":["dog"]})",
                      R"({"question_id":1,"text":"A"})", R"({"question_id":1,"text":"B"})", "-",
                      "{ {question} {answer1} {answer2}",
                      reply("1", "Accuracy: 6 8\\nReason: 1\\nDetailedness: 5 7")})};
}

fuzz::target const here("judge", run, seeds);

}   // namespace
