// SPDX-License-Identifier: MIT
#include <evaluation/compare_runs.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <evaluation/console.hpp>
#include <evaluation/controls.hpp>
#include <evaluation/merge.hpp>
#include <evaluation/stored_run.hpp>
#include <evaluation/summary.hpp>
#include <evaluation/table_form.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

// "a", or "a,b" if the runs differ.
void add_name(std::string& names, std::string const& name) {
    if (("," + names + ",").find("," + name + ",") == std::string::npos) names += (names.empty() ? "" : ",") + name;
}

// One file of questions with all that the runs answered to it; `asked` is the first folder's.
struct compared_split {
    task const* asked = nullptr;
    std::vector<std::string> methods;   // the baseline first
    answered_split answers;
};

class comparison_of_runs {
  public:
    void add(stored_job const& from, std::string const& label, bool is_first, std::size_t limit) {
        auto const wanted = std::min(from.split.questions.size(), limit);
        require_complete(from, wanted);
        auto& to = split_of(from.split, wanted);
        auto const& method = from.header.at("method");
        bool const leads = is_first && method == baseline_method;
        to.methods.insert(leads ? to.methods.begin() : to.methods.end(), label + method);
        auto& replies = to.answers.replies;
        auto& added = *replies.emplace(leads ? replies.begin() : replies.end());
        for (std::size_t i = 0; i < wanted; ++i) added.push_back(from.answers.at(i).answer);
        add_name(about_.benchmark, from.header.at("benchmark"));
        add_name(about_.model, from.header.at("model_id"));
        add_name(about_.seed, from.header.at("seed"));
    }

    table made(std::string const& first_label) {
        about_.rule = rules::words::name;
        about_.baseline = baseline_method;
        for (auto& [name, split] : splits_) {
            if (split.methods[0] != first_label + about_.baseline) {
                throw error(exit_code::bad_data, name, "", "was not answered by " + about_.baseline + ", the baseline");
            }
            summarize(about_, split.methods, std::span(&split.answers, 1));
        }
        return std::move(about_);
    }

  private:
    compared_split& split_of(task const& split, std::size_t wanted) {
        auto const [at, is_new] = splits_.try_emplace(split.split);
        auto& known = at->second;
        if (is_new) {
            auto const first = split.questions.begin();
            known = {.asked = &split,
                     .methods = {},
                     .answers = {.name = split.split,
                                 .questions = {first, first + static_cast<std::ptrdiff_t>(wanted)},
                                 .replies = {},
                                 .right = scorer_of(split),
                                 .own_rule = own_rule_of(split)}};
        }
        if (known.asked->hash == split.hash) return known;
        throw error(exit_code::config, split.file.native(), "",
                    "holds other questions than the split of the same name in another folder");
    }

    std::map<std::string, compared_split> splits_;
    table about_;
};

// What tells the folders apart: their names, or as much of their paths as was written.
std::vector<std::string> labels_of(std::vector<std::filesystem::path> const& folders) {
    if (folders.size() == 1) return {""};
    std::vector<std::string> names, paths;
    for (auto const& each : folders) {
        auto const folder = each.lexically_normal();
        auto const whole = folder.has_filename() ? folder : folder.parent_path();   // "a/" is "a"
        names.push_back(whole.filename().native() + "/");
        paths.push_back(whole.native() + "/");
    }
    bool const differ = std::set(names.begin(), names.end()).size() == names.size();
    return differ ? names : paths;
}

}   // namespace

int compare_runs(compare_options const& options) {
    check_format(options.format);
    auto const labels = labels_of(options.folders);
    std::deque<std::deque<stored_job>> runs;   // what the splits point to
    comparison_of_runs comparison;
    for (std::size_t f = 0; f < options.folders.size(); ++f) {
        for (auto const& each : runs.emplace_back(read_run(options.folders[f])))
            comparison.add(each, labels[f], f == 0, options.limit);
    }
    print(formatted(comparison.made(labels.front()), options.format));
    return 0;
}

}   // namespace evaluation
