// SPDX-License-Identifier: MIT
// causalmm-llava: asks a LLaVA model one question about one picture.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>

#include <llava/answer.hpp>
#include <llava/io/error.hpp>
#include <llava/io/image.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/patterns.hpp>

namespace {

struct arguments {
    std::string model, image, prompt, method = "greedy", schedule = std::string{llava::default_schedule_name()};
    std::string attention = "streaming", save_attention;
    int max_new_tokens = 128;
    int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 1024u));
    std::uint64_t seed = 0;
    std::optional<std::string> temperature, top_p, top_k;
};

/// Nothing if only help was asked for.
std::optional<arguments> parse(int argc, char** argv) {
    arguments given;
    CLI::App app{"Asks a LLaVA model a question about a picture, with or without CausalMM.", "causalmm-llava"};
    app.add_option("--model", given.model, "folder with config.json, tokenizer.json and *.safetensors")->required();
    app.add_option("--image", given.image, "JPEG or PNG file")->required();
    app.add_option("--prompt", given.prompt, "the question")->required();
    app.add_option("--method", given.method,
                   "NAME or NAME:key=value,...: greedy, sample, plausible, causalmm, released, vcd")
        ->capture_default_str();
    app.add_option("--max-new-tokens", given.max_new_tokens, "longest answer")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    app.add_option("--temperature", given.temperature, "replaces the method's");
    app.add_option("--top-p", given.top_p, "replaces the method's");
    app.add_option("--top-k", given.top_k, "replaces the method's; 0 keeps all");
    app.add_option("--seed", given.seed, "of all that is random")->capture_default_str();
    app.add_option("--threads", given.threads, "threads that share the work; answers do not depend on them")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    app.add_option("--schedule", given.schedule, "when branches are computed; answers do not depend on it")
        ->check(CLI::IsMember(llava::schedule_names()))
        ->capture_default_str();
    app.add_option("--attention", given.attention, "without its pattern in memory, or with it to compare with")
        ->check(CLI::IsMember(llava::attention_names()))
        ->capture_default_str();
    app.add_option("--save-attention", given.save_attention,
                   "*.safetensors file to write: what every layer of both towers looks at, as nobody edits it");
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        std::cout << app.help();
        return std::nullopt;
    } catch (CLI::ParseError const& problem) {
        throw llava::io::error{llava::io::exit_code::usage, "", "", problem.what()};
    }
    return given;
}

/// The method, with what the options say of sampling in the place of its own; values are checked as in a method's text.
llava::method chosen(arguments const& given) {
    llava::method method = llava::parse_method(given.method);
    auto const replace = [](char const* key, std::optional<std::string> const& value, auto member, llava::method& in) {
        if (value) { in.*member = llava::parse_method("sample:" + (key + ("=" + *value))).*member; }
    };
    replace("temperature", given.temperature, &llava::method::temperature, method);
    replace("top_p", given.top_p, &llava::method::top_p, method);
    replace("top_k", given.top_k, &llava::method::top_k, method);
    return method;
}

int body(int argc, char** argv) {
    std::optional<arguments> const parsed = parse(argc, argv);
    if (!parsed) { return 0; }
    arguments const& given = *parsed;
    llava::method const method = chosen(given);
    llava::io::image const picture = llava::io::read_image(given.image);
    llava::model const model = llava::model::open(given.model, given.threads);
    for (auto const& line : model.config().warnings) { std::cerr << "causalmm-llava: warning: " << line << '\n'; }
    llava::answer_options const options{.max_new_tokens = given.max_new_tokens,
                                        .seed = given.seed,
                                        .schedule = llava::schedule_named(given.schedule),
                                        .attention = llava::attention_named(given.attention)};
    if (!given.save_attention.empty()) {
        auto const patterns = llava::factual_patterns(model, picture, given.prompt);
        llava::save_patterns(given.save_attention, patterns, given.prompt);
    }
    llava::ask(model, method, picture, given.prompt, options,
               [](std::string_view text) { std::cout << text << std::flush; });
    std::cout << std::endl;
    model.require_unchanged();
    if (!std::cout) { throw llava::io::error{llava::io::exit_code::io_error, "", "", "the answer cannot be written"}; }
    return 0;
}

}   // namespace

int main(int argc, char** argv) { return llava::io::run_program("causalmm-llava", argc, argv, body); }
