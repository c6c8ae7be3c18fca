// SPDX-License-Identifier: MIT
#include <evaluation/compare_runs.hpp>

#include <algorithm>
#include <deque>
#include <map>

#include <evaluation/console.hpp>
#include <evaluation/merge.hpp>
#include <evaluation/stored_run.hpp>
#include <evaluation/summary.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

// "a", or "a, b" if the runs differ.
void add_name(std::string& names, std::string const& name) {
    if (("," + names + ",").find("," + name + ",") == std::string::npos) names += (names.empty() ? "" : ",") + name;
}

// Of one name are the questions that the first folder was asked.
class known_splits {
  public:
    task const& first_of(task const& split) {
        auto const known = splits_.try_emplace(split.split, &split).first->second;
        if (known->hash == split.hash) return *known;
        throw error(exit_code::config, split.file.native(), "",
                    "holds other questions than the split of the same name in another folder");
    }

  private:
    std::map<std::string, task const*> splits_;
};

}   // namespace

int compare_runs(compare_options const& options) {
    check_format(options.format);
    std::deque<std::deque<stored_job>> runs;
    std::vector<answered_split> answers;
    known_splits known;
    table about;
    for (auto const& folder : options.folders) {
        auto const label = options.folders.size() == 1 ? "" : folder.filename().native() + "/";
        for (auto const& each : runs.emplace_back(read_run(folder))) {
            auto const wanted = std::min(each.split.questions.size(), options.limit);
            require_complete(each, wanted);
            auto const& method = each.header.at("method");
            answers.push_back({.split = &known.first_of(each.split),
                               .method = label + method,
                               .replies = replies_of(each.answers, wanted),
                               .is_baseline = runs.size() == 1 && method == baseline});
            add_name(about.benchmark, each.header.at("benchmark"));
            add_name(about.model, each.header.at("model_id"));
            add_name(about.seed, each.header.at("seed"));
        }
    }
    std::stable_sort(answers.begin(), answers.end(), [](answered_split const& a, answered_split const& b) {
        return std::pair(a.split->split, !a.is_baseline) < std::pair(b.split->split, !b.is_baseline);
    });
    print(formatted(summarize(answers, std::move(about)), options.format));
    return 0;
}

}   // namespace evaluation
