// SPDX-License-Identifier: MIT
// A benchmark's name, its question file, the file beside it where it has one, and a file of answers.
#include <evaluation/benchmarks.hpp>

#include <cmath>
#include <set>

#include "fuzz.hpp"

namespace {

using evaluation::benchmark;
using fuzz::require;

struct layout {
    std::string_view benchmark, questions, beside, answers;
};

constexpr layout layouts[] = {{"pope", "q.jsonl", "", "a.jsonl"},
                              {"mme", "mme/count/one.txt", "", "answers/count.txt"},
                              {"vlind", "data.json", "", "a.json"},
                              {"chair", "q.jsonl", "synonyms.txt", "a.jsonl"},
                              {"amber", "q.json", "annotations.json", "a.json"},
                              {"hallusion", "q.json", "", "a.json"},
                              {"llava-bench", "q.jsonl", "", "a.jsonl"},
                              {"mmhal", "q.json", "", "a.json"}};

struct setting {
    fuzz::folder folder;
    setting() {
        std::filesystem::create_directories(folder.path() / "mme/count");
        std::filesystem::create_directories(folder.path() / "answers");
        folder.write("mme/count/one.jpg", "");
    }
};

void check_questions(benchmark const& read) {
    require(!read.questions().empty(), "there are questions");
    std::set<std::int64_t> ids;
    for (auto const& each : read.questions()) {
        require(ids.insert(each.id).second && each.id >= 0, "ids are not negative and unique");
        require(each.image.find('\0') == std::string::npos, "a picture's name holds no NUL byte");
        require(!each.where.empty(), "a question knows its place");
    }
}

void check_score(benchmark const& read, std::vector<std::string> const& answers) {
    for (auto const rule : read.rules()) {
        auto const found = read.score(answers, rule);
        require(found.right.size() <= answers.size(), "no more right answers than answers");
        for (auto const& row : found.rows) {
            require(row.values.size() == found.columns.size(), "a value for each column");
            for (auto const& value : row.values) require(!value || std::isfinite(*value), "scores are finite");
        }
        require(!found.text().empty() && !found.json().empty(), "scores can be printed");
    }
}

// What is written is read again, and then written the same.
void check_round_trip(benchmark const& read, fuzz::folder const& folder, layout const& at) {
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < read.questions().size(); ++i)
        answers.push_back(i % 3 == 0 ? "Yes" : i % 3 == 1 ? "No." : "");
    auto const files = read.files(answers, "m");
    bool const is_folder = at.benchmark == "mme";
    auto const file = folder.write(at.answers, files.front().text);
    auto const again = read.files(read.read_answers(is_folder ? file.parent_path() : file, benchmark::every), "m");
    require(again.front().text == files.front().text, "answers that are read are written the same");
    check_score(read, answers);
}

void run(std::string_view bytes) {
    static setting const here;
    auto const files = fuzz::parts(bytes, 4);
    layout const* at = nullptr;
    for (layout const& each : layouts) at = each.benchmark == files[0] ? &each : at;
    if (at == nullptr) return;
    here.folder.write(at->questions, files[1]);
    if (!at->beside.empty()) here.folder.write(at->beside, files[2]);
    std::unique_ptr<benchmark const> read;
    auto const file = here.folder.path() / (at->benchmark == "mme" ? "mme" : at->questions);
    if (!fuzz::accepts([&] { read = evaluation::find_benchmark(at->benchmark).open(file, {}); })) return;
    check_questions(*read);
    check_round_trip(*read, here.folder, *at);
    auto const answers = here.folder.write(at->answers, files[3]);
    fuzz::accepts([&] {
        auto const given =
            read->read_answers(at->benchmark == "mme" ? answers.parent_path() : answers, benchmark::every);
        require(given.size() == read->questions().size(), "an answer for each question");
        check_score(*read, given);
    });
}

std::vector<std::string> seeds() {
    std::string const vlind = R"([{"concept":"c","context_id":0,"context":"odd","factual_context":"usual",)"
                              R"("true_statement":"T.","false_statement":"F.","existent_noun":"a lion",)"
                              R"("non-existent_noun":"a cat","best_img_id":0,)"
                              R"("aggregated_human_label_good_images":{"0":3,"1":1}}])";
    std::string const hallusion =
        R"([{"category":"VD","subcategory":"s","set_id":"0","figure_id":"1","question_id":"0",)"
        R"("question":"Is it?","gt_answer":"1","filename":"./a.png"},)"
        R"({"category":"VS","subcategory":"s","set_id":"0","figure_id":"0","question_id":"1",)"
        R"("question":"So?","gt_answer":"0","filename":null}])";
    return {fuzz::joined({"pope",
                          R"({"question_id":1,"image":"a.png","text":"A dog?","label":"yes"})"
                          "\r\n"
                          R"({"question_id":2,"image":"b/a.png","text":"</s> \u00e9","label":"no"})",
                          "",
                          R"({"question_id":2,"text":"No"})"
                          "\n"
                          R"({"question_id":1,"text":"Yes"})"
                          "\n"}),
            fuzz::joined({"pope", R"({"question_id":7,"image":"a","text":"?","label":"no"})", "",
                          R"({"question":"?","answer":"no"})"}),
            fuzz::joined({"mme", "Is it red?\tYes\nIs it blue? Please answer yes or no.\tNo\n", "",
                          "one.jpg\tIs it red?\tYes\tYes\none.jpg\tIs it blue?\tNo\tyes\n"}),
            fuzz::joined({"vlind", vlind}),
            fuzz::joined({"chair", R"({"image_id":1,"image":"a.jpg","objects":["dog"],"captions":["A cat."]})",
                          "dog, puppy\ncat\n", R"({"image_id":1,"caption":"Two puppies and a cat."})"}),
            fuzz::joined({"amber", R"([{"id":1,"image":"a.jpg","query":"Is it?"}])",
                          R"([{"id":1,"type":"relation","truth":"yes"}])", R"([{"id":1,"response":"Yes"}])"}),
            fuzz::joined({"hallusion", hallusion}),
            fuzz::joined({"llava-bench", R"({"question_id":0,"image":"1.jpg","text":"What?","category":"conv"})", "",
                          R"({"question_id":0,"prompt":"What?","text":"It."})"}),
            fuzz::joined({"mmhal", R"([{"question_type":"a","image_src":"https://h/b.jpg","question":"Is it?"}])", "",
                          R"([{"image_src":"https://h/b.jpg","question":"Is it?","model_answer":"x"}])"})};
}

fuzz::target const here("benchmark", run, seeds);

}   // namespace
