// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <evaluation/answerer.hpp>
#include <evaluation/in_order.hpp>
#include <evaluation/manifest.hpp>
#include <evaluation/store.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// The answers of one method to one split, and the files that hold them:
///
/// SPLIT@METHOD.answers.jsonl   answer_line of each question, in their order
/// SPLIT@METHOD.margins.jsonl   {"question_id", "margin"}: yes minus no logit of the first token
/// SPLIT@METHOD.costs.jsonl     {"question_id", "seconds", "needed", "skipped"}: the only file in which two equal runs differ;
///                              contrasts that were needed, and those that could not change the token
/// SPLIT@METHOD.run.json        what answers and costs depend on
///
/// A record's margin and cost are on disk before its answer is, so after a kill the side files are ahead, never behind.
///
/// shape   a prefix of the split's questions
/// units   logits; processor seconds
/// errors  llava::io::error: as store and manifest; cannot_create if answers exist without their run.json; bad_data naming the line at
///         which a file is not the prefix it should be
/// source  reliability.md 3.1
class job {
  public:
    struct plan {
        task const* split = nullptr;
        std::string method;
        std::size_t method_index = 0;
        std::string model_id;
        manifest header;
    };

    // Opens, locks and checks the files; changes nothing that is there.
    job(plan wanted, std::filesystem::path const& folder, bool overwrite);

    void begin();     // repairs or, to overwrite, empties the files: from here on answers may be appended
    void abandon();   // takes back files that were created in vain

    plan const& what() const noexcept { return plan_; }
    std::string const& name() const noexcept { return name_; }
    std::size_t done() const noexcept { return replies_.size(); }
    std::vector<reply> const& replies() const noexcept { return replies_; }
    std::size_t torn() const noexcept { return answers_.torn(); }
    std::filesystem::path const& file() const noexcept { return answers_.file(); }

    void append(ordered_work::batch const& batch);

  private:
    void load();

    plan plan_;
    std::string name_;
    std::filesystem::path header_;
    store answers_;
    store margins_;
    store costs_;
    bool is_new_;
    std::size_t answers_end_ = 0;   // what is kept of each file
    std::size_t margins_end_ = 0;
    std::size_t costs_end_ = 0;
    std::vector<reply> replies_;
};

}   // namespace evaluation
