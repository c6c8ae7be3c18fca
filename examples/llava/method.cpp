// SPDX-License-Identifier: MIT
#include <llava/method.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include <llava/io/error.hpp>
#include <llava/policy_text.hpp>
#include <llava/read_value.hpp>

namespace llava {
namespace {

using kind = method::kind;
using causalmm::intervention::scope;
using causalmm::selection::index_range;

[[noreturn]] void refuse(std::string const& text) { throw io::error{io::exit_code::usage, "", "method", text}; }

/// Values that only together make an edit.
struct draft {
    method result;
    std::string_view vision, language;
    std::optional<index_range> vision_layers, language_layers, vision_heads, language_heads;
    std::optional<scope> over;
    bool renormalized = false;
};

bool read_some_range(std::string_view text, std::optional<index_range>& range) {
    return read_range(text, range.emplace());
}

struct name_of_gate {
    std::string_view name;
    causalmm::released::vision_edit value;
};
constexpr std::array gates{name_of_gate{"random", causalmm::released::vision_edit::random},
                           name_of_gate{"uniform", causalmm::released::vision_edit::uniform},
                           name_of_gate{"reversed", causalmm::released::vision_edit::reversed},
                           name_of_gate{"shuffle", causalmm::released::vision_edit::shuffle}};

bool read_gate(std::string_view text, causalmm::released::vision_edit& gate) {
    auto const found = std::find_if(gates.begin(), gates.end(), [text](auto const& each) { return each.name == text; });
    if (found != gates.end()) { gate = found->value; }
    return found != gates.end();
}

bool read_scope(std::string_view text, std::optional<scope>& over) {
    over = text == "map" ? scope::map : scope::row;
    return text == "map" || text == "row";
}

struct key {
    std::string_view name, range;
    bool (*read)(draft&, std::string_view);
};

constexpr std::array sampling_keys{
    key{"temperature", "a finite number >= 0",
        [](draft& d, std::string_view v) { return read_strength(v, d.result.temperature); }},
    key{"top_p", "a number in [0, 1]", [](draft& d, std::string_view v) { return read_share(v, d.result.top_p); }},
    key{"top_k", "an integer >= 0", [](draft& d, std::string_view v) { return read(v, d.result.top_k); }},
    key{"seed", "an integer >= 0", [](draft& d, std::string_view v) { return read(v, d.result.seed.emplace()); }}};
constexpr key epsilon_key{"epsilon", "a number in [0, 1]",
                          [](draft& d, std::string_view v) { return read_share(v, d.result.epsilon); }};
constexpr key beam_key{"beam", "an integer in 1-16", [](draft& d, std::string_view v) {
                           return read(v, d.result.beam) && d.result.beam >= 1 && d.result.beam <= 16;
                       }};
constexpr key gamma_key{"gamma", "a finite number >= 0",
                        [](draft& d, std::string_view v) { return read_strength(v, d.result.gamma); }};
constexpr key gate_key{"gate", "random, uniform, reversed or shuffle",
                       [](draft& d, std::string_view v) { return read_gate(v, d.result.gate); }};
constexpr key noise_key{"noise", "an integer in 0-999",
                        [](draft& d, std::string_view v) { return read(v, d.result.noise) && d.result.noise <= 999; }};
constexpr std::array causalmm_keys{
    key{"vision", "", [](draft& d, std::string_view v) { return d.vision = v, true; }},
    key{"language", "", [](draft& d, std::string_view v) { return d.language = v, true; }},
    key{"vision_layers", "a range a-b",
        [](draft& d, std::string_view v) { return read_some_range(v, d.vision_layers); }},
    key{"language_layers", "a range a-b",
        [](draft& d, std::string_view v) { return read_some_range(v, d.language_layers); }},
    key{"vision_heads", "a range a-b", [](draft& d, std::string_view v) { return read_some_range(v, d.vision_heads); }},
    key{"language_heads", "a range a-b",
        [](draft& d, std::string_view v) { return read_some_range(v, d.language_heads); }},
    key{"scope", "row or map", [](draft& d, std::string_view v) { return read_scope(v, d.over); }},
    key{"renormalized", "true or false", [](draft& d, std::string_view v) { return read_bool(v, d.renormalized); }}};

struct method_row {
    std::string_view name;
    kind what;
    double gamma, epsilon, temperature;
};
constexpr std::array methods{
    method_row{"greedy", kind::greedy, 0, 0, 0},         method_row{"sample", kind::sample, 0, 0, 1},
    method_row{"plausible", kind::plausible, 0, 0.1, 1}, method_row{"causalmm", kind::causalmm, 1, 0.1, 0},
    method_row{"released", kind::released, 1, 0.1, 1},   method_row{"vcd", kind::vcd, 1, 0.1, 1}};

std::vector<key> keys_of(kind what) {
    std::vector<key> keys;
    if (what == kind::greedy) { return keys; }
    if (what == kind::causalmm) { keys.assign(causalmm_keys.begin(), causalmm_keys.end()); }
    if (what == kind::released) { keys.push_back(gate_key); }
    if (what == kind::vcd) { keys.push_back(noise_key); }
    if (what == kind::causalmm || what == kind::released || what == kind::vcd) { keys.push_back(gamma_key); }
    if (what != kind::sample) { keys.insert(keys.end(), {epsilon_key, beam_key}); }
    keys.insert(keys.end(), sampling_keys.begin(), sampling_keys.end());
    return keys;
}

template <class Rows>
std::string choices(Rows const& rows) {
    std::string text;
    for (auto const& row : rows) { text.append(text.empty() ? "" : ", ").append(row.name); }
    return text;
}

void read_pair(draft& into, std::string_view pair, std::vector<key> const& keys, std::vector<std::string_view>& seen) {
    auto const equals = pair.find('=');
    std::string_view const name = pair.substr(0, equals);
    auto const found = std::find_if(keys.begin(), keys.end(), [name](key const& each) { return each.name == name; });
    if (found == keys.end()) {
        refuse("unknown key " + io::quote(name) + "; " +
               (keys.empty() ? "there are none" : "there are " + choices(keys)));
    }
    if (equals == std::string_view::npos) {
        refuse(std::string{name} + " needs a value: " + std::string{name} + "=...");
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) { refuse(std::string{name} + " is given twice"); }
    seen.push_back(name);
    std::string_view const value = pair.substr(equals + 1);
    if (!found->read(into, value)) {
        refuse(std::string{name} + " is " + io::quote(value) + ", not " + std::string{found->range});
    }
}

/// An edit of one tower. Its scope is what the policy's own text says, or else `given` by a key of the method, or else the tower's.
edit make_edit(std::string const& key, std::string_view text, bool renormalized, std::optional<scope> given,
               scope usual) {
    if (text.find(':') != std::string_view::npos) { refuse(key + ": parameters are written NAME(key=value,...)"); }
    written_policy written = parse_policy((renormalized ? "renormalized_" : "") + std::string{text}, "method: " + key);
    if (given && written.has_scope) { refuse("scope: " + key + " says over= already"); }
    bool const scoped = written.has_scope || set_scope(written.policy, given.value_or(usual));
    if (given && !scoped) { refuse("scope: " + std::string{text} + " has none"); }
    return {.policy = written.policy, .where = {}, .has_seed = written.has_seed};
}

void finish_causalmm(draft& from) {
    if (from.vision.empty() && from.language.empty()) { refuse("causalmm needs vision=, language= or both"); }
    if (from.vision.empty() && (from.vision_layers || from.vision_heads || from.over)) {
        refuse("vision_layers, vision_heads and scope need vision=");
    }
    if (from.language.empty() && (from.language_layers || from.language_heads)) {
        refuse("language_layers and language_heads need language=");
    }
    if (!from.vision.empty()) {
        edit& made =
            from.result.vision.emplace(make_edit("vision", from.vision, from.renormalized, from.over, scope::map));
        if (from.vision_layers) { made.where.layers = {*from.vision_layers}; }
        if (from.vision_heads) { made.where.heads = {*from.vision_heads}; }
    }
    if (!from.language.empty()) {
        edit& made = from.result.language.emplace(
            make_edit("language", from.language, from.renormalized, std::nullopt, scope::row));
        if (from.language_layers) { made.where.layers = {*from.language_layers}; }
        if (from.language_heads) { made.where.heads = {*from.language_heads}; }
    }
}

/// Where the pair that begins at `from` ends: at a comma that stands in no parentheses, or with the text.
std::size_t end_of_pair(std::string_view text, std::size_t from) {
    bool inside = false;
    for (std::size_t at = from; at < text.size(); ++at) {
        if (text[at] == ',' && !inside) { return at; }
        inside = text[at] == '(' || (inside && text[at] != ')');
    }
    return std::string_view::npos;
}

}   // namespace

std::vector<std::string_view> method_names() {
    std::vector<std::string_view> names;
    for (auto const& row : methods) { names.push_back(row.name); }
    return names;
}

method parse_method(std::string_view text) {
    auto const colon = text.find(':');
    std::string_view const name = text.substr(0, colon);
    auto const found =
        std::find_if(methods.begin(), methods.end(), [name](method_row const& each) { return each.name == name; });
    if (found == methods.end()) { refuse("unknown: " + io::quote(name) + "; there are " + choices(methods)); }

    draft into;
    into.result.name = text;
    into.result.what = found->what;
    into.result.gamma = found->gamma;
    into.result.epsilon = found->epsilon;
    into.result.temperature = found->temperature;
    std::vector<key> const keys = keys_of(found->what);
    std::vector<std::string_view> seen;
    for (std::size_t at = colon; at != std::string_view::npos;) {
        std::size_t const end = end_of_pair(text, at + 1);
        read_pair(into, text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1), keys, seen);
        at = end;
    }
    if (found->what == kind::causalmm) { finish_causalmm(into); }
    return into.result;
}

void set_seed(edit& change, std::uint64_t seed) {
    if (!change.has_seed) { set_seed(change.policy, seed); }
}

}   // namespace llava
