// SPDX-License-Identifier: MIT
#include <evaluation/run_plan.hpp>

#include <algorithm>
#include <set>

#include <evaluation/build_name.hpp>
#include <evaluation/controls.hpp>
#include <evaluation/sweep.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

using llava::io::error;
using llava::io::exit_code;

std::vector<task> read_tasks(run_options const& options) {
    std::vector<task> tasks;
    std::set<std::string> splits;
    for (auto const& text : options.tasks) {
        tasks.push_back(read_task(text, options.images, options.how));
        if (splits.insert(tasks.back().split).second) continue;
        throw error(exit_code::usage, "", "--task",
                    "two question files are called " + llava::io::quote(tasks.back().split));
    }
    return tasks;
}

chosen_methods choose_methods(run_options const& options, engine const& model) {
    auto const asked = swept(options.methods, options.sweeps, model.check_method);
    auto const holds = [](std::vector<std::string> const& methods, std::string const& one) {
        return std::count(methods.begin(), methods.end(), one) > 0;
    };
    chosen_methods chosen;
    auto const add_control = [&](std::string const& method) {
        if (holds(chosen.all, method)) return;
        chosen.all.push_back(method);
        if (!holds(asked, method)) chosen.added.push_back(method);
    };
    add_control(std::string(baseline_method));
    if (options.controls) std::for_each(model.controls.begin(), model.controls.end(), add_control);
    for (auto const& method : asked) {
        if (std::count(asked.begin(), asked.end(), method) > 1) {
            throw error(exit_code::usage, "", "--method", llava::io::quote(method) + " is given twice");
        }
        if (!holds(chosen.all, method)) chosen.all.push_back(method);
    }
    return chosen;
}

std::string announcement(chosen_methods const& methods, std::size_t questions) {
    auto const counted = [](std::size_t count, std::string const& what) {
        return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    auto const added = methods.added.size();
    std::string const left_out = methods.added == std::vector{std::string(baseline_method)}
                                     ? std::string(baseline_method) + ", the baseline, is one of them"
                                     : std::to_string(added) + " of them controls; --no-controls leaves out all but " +
                                           std::string(baseline_method);
    return counted(methods.all.size(), "method") + (added == 0 ? "" : " (" + left_out + ")") + " x " +
           counted(questions, "question");
}

std::string value_of(engine::pairs const& pairs, std::string_view key) {
    auto const found = std::find_if(pairs.begin(), pairs.end(), [&](auto const& pair) { return pair.first == key; });
    return found == pairs.end() ? "" : found->second;
}

int longest_answer(run_options const& options, task const& split) {
    return options.max_new_tokens > 0 ? options.max_new_tokens : split.kind.longest_answer;
}

manifest header_of(run_options const& options, run_inputs const& inputs, std::string const& method) {
    auto const& split = inputs.split;
    manifest header;
    header.add("format", "2");
    header.add("benchmark", std::string(split.kind.name));
    header.add("questions_sha256", split.hash);
    header.add("images_sha256", inputs.images);
    for (auto const& [key, value] : inputs.model) header.add(key, value);
    header.add("method", method);
    header.add("seed", std::to_string(options.seed));
    header.add("prompt_suffix", options.prompt_suffix);
    header.add("max_new_tokens", std::to_string(longest_answer(options, split)));
    header.add("schedule", options.by.schedule);   // of the costs
    header.add("attention", options.by.attention);
    header.add("prefixes", options.by.prefixes);
    header.note("build", build_name());
    header.note("questions", std::filesystem::absolute(split.file).native());
    header.note("images", split.images.empty() ? "" : std::filesystem::absolute(split.images).native());
    header.note("prompt_preset", std::string(options.how.words.name));
    header.note("style", options.how.style);
    return header;
}

}   // namespace evaluation
