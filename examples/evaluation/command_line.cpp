// SPDX-License-Identifier: MIT
#include <evaluation/command_line.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>

#include <evaluation/benchmarks.hpp>
#include <evaluation/build_name.hpp>
#include <evaluation/check.hpp>
#include <evaluation/coco_questions.hpp>
#include <evaluation/compare_runs.hpp>
#include <evaluation/console.hpp>
#include <evaluation/judge.hpp>
#include <evaluation/merge.hpp>
#include <evaluation/report.hpp>
#include <evaluation/named.hpp>
#include <evaluation/run.hpp>
#include <evaluation/score.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

// Numbers stay text until CLI11 is done: it takes "0x10" and " 4" for numbers.
struct number {
    std::string option;
    std::string text;
    std::uint64_t lowest = 0;
    std::uint64_t highest = unlimited;

    void add_to(CLI::App& command, std::string const& help) {
        command.add_option(option, text, help)->capture_default_str();
    }
    std::uint64_t value() const { return parse_integer(option, text, lowest, highest); }
    // For what counts things: absent means all.
    std::size_t value_or_all() const { return text.empty() ? unlimited : value(); }
};

std::string joined(std::vector<std::string_view> const& names) {
    std::string text;
    for (auto const name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

// Processes on one machine share its processors.
int threads_of(process_group const& group) {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / group.local_size);
}

struct commands {
    run_options running;
    bool overwrite = false;
    bool repair = false;
    merge_options merging;
    compare_options comparing;
    report_options reporting;
    number samples{.option = "--samples", .text = "24", .lowest = 0, .highest = 10'000};
    bool no_controls = false;
    score_options scoring;
    check_options checking;
    judge_options judging;
    coco_options converting;
    std::string pictures;
    std::string margins;
    number seed{.option = "--seed", .text = "0"};
    number threads{.option = "--threads", .text = "", .lowest = 1, .highest = 1024};
    number tokens{.option = "--max-new-tokens", .text = "", .lowest = 1, .highest = 100'000};
    number timeout{.option = "--timeout", .text = "3600", .lowest = 1, .highest = 1'000'000};
    std::string preset = "official";
    std::string style;
    number run_limit{.option = "--limit", .text = "", .lowest = 1};
    number merge_limit{.option = "--limit", .text = "", .lowest = 1};
    number compare_limit{.option = "--limit", .text = "", .lowest = 1};
    number score_limit{.option = "--limit", .text = "", .lowest = 1};

    CLI::App* add_run(CLI::App& app, engine const& model) {
        auto* command =
            app.add_subcommand("run", "answer the questions by each method; print a table; continue a broken run");
        command->add_option("--model", running.model, "folder of a LLaVA model in the Hugging Face layout")->required();
        command
            ->add_option("--task", running.tasks,
                         "BENCHMARK:FILE, such as pope:random.jsonl or mme:FOLDER; may be repeated; benchmarks: " +
                             names_in<benchmark_list>())
            ->required()
            ->allow_extra_args(false);
        command->add_option("--images", running.images,
                            "folder of the pictures, where the benchmark's layout does not say");
        command
            ->add_option(
                "--method", running.methods,
                "NAME[:key=value,...]; may be repeated; the controls run beside them; names: " + joined(model.names))
            ->required()
            ->allow_extra_args(false);
        command->add_flag("--no-controls", no_controls, "of the controls run greedy alone");
        command
            ->add_option("--out", running.out,
                         "folder for records, answers and the table; processes with the same one share the work")
            ->required();
        command
            ->add_option("--sweep", running.sweeps,
                         "KEY=VALUE,VALUE,...: each value in each method that takes the key; may be repeated, for all "
                         "combinations")
            ->allow_extra_args(false);
        command->add_option("--format", running.format, "what is printed: text, markdown, csv or json")
            ->capture_default_str();
        add_reading(*command);
        command->add_option("--prompt-suffix", running.prompt_suffix, "text put behind every question");
        command
            ->add_option("--schedule", running.by.schedule,
                         "sequential, batched or lazy: when branches are computed; the answers do not depend on it")
            ->capture_default_str();
        command
            ->add_option("--attention", running.by.attention,
                         "streaming or materialized: without its pattern in memory or with it")
            ->capture_default_str();
        command
            ->add_option("--prefixes", running.by.prefixes,
                         "shared or separate: whether what the questions of one picture have in common is computed "
                         "once; the answers do not depend on it")
            ->capture_default_str();
        auto* anew = command->add_flag("--overwrite", overwrite, "begin anew where the folder holds answers already");
        command
            ->add_flag("--repair", repair,
                       "leave out lines that are no records; a file as it was stays beside the one without them")
            ->excludes(anew);
        command->add_flag("--keep-going", running.keep_going,
                          "record a question that cannot be answered, go on, and exit with 65 at the end");
        timeout.add_to(*command, "seconds in work after which a question counts as hanging, and the run ends with 70");
        run_limit.add_to(*command, "only the first N questions of each file");
        seed.add_to(*command, "seed of all random numbers");
        threads.add_to(*command,
                       "questions answered at the same time, one for each processor if absent; the answers do not "
                       "depend on it");
        tokens.add_to(*command, "longest answer; as the benchmark asks for if absent");
        return command;
    }

    CLI::App* add_report(CLI::App& app) {
        auto* command = app.add_subcommand("report", "write a run's report, one file of HTML");
        command->add_option("DIR", reporting.folder, "--out of the run")->required();
        command->add_option("--task", reporting.tasks, "BENCHMARK:FILE, if a question file was moved; may be repeated")
            ->allow_extra_args(false);
        command->add_option("--images", reporting.images, "folder of the pictures, if it was moved");
        command->add_option("--model", reporting.model, "the model's folder: adds attention maps to the samples");
        command->add_option("--out", reporting.out, "the file; DIR/report.html if not given");
        samples.add_to(*command, "questions shown with picture and answers");
        return command;
    }

    CLI::App* add_merge(CLI::App& app) {
        auto* command = app.add_subcommand(
            "merge", "write the answer files of what several runs recorded; nothing while an answer is missing");
        command->add_option("DIR", merging.folder, "--out of the runs")->required();
        command->add_option("--task", merging.tasks, "BENCHMARK:FILE, if a question file was moved; may be repeated")
            ->allow_extra_args(false);
        merge_limit.add_to(*command, "only the first N questions of each file");
        return command;
    }

    CLI::App* add_judge(CLI::App& app) {
        auto* command = app.add_subcommand("judge", "write requests for a judge, or read its replies; nothing is sent");
        command->add_option("--form", judging.form, "llava-bench, mmhal or gpt-aided")->required();
        command->add_option("--questions", judging.questions, "question file")->required();
        command->add_option("--answers", judging.answers, "answers as run keeps them");
        command->add_option("--reference", judging.reference, "answers to compare with; they come first");
        command->add_option("--context", judging.context, "llava-bench: file of the pictures' captions");
        command->add_option("--instructions", judging.instructions,
                            "llava-bench: rule.json; else a text with {question}, ...");
        command->add_option("--images", judging.images, "gpt-aided: folder of the pictures");
        command->add_option("--judge", judging.judge, "name of the judge")->capture_default_str();
        command->add_option("--out", judging.out, "file of requests");
        command->add_option("--replies", judging.replies, "file of replies: prints their scores");
        return command;
    }

    CLI::App* add_compare(CLI::App& app) {
        auto* command = app.add_subcommand("compare", "print one table of the answers of several runs");
        command->add_option("DIR", comparing.folders, "--out of the runs; the first one's greedy is the baseline")
            ->required();
        command->add_option("--format", comparing.format, "text, markdown, csv or json")->capture_default_str();
        compare_limit.add_to(*command, "only the first N questions of each file");
        return command;
    }

    CLI::App* add_score(CLI::App& app) {
        auto* command = app.add_subcommand("score", "score one file of answers");
        command->add_option("--task", scoring.benchmark, "benchmark: " + names_in<benchmark_list>())->required();
        command->add_option("--questions", scoring.questions, "question file or folder")->required();
        command
            ->add_option("--answers", scoring.answers,
                         "answer file or folder: of a run, or in the form of the benchmark's scorer")
            ->required();
        add_reading(*command);
        command->add_option("--margins", margins, "margin file: adds AUC and the false-yes rate at this recall");
        command->add_option("--rule", scoring.rule,
                            "how answers are read; pope: words (if absent), vcd, official or exact");
        command->add_option("--format", scoring.format, "table or json")->capture_default_str();
        score_limit.add_to(*command, "only the first N questions");
        return command;
    }

    CLI::App* add_coco(CLI::App& app) {
        auto* command = app.add_subcommand("coco", "write the question file of chair from COCO's annotations");
        command->add_option("--instances", converting.instances, "instances_val2014.json; may be repeated")
            ->required()
            ->allow_extra_args(false);
        command->add_option("--captions", converting.captions, "captions_val2014.json; may be repeated")
            ->required()
            ->allow_extra_args(false);
        command->add_option("--pictures", pictures,
                            "lines with an image_id, such as a file of captions: these pictures only, in this order");
        command->add_option("--out", converting.out, "the question file")->required();
        return command;
    }

    CLI::App* add_check(CLI::App& app) {
        auto* command = app.add_subcommand("check", "validate every input without running the model");
        command->add_option("--model", checking.model, "folder of a LLaVA model in the Hugging Face layout")
            ->required();
        command
            ->add_option("--task", checking.tasks,
                         "BENCHMARK:FILE; may be repeated; benchmarks: " + names_in<benchmark_list>())
            ->allow_extra_args(false);
        command->add_option("--images", checking.images,
                            "folder of the pictures, where the benchmark's layout does not say");
        add_reading(*command);
        return command;
    }

    void add_reading(CLI::App& command) {
        command.add_option("--prompt-preset", preset, "pope, mme: official, llava or vcd wording of the questions")
            ->capture_default_str();
        command.add_option("--style", style, "vlind: photorealistic, illustration or cartoon pictures only");
    }

    reading how() const {
        return {.words = find_named<evaluation::preset, preset_list>("--prompt-preset", preset), .style = style};
    }

    int run_it(engine const& model, process_group const& group) {
        if (overwrite) running.answers = job::existing::overwritten;
        if (repair) running.answers = job::existing::repaired;
        running.longest = static_cast<double>(timeout.value());
        running.how = how();
        running.seed = seed.value();
        running.threads = threads.text.empty() ? threads_of(group) : static_cast<int>(threads.value());
        running.max_new_tokens = tokens.text.empty() ? 0 : static_cast<int>(tokens.value());
        running.limit = run_limit.value_or_all();
        running.controls = !no_controls;
        return run(running, model, group);
    }

    int report_it(engine const& model) {
        reporting.samples = samples.value();
        return write_report(reporting, model);
    }

    int merge_it() {
        merging.limit = merge_limit.value_or_all();
        return merge(merging);
    }

    int compare_it() {
        comparing.limit = compare_limit.value_or_all();
        return compare_runs(comparing);
    }

    int convert_it() {
        if (!pictures.empty()) converting.pictures = pictures;
        return write_coco_questions(converting);
    }

    int check_it(engine const& model) {
        checking.how = how();
        return check(checking, model);
    }

    int score_it() {
        scoring.how = how();
        if (!margins.empty()) scoring.margins = margins;
        scoring.limit = score_limit.value_or_all();
        return score(scoring);
    }
};

}   // namespace

std::uint64_t parse_integer(std::string_view option, std::string_view text, std::uint64_t lowest,
                            std::uint64_t highest) {
    std::uint64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{} && end == text.data() + text.size() && value >= lowest && value <= highest) return value;
    throw error(exit_code::usage, "", option,
                "expected an integer from " + std::to_string(lowest) + " to " + std::to_string(highest) + ", found " +
                    llava::io::quote(text));
}

int command_line(int argc, char** argv, engine const& model, process_group const& group) {
    reserve_standard_streams();
    CLI::App app("Evaluates hallucination methods on LLaVA models.", "causalmm-eval");
    app.set_version_flag("--version", "causalmm-eval " + version());
    app.require_subcommand(1);
    commands all;
    auto* const run_command = all.add_run(app, model);
    auto* const merge_command = all.add_merge(app);
    auto* const compare_command = all.add_compare(app);
    auto* const report_command = all.add_report(app);
    auto* const score_command = all.add_score(app);
    auto* const judge_command = all.add_judge(app);
    auto* const coco_command = all.add_coco(app);
    all.add_check(app);
    try {
        app.parse(argc, argv);
    } catch (CLI::Success const& wanted) {
        std::ostringstream text;   // --help or --version
        app.exit(wanted, text, text);
        print(text.str());
        return 0;
    } catch (CLI::ParseError const& wrong) {
        throw error(exit_code::usage, "", "", std::string(wrong.what()) + " (see causalmm-eval --help)");
    }
    if (run_command->parsed()) return all.run_it(model, group);
    if (merge_command->parsed()) return all.merge_it();
    if (judge_command->parsed()) return judge(all.judging);
    if (coco_command->parsed()) return all.convert_it();
    if (compare_command->parsed()) return all.compare_it();
    if (report_command->parsed()) return all.report_it(model);
    return score_command->parsed() ? all.score_it() : all.check_it(model);
}

}   // namespace evaluation
