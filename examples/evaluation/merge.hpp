// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <evaluation/shards.hpp>
#include <evaluation/stored_run.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The files that are read by others, made from the records of however many processes; the same bytes whatever their number, order
/// and interruptions (but for the costs):
///
/// SPLIT@METHOD.answers.jsonl   a line an answer, in question order (answers.hpp); beside it the forms of the benchmark's own scorer
/// SPLIT@METHOD.margins.jsonl   {"question_id", "margin"}: yes minus no logit of the first token
/// SPLIT@METHOD.costs.jsonl     {"question_id", "seconds", "needed", "skipped"}: contrasts that were needed, and those that could
///                              not change the token
///
/// A question that failed has an empty answer.
///
/// shape   the first `wanted` questions, all settled
/// units   as reply
/// errors  llava::io::error: as write_whole
/// source  reliability.md 3.1
struct merged_files {
    std::filesystem::path folder;
    std::string name;   // SPLIT@METHOD
    std::string model_id;
};
void write_merged(merged_files const& to, task const& split, shards const& answers, std::size_t wanted);

/// Refuses a job while an answer to one of its first `wanted` questions is missing.
///
/// shape   one stored job
/// units   none
/// errors  llava::io::error (bad_data) naming the questions
/// source  reliability.md R24
void require_complete(stored_job const& from, std::size_t wanted);

/// What `causalmm-eval merge` is told.
///
/// shape   an output folder of run
/// units   limit in questions of each split
/// errors  none
/// source  command line
struct merge_options {
    std::filesystem::path folder;
    std::vector<std::string> tasks;   // BENCHMARK:FILE where the question files are no longer where they were
    std::size_t limit = std::numeric_limits<std::size_t>::max();
};

/// Writes those files for every method and split of a folder; nothing at all while an answer is missing.
///
/// shape   returns the exit code
/// units   none
/// errors  llava::io::error: bad_data naming the questions without an answer, or the file that is not as it was; no_input if the
///         folder holds no run
/// source  reliability.md R24
int merge(merge_options const& options);

}   // namespace evaluation
