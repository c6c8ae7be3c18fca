// SPDX-License-Identifier: MIT
#include <evaluation/report.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include <evaluation/console.hpp>
#include <evaluation/controls.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/report/page.hpp>
#include <evaluation/store.hpp>
#include <evaluation/stored_run.hpp>
#include <evaluation/summary.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

// The jobs of one split by method, as the report orders them.
struct stored_split {
    std::vector<stored_job const*> jobs;

    stored_job const* find(std::string_view method) const {
        auto const found = std::find_if(jobs.begin(), jobs.end(),
                                        [&](stored_job const* each) { return each->header.at("method") == method; });
        return found == jobs.end() ? nullptr : *found;
    }
};

std::vector<stored_split> by_split(std::deque<stored_job> const& stored) {
    std::vector<stored_split> splits;
    for (auto const& each : stored) {
        auto const same = [&](stored_split const& split) { return split.jobs[0]->split.split == each.split.split; };
        auto found = std::find_if(splits.begin(), splits.end(), same);
        if (found == splits.end()) found = splits.insert(found, stored_split{});
        found->jobs.push_back(&each);
    }
    return splits;
}

// Those that every split has: the controls first, the others by name.
std::vector<std::string> order_methods(std::vector<stored_split> const& splits,
                                       std::vector<std::string> const& controls) {
    std::vector<std::string> methods;
    auto const add = [&](std::string const& method) {
        bool const everywhere = std::all_of(splits.begin(), splits.end(),
                                            [&](stored_split const& split) { return split.find(method) != nullptr; });
        bool const is_new = std::count(methods.begin(), methods.end(), method) == 0;
        if (everywhere && is_new) methods.push_back(method);
    };
    add(std::string(baseline_method));
    if (methods.empty()) {
        throw error(exit_code::no_input, splits[0].jobs[0]->answers.folder().parent_path().native(), "",
                    "not every split was answered by " + std::string(baseline_method));
    }
    for (auto const& control : controls) add(control);
    for (auto const* each : splits[0].jobs) add(each->header.at("method"));
    return methods;
}

// From the first on.
std::size_t answered_questions(stored_split const& of, std::string const& method) {
    auto const& job = *of.find(method);
    std::size_t count = 0;
    while (count < job.split.questions.size() && job.answers.settled(count)) ++count;
    return count;
}

// What can be shown of a run, which may have been ended in its midst: every method of every split has an answer.
struct shown_part {
    std::vector<stored_split> splits;
    std::vector<std::string> methods;
    std::vector<std::string> notes;   // of what is left out
};

shown_part answered_part(std::vector<stored_split> splits, std::vector<std::string> const& controls) {
    auto methods = order_methods(splits, controls);
    std::vector<std::string> notes;
    std::erase_if(methods, [&](std::string const& method) {
        bool const begun = std::any_of(splits.begin(), splits.end(),
                                       [&](auto const& each) { return answered_questions(each, method) > 0; });
        if (!begun) notes.push_back(method + " is left out: it has answered nothing yet");
        return !begun;
    });
    std::erase_if(splits, [&](stored_split const& split) {
        auto const open = std::find_if(methods.begin(), methods.end(),
                                       [&](auto const& method) { return answered_questions(split, method) == 0; });
        if (open == methods.end()) return false;
        notes.push_back(split.jobs[0]->split.split + " is left out: " + *open + " has answered nothing of it yet");
        return true;
    });
    return {.splits = std::move(splits), .methods = std::move(methods), .notes = std::move(notes)};
}

void require_answers(shown_part const& part, std::filesystem::path const& folder) {
    auto const refuse = [&](std::string const& what) {
        throw error(exit_code::bad_data, folder.native(), "", what + "; the command that began the run continues it");
    };
    bool const has_baseline = !part.methods.empty() && part.methods[0] == baseline_method;
    if (!has_baseline) refuse(std::string(baseline_method) + " has answered nothing yet");
    if (part.splits.empty()) refuse("no question has been answered by every method yet");
}

answered_split read_split(stored_split const& from, std::vector<std::string> const& methods) {
    auto const& task = from.jobs[0]->split;
    std::size_t count = task.questions.size();
    for (auto const& method : methods) count = std::min(count, answered_questions(from, method));
    answered_split result{
        .name = task.split, .questions = {}, .replies = {}, .right = scorer_of(task), .own_rule = own_rule_of(task)};
    result.questions.assign(task.questions.begin(), task.questions.begin() + std::ptrdiff_t(count));
    for (auto const& method : methods) {
        auto& replies = result.replies.emplace_back();
        for (std::size_t i = 0; i < count; ++i) replies.push_back(from.find(method)->answers.at(i).answer);
    }
    return result;
}

std::string bytes_of(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Which task a question belongs to: samples are looked up one by one.
struct sources {
    std::vector<stored_split> splits;
    std::set<std::filesystem::path> missing_files = {};

    task const& of(answered_split const& split) const {
        for (auto const& each : splits) {
            if (each.jobs[0]->split.split == split.name) return each.jobs[0]->split;
        }
        return splits[0].jobs[0]->split;
    }
    std::set<std::filesystem::path> missing_folders() const {
        std::set<std::filesystem::path> missing;
        for (auto const& each : splits) {
            auto const& folder = each.jobs[0]->split.images;
            if (!folder.empty() && !std::filesystem::is_directory(folder)) missing.insert(folder);
        }
        return missing;
    }
    // Empty if it is not there, which is said once.
    std::filesystem::path picture(answered_split const& split, question const& asked) {
        auto const& folder = of(split).images;
        if (folder.empty() || asked.image.empty() || !std::filesystem::is_directory(folder)) return {};
        try {
            return image_folder(folder).find(asked.image, asked.where);
        } catch (error const& why) {
            if (why.code != exit_code::no_input) throw;
            if (missing_files.insert(folder / asked.image).second)
                say("warning: " + std::string(why.what()) + "; the report goes without it");
            return {};
        }
    }
};

void say_notes(shown_part const& part, sources const& from) {
    for (auto const& note : part.notes) say("note: " + note);
    for (auto const& folder : from.missing_folders())
        say("note: there is no folder " + folder.native() +
            ": samples come without pictures; --images says where they are");
}

std::string benchmarks_of(std::deque<stored_job> const& stored) {
    std::vector<std::string> names;
    std::string text;
    for (auto const& each : stored) {
        auto const& name = each.header.at("benchmark");
        if (std::count(names.begin(), names.end(), name) > 0) continue;
        names.push_back(name);
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}   // namespace

int write_report(report_options const& options, engine const& model) {
    auto const stored = read_run(options.folder, options.tasks, options.images);
    auto const part = answered_part(by_split(stored), model.controls);
    require_answers(part, options.folder);
    sources from{part.splits};
    say_notes(part, from);
    auto const& head = stored.front().header;
    report::content page{.summary = {.benchmark = benchmarks_of(stored),
                                     .model = head.at("model_id"),
                                     .rule = "words",
                                     .baseline = std::string(baseline_method),
                                     .seed = head.at("seed"),
                                     .rows = {},
                                     .notes = part.notes},
                         .methods = part.methods,
                         .splits = {},
                         .picture = {},
                         .attention = {},
                         .samples = options.samples};
    for (auto const& each : from.splits) page.splits.push_back(read_split(each, page.methods));
    summarize(page.summary, page.methods, page.splits);
    page.picture = [&](answered_split const& split, question const& asked) {
        return bytes_of(from.picture(split, asked));
    };
    if (!options.model.empty() && model.attention) {
        page.attention = [&, look = model.attention(options.model), seed = head.integer("seed")](
                             answered_split const& split, question const& asked, std::string const& method) {
            return look({.image = from.picture(split, asked),
                         .prompt = asked.prompt + head.at("prompt_suffix"),
                         .seed = seed,
                         .sample = static_cast<std::uint64_t>(asked.id),
                         .max_new_tokens = 1},
                        method);
        };
    }
    auto const out = options.out.empty() ? options.folder / "report.html" : options.out;
    write_whole(out, report::page(page));
    print(out.native() + "\n");
    return 0;
}

}   // namespace evaluation
