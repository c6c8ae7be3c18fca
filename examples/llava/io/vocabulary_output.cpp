// SPDX-License-Identifier: MIT
#include <llava/io/json.hpp>
#include <llava/io/vocabulary.hpp>

#include <string>
#include <vector>

namespace llava::io {
namespace {

constexpr std::size_t most_stripped = 1024;

std::string const& kind_of(json_field const& from) { return from.object().at("type").text(); }

std::vector<int> special_ids(json_field const& template_rule, std::string const& name, std::size_t size) {
    json_field const ids = template_rule.at("special_tokens").object().at(name).at("ids").array();
    std::vector<int> out;
    for (std::size_t i = 0; i < ids.size(); ++i) out.push_back(ids.at(i).small_integer(0, static_cast<int>(size) - 1));
    return out;
}

void read_replacement(json_field const& step, vocabulary::decoder& out) {
    auto const from = step.at("pattern").object().find("String");
    if (!from || from->text().empty()) step.at("pattern").fail("expected a non-empty String");
    out.replacements.push_back({from->text(), step.at("content").text()});
}

// Replace... ByteFallback, Fuse, Strip is the order in which LLaMA files have them; each may be absent, none may come earlier.
struct progress {
    bool fallback = false, fused = false, stripped = false;
};

void read_step(json_field const& step, progress& seen, vocabulary::decoder& out) {
    std::string const& kind = kind_of(step);
    bool const late = seen.stripped || (seen.fused && kind != "Strip") || (seen.fallback && kind == "Replace");
    if (late) step.fail(kind + " after a later step is not supported");
    if (kind == "Replace") {
        read_replacement(step, out);
    } else if (kind == "ByteFallback") {
        seen.fallback = out.byte_fallback = true;
    } else if (kind == "Fuse") {
        seen.fused = true;
    } else if (kind == "Strip") {
        if (!seen.fused) step.fail("Strip without Fuse is not supported");
        if (step.at("content").text() != " ") step.at("content").fail("expected one space");
        if (step.at("stop").integer() != 0) step.at("stop").fail("expected 0");
        out.strip_left = static_cast<std::size_t>(step.at("start").integer(0, most_stripped));
        seen.stripped = true;
    } else {
        step.fail("not supported: " + quote(kind));
    }
}

}   // namespace

void read_postprocessor(json_field const& field, vocabulary& out) {
    if (kind_of(field) != "TemplateProcessing") field.fail("not supported: " + quote(kind_of(field)));
    json_field const single = field.at("single").array();
    bool text_seen = false;
    for (std::size_t i = 0; i < single.size(); ++i) {
        json_field const part = single.at(i).object();
        auto const special = part.find("SpecialToken");
        if (special && text_seen) special->fail("tokens after the text are not supported");
        if (special) {
            auto const ids = special_ids(field, special->at("id").text(), out.pieces.size());
            out.start.insert(out.start.end(), ids.begin(), ids.end());
        } else if (text_seen || part.at("Sequence").at("id").text() != "A") {
            part.fail("expected the sequence A once");
        } else {
            text_seen = true;
        }
    }
    if (!text_seen) single.fail("the sequence A is missing");
}

void read_decoder(json_field const& field, vocabulary::decoder& out) {
    progress seen;
    if (kind_of(field) != "Sequence") return read_step(field, seen, out);
    json_field const steps = field.at("decoders").array();
    for (std::size_t i = 0; i < steps.size(); ++i) read_step(steps.at(i), seen, out);
}

}   // namespace llava::io
