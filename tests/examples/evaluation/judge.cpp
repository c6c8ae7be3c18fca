// SPDX-License-Identifier: MIT
#include <evaluation/judge.hpp>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <evaluation/judge_reply.hpp>
#include <evaluation/judge_request.hpp>

#include "catch.hpp"
#include "support.hpp"

using support::thrown_by;
using support::write_file;

namespace {

std::string reply(std::string const& id, std::string const& content) {
    nlohmann::json const line = {
        {"custom_id", id},
        {"response", {{"status_code", 200}, {"body", {{"choices", {{{"message", {{"content", content}}}}}}}}}}};
    return line.dump() + "\n";
}

// Two questions of LLaVA-Bench with everything that a judge needs.
struct bench {
    support::temporary_folder folder;
    evaluation::judge_options options;

    bench() {
        options.form = "llava-bench";
        options.questions = write_file(
            folder / "q.jsonl", R"({"question_id": 0, "image": "1.jpg", "text": "What?", "category": "conv"})"
                                "\n"
                                R"({"question_id": 1, "image": "1.jpg", "text": "Where?", "category": "detail"})");
        options.context = write_file(folder / "c.jsonl", R"({"id": "1", "image": "1.jpg", "caption": "A dog."})");
        options.reference = write_file(folder / "r.jsonl",
                                       "{\"question_id\":0,\"text\":\"R0\"}\n{\"question_id\":1,\"text\":\"R1\"}\n");
        options.answers = write_file(folder / "a.jsonl",
                                     "{\"question_id\":1,\"text\":\"A1\"}\n{\"question_id\":0,\"text\":\"A0\"}\n");
        options.instructions = write_file(folder / "rule.json",
                                          R"({"llava_bench_conv": {"role": "Assistant", "prompt": "Rate them."},
                                              "llava_bench_detail": {"role": "Helper", "prompt": "Rate both."}})");
        options.out = folder / "requests.jsonl";
    }
};

}   // namespace

TEST_CASE("judge: LLaVA-Bench's request has context, question and both answers", "[evaluation]") {
    bench const b;
    REQUIRE(evaluation::judge(b.options) == 0);
    auto const text = support::read_file(b.options.out);
    auto const first = nlohmann::json::parse(text.substr(0, text.find('\n')));
    CHECK(first["custom_id"] == "0");
    CHECK(first["body"]["model"] == "gpt-4-0314");
    CHECK(first["body"]["messages"][0]["content"] ==
          "[Context]\nA dog.\n\n[Question]\nWhat?\n\n[Assistant]\nR0\n\n[End of Assistant]\n\n[Assistant]\nA0\n\n"
          "[End of Assistant]\n\n[System]\nRate them.\n\n");
    CHECK_THAT(text, Catch::Contains("[Helper]\\nA1"));
    auto options = b.options;
    options.context.clear();
    CHECK(thrown_by([&] { evaluation::judge(options); }).what == "--context: is needed by llava-bench");
    options.form = "vote";
    CHECK(thrown_by([&] { evaluation::judge(options); }).code == 64);
}

TEST_CASE("judge: two scores in the first line, relative by category", "[evaluation]") {
    bench const b;
    std::map<std::string, std::string> const categories = {{"0", "conv"}, {"1", "detail"}, {"2", "conv"}};
    auto const file = write_file(b.folder / "replies.jsonl", reply("0", "8 6\nThe second ...") +
                                                                 reply("1", "10, 7.5\n") + reply("2", "both are good"));
    auto const found = evaluation::score_pairs(file, categories);
    REQUIRE(found.rows.size() == 3);
    CHECK(found.unparseable == 1);
    CHECK(found.rows[0].group == "all");
    CHECK(*found.rows[0].values[0] == Approx(100 * 13.5 / 18).epsilon(1e-12));
    CHECK(*found.rows[1].values[0] == Approx(75).epsilon(1e-12));
    CHECK(*found.rows[1].values[1] == Approx(80).epsilon(1e-12));
    CHECK(*found.rows[2].values[2] == Approx(75).epsilon(1e-12));
    auto const reviews =
        write_file(b.folder / "reviews.jsonl",
                   "{\"question_id\": 0, \"category\": \"llava_bench_conv\", \"tuple\": [8, 4]}\n"
                   "{\"question_id\": 1, \"category\": \"llava_bench_detail\", \"tuple\": [-1, -1]}\n");
    auto const reviewed = evaluation::score_pairs(reviews, categories);
    CHECK(*reviewed.rows[0].values[0] == Approx(50).epsilon(1e-12));
    CHECK(reviewed.unparseable == 1);
    CHECK(thrown_by([&] { evaluation::score_pairs(write_file(file, reply("7", "1 2")), categories); }).what ==
          "replies.jsonl line 1: custom_id: \"7\" is not in the question file");
    auto options = b.options;
    options.replies = write_file(file, reply("0", "8 6") + reply("1", "4 4"));
    CHECK_THAT(support::captured(STDOUT_FILENO, [&] { evaluation::judge(options); }), Catch::Contains("83.33"));
}

TEST_CASE("judge: MMHal's ratings by type", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file =
        write_file(folder / "r.jsonl", reply("1", "Informative. Rating: 6") + reply("2", "rating: 2, since") +
                                           reply("9", "Rating: 1\n") + reply("10", "rating: 7") +
                                           "{\"custom_id\": \"11\", \"response\": null}\n");
    auto const found = evaluation::score_ratings(file);
    CHECK(*found.rows[0].values[0] == Approx(3).epsilon(1e-12));
    CHECK(*found.rows[0].values[1] == Approx(2.0 / 3).epsilon(1e-12));
    CHECK(*found.rows[1].values[0] == Approx(3.5).epsilon(1e-12));
    CHECK(*found.rows[2].values[0] == Approx(2).epsilon(1e-12));
    CHECK_FALSE(found.rows[3].values[0].has_value());
    CHECK(found.unparseable == 2);
    CHECK(thrown_by([&] { evaluation::score_ratings(write_file(file, reply("0", "rating: 1"))); }).code == 65);
    CHECK(thrown_by([&] { evaluation::score_ratings(write_file(file, reply("1", "") + reply("1", ""))); }).code == 65);
}

TEST_CASE("judge: accuracy and detailedness of two answers", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file =
        write_file(folder / "r.jsonl", reply("1", "Accuracy: 6 8\nReason: 1 2\nDetailedness: 5 7\n") +
                                           reply("2", "accuracy: 4 4\ndetailedness: 5 6") + reply("3", "Accuracy: 4"));
    auto const found = evaluation::score_aspects(file);
    CHECK(*found.rows[0].values[0] == Approx(5).epsilon(1e-12));
    CHECK(*found.rows[0].values[1] == Approx(6).epsilon(1e-12));
    CHECK(*found.rows[1].values[1] == Approx(6.5).epsilon(1e-12));
    CHECK(found.unparseable == 1);
}

TEST_CASE("judge: instructions are filled in once, and a picture goes along", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = write_file(folder / "i.txt", "Q: {question} {x} {\nA: {answer1}{question}");
    CHECK(evaluation::filled(file, {{"question", "{answer1}?"}, {"answer1", "no"}}) ==
          "Q: {answer1}? {x} {\nA: no{answer1}?");
    CHECK(thrown_by([&] { evaluation::filled(file, {{"other", ""}}); }).code == 65);
    auto const image = write_file(folder / "a.png", support::one_pixel());
    auto const line =
        nlohmann::json::parse(evaluation::request_line({.id = "5", .judge = "j", .prompt = "p", .image = image}));
    CHECK(line["body"]["messages"][0]["content"][0]["text"] == "p");
    std::string const url = line["body"]["messages"][0]["content"][1]["image_url"]["url"];
    CHECK(url.starts_with("data:image/png;base64,iVBOR"));
    CHECK(evaluation::numbers_in("a 1,2.5 x3-4") == std::vector<double>{1, 2.5, 3, 4});
    CHECK(evaluation::numbers_in("1..2 3.4.5 6.") == std::vector<double>{1, 2, 3.4, 5, 6});
}

// Each of these took time with the square of its size, or memory with its product.
TEST_CASE("judge: long numbers, open braces and swelling instructions are no work", "[evaluation]") {
    std::string const digits(std::size_t{1} << 20, '7');
    CHECK(evaluation::numbers_in(digits + " 8 0." + digits + " 9.1234567890123456") ==
          std::vector<double>{8, 9.1234567890123456});
    support::temporary_folder const folder;
    auto const filled = [&](std::string const& instructions, std::string const& answer) {
        auto const file = write_file(folder / "i.txt", instructions);
        return thrown_by([&] { evaluation::filled(file, {{"a", answer}}); });
    };
    CHECK(filled(std::string((std::size_t{1} << 20) - 3, '{') + "{a}", "").code == 0);
    CHECK(filled(std::string(std::size_t{1} << 20, '{') + "{a}", "").what == "i.txt: is longer than 1048576 bytes");
    std::string twice;
    for (int i = 0; i < 80; ++i) twice += "{a}";
    CHECK(filled(twice, digits).what == "i.txt: is longer than 67108864 bytes once filled in");
}

TEST_CASE("judge: reviews with scores that no judge gives are refused, and a ratio that overflows is none",
          "[evaluation]") {
    support::temporary_folder const folder;
    auto const scored = [&](std::string const& tuple) {
        auto const file = write_file(folder / "r.jsonl", "{\"question_id\": 0, \"tuple\": " + tuple + "}\n");
        return evaluation::score_pairs(file, {{"0", "conv"}});
    };
    CHECK(thrown_by([&] { scored("[1e308, 2]"); }).code == 65);
    CHECK(thrown_by([&] { scored("[-2, 2]"); }).what.starts_with("r.jsonl line 1: tuple[0]: "));
    CHECK_FALSE(scored("[1e-320, 1e6]").rows[0].values[0].has_value());
}
