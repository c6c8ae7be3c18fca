// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace evaluation {

/// What `causalmm-eval judge` is told.
///
/// llava-bench   reference: answers of the other model; context: {"image", "caption"} lines; instructions: rule.json,
///               {"llava_bench_CATEGORY": {"role", "prompt"}}
/// mmhal         instructions: a text with {image_content}, {question}, {gt_answer} and {model_answer}
/// gpt-aided     reference: answers of the other method; instructions: a text with {question}, {answer1} and {answer2}; images are sent along
///
/// The instructions are the benchmark's own file or a text of yours: none are shipped.
///
/// shape   replies empty: requests are written to out; else the replies are read and their scores printed
/// units   none
/// errors  none
/// source  command line
struct judge_options {
    std::string form;
    std::filesystem::path questions;
    std::filesystem::path answers;     // as a run keeps them; answer 2 of two
    std::filesystem::path reference;   // answer 1
    std::filesystem::path context;
    std::filesystem::path instructions;
    std::filesystem::path images;
    std::string judge = "gpt-4-0314";
    std::filesystem::path out;
    std::filesystem::path replies;
};

/// Writes requests for a judge, one a line in the form of OpenAI's batch files, or reads its replies; makes no connection itself.
///
/// llava-bench   a reply's first line has two scores; 100 mean(second) / mean(first) for each category and all
/// mmhal         "rating: N" of 0 to 6; mean, share below 3, and the mean of each of the 8 types, which are question number - 1 modulo 8
/// gpt-aided     "accuracy: A B" and "detailedness: A B" of 0 to 10; means
///
/// shape   requests {"custom_id", "method", "url", "body"}, replies {"custom_id", "response": {"body": {"choices": [{"message":
///         {"content"}}]}}}; for llava-bench also its review files {"question_id", "tuple"}
/// units   as the forms; a reply that cannot be read is counted and left out
/// errors  llava::io::error: usage for an unknown form or a missing option; bad_data naming file, line and field
/// source  LLaVA, eval_gpt_review_bench.py and summarize_gpt_review.py; MMHal-Bench, scoring by rating; VCD's appendix; evaluation.md 1.7
int judge(judge_options const& options);

}   // namespace evaluation
