// SPDX-License-Identifier: MIT
#include <intervene/command_line.hpp>

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include <llava/io/error.hpp>
#include <llava/policy_text.hpp>
#include <llava/read_value.hpp>

namespace intervene {
namespace {

using llava::io::error;
using llava::io::exit_code;

[[noreturn]] void refuse(std::string_view option, std::string const& why) {
    throw error{exit_code::usage, "", option, why};
}

/// Options that together make a job, as text.
struct words {
    std::vector<std::string> policies, published;
    std::string in, out, picture, visibility = "bidirectional", seed = "0", tensors = "*", head = "0";
    std::string heads, queries, keys;
    bool map = false;

    void add_to(CLI::App& app) {
        app.add_option("--policy", policies,
                       "NAME or NAME:key=value,...: an intervention; may be repeated for a picture")
            ->allow_extra_args(false);
        app.add_option(
               "--released", published,
               "the published arithmetic by its function's name: reverse_attention, edit_attention:shuffle, ...")
            ->allow_extra_args(false);
        app.add_option("--visibility", visibility,
                       "causal[:OFFSET], OFFSET keys before the first query; or bidirectional")
            ->capture_default_str();
        app.add_flag("--map", map, "maximum, mean or shuffle over the whole map of a head instead of each row");
        app.add_option("--heads", heads, "A-B: only these are edited");
        app.add_option("--queries", queries, "A-B, positions: only these are edited");
        app.add_option("--keys", keys, "A-B, positions: only these are edited");
        app.add_option("--tensors", tensors, "shell pattern of the names of those to edit")->capture_default_str();
        app.add_option("--seed", seed, "of policies without a seed= of their own")->capture_default_str();
        app.add_option("--picture", picture, "PNG file to write: the first edited tensor before and after");
        app.add_option("--head", head, "which head the picture shows")->capture_default_str();
        app.add_option("IN", in, "*.safetensors with attention of rank 2 (query, key), 3 (head) or 4 (batch)")
            ->required();
        app.add_option("OUT", out, "*.safetensors to write, which may be IN; without it only the picture is made");
    }
};

template <class Number>
Number number(std::string_view option, std::string const& text) {
    Number value{};
    if (!llava::read(text, value)) { refuse(option, "expected an integer >= 0, found " + llava::io::quote(text)); }
    return value;
}

causalmm::selection::index_set positions(std::string_view option, std::string const& text) {
    causalmm::selection::index_range range;
    if (text.empty()) { return {}; }
    if (!llava::read_range(text, range)) { refuse(option, "expected A-B, found " + llava::io::quote(text)); }
    return {range};
}

/// The interventions, with the seed and the scope that their own texts leave open.
std::vector<change> policy_changes(words const& from) {
    std::vector<change> changes;
    bool mapped = false;
    for (std::string const& text : from.policies) {
        llava::written_policy written = llava::parse_policy(text, "--policy");
        if (!written.has_seed) { llava::set_seed(written.policy, number<std::uint64_t>("--seed", from.seed)); }
        bool const whole =
            from.map && !written.has_scope && llava::set_scope(written.policy, causalmm::intervention::scope::map);
        mapped = mapped || whole;
        changes.push_back({.text = text + (whole ? ", whole map" : ""), .what = written.policy});
    }
    if (from.map && !mapped) {
        refuse("--map", "no --policy takes a maximum, mean or shuffle and leaves its over= open");
    }
    return changes;
}

/// The published functions know of nothing that says where an edit applies.
void check_published(words const& from) {
    if (from.published.empty()) { return; }
    for (auto const& [option, text] :
         {std::pair{"--heads", from.heads}, {"--queries", from.queries}, {"--keys", from.keys}}) {
        if (!text.empty()) { refuse(option, "is for --policy; the published functions edit everything"); }
    }
}

/// Whether two names are of one file, be it there or not.
bool same_file(std::filesystem::path const& a, std::filesystem::path const& b) {
    std::error_code ignored;
    auto const full = [&ignored](std::filesystem::path const& name) {
        return std::filesystem::weakly_canonical(std::filesystem::absolute(name, ignored), ignored);
    };
    return full(a) == full(b) || std::filesystem::equivalent(a, b, ignored);
}

void check_files(words const& from, std::size_t changes) {
    if (changes == 0) { refuse("--policy", "at least one is needed, or a --released"); }
    if (from.out.empty() && from.picture.empty()) { refuse("OUT", "missing, and no --picture either"); }
    if (!from.out.empty() && changes > 1) { refuse("OUT", "takes one --policy or --released; a picture any number"); }
    if (from.picture.empty()) { return; }
    for (std::string const& other : {from.in, from.out}) {
        if (!other.empty() && same_file(from.picture, other)) { refuse("--picture", "would overwrite " + other); }
    }
}

job job_of(words const& from) {
    job result{.in = from.in, .out = {}, .picture = {}, .changes = {}, .where = {}, .tensors = from.tensors};
    check_published(from);
    result.changes = policy_changes(from);
    for (std::string const& text : from.published) { result.changes.push_back({text, parse_published(text)}); }
    check_files(from, result.changes.size());
    if (!from.out.empty()) { result.out = from.out; }
    if (!from.picture.empty()) { result.picture = from.picture; }
    result.where = {.visibility = parse_visibility(from.visibility),
                    .where = {.heads = positions("--heads", from.heads),
                              .queries = positions("--queries", from.queries),
                              .keys = positions("--keys", from.keys)},
                    .seed = number<std::uint64_t>("--seed", from.seed)};
    result.head = number<index_t>("--head", from.head);
    return result;
}

}   // namespace

std::optional<job> parse_command_line(int argc, char const* const* argv) {
    words given;
    CLI::App app{"Applies an intervention to attention patterns in a safetensors file.", "causalmm-intervene"};
    given.add_to(app);
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        std::cout << app.help();
        return std::nullopt;
    } catch (CLI::ParseError const& problem) {
        refuse("", std::string{problem.what()} + " (see causalmm-intervene --help)");
    }
    return job_of(given);
}

}   // namespace intervene
