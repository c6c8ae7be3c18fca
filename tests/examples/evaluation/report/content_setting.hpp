// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <evaluation/report/content.hpp>

#include "../support.hpp"

namespace support {

inline constexpr auto hostile = "<script>alert(\"1\")</script> & 'Yes'";

// Two splits of eight questions, two to an image, yes and no in turn. greedy affirms all; "fake:a=1" is always right; "fake:b=2"
// answers what the baseline does, but once in hostile characters.
inline evaluation::report::content report_content() {
    using evaluation::reply;
    evaluation::report::content of;
    of.summary = {.benchmark = "pope",
                  .model = "m<1>",
                  .rule = "words",
                  .baseline = "greedy",
                  .seed = "0",
                  .rows = {},
                  .notes = {"a & b"}};
    of.methods = {"greedy", "fake:a=1", "fake:b=2"};
    for (std::string const name : {"random", "popular"}) {
        evaluation::answered_split split{.name = name, .questions = {}, .replies = {{}, {}, {}}, .right = {}};
        for (int i = 0; i < 8; ++i) {
            bool const yes = i % 2 == 0;
            evaluation::question asked;
            asked.id = i + 1;
            asked.image = "scene_" + std::to_string(i / 2) + ".png";
            asked.text = "Is there a thing " + std::to_string(i + 1) + " in the image?";
            asked.label_is_yes = yes;
            split.questions.push_back(asked);
            split.replies[0].push_back({.text = "Yes", .margin = yes ? 2.0f : 1.0f, .seconds = 1});
            split.replies[1].push_back(
                {.text = yes ? "Yes" : "No", .margin = yes ? 3.0f : -1.0f, .seconds = 2, .needed = 1});
            split.replies[2].push_back({.text = i == 1 ? hostile : "Yes", .margin = yes ? 2.0f : 1.0f, .seconds = 1.5});
        }
        of.splits.push_back(split);
    }
    evaluation::summarize(of.summary, of.methods, of.splits);
    of.picture = [](evaluation::answered_split const&, evaluation::question const&) { return one_pixel(); };
    return of;
}

inline std::size_t count(std::string_view text, std::string_view part) {
    std::size_t result = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++result;
    return result;
}

// The first breach of XML in a page without comments and CDATA: tags that do not pair, '<' or '&' that begin nothing. Empty if none.
inline std::string breach_of_xml(std::string_view text) {
    std::vector<std::string> open;
    std::size_t const start = text.starts_with("<!DOCTYPE html>") ? 15 : 0;
    for (std::size_t at = start; at < text.size(); ++at) {
        if (text[at] == '&' && text.substr(at, 12).find(';') == std::string_view::npos)
            return "bare & at " + std::to_string(at);
        if (text[at] != '<') continue;
        bool quoted = false;
        std::size_t end = at + 1;
        for (; end < text.size() && (quoted || text[end] != '>'); ++end) {
            if (text[end] == '<') return "bare < at " + std::to_string(end);
            quoted = quoted != (text[end] == '"');
        }
        auto const tag = text.substr(at + 1, end - at - 1);
        std::string const name(tag.substr(0, tag.find_first_of(" /", 1)));
        if (tag.starts_with('/')) {
            if (open.empty() || "/" + open.back() != tag) return "unexpected <" + std::string(tag) + ">";
            open.pop_back();
        } else if (!tag.ends_with('/')) {
            open.push_back(name);
        }
        at = end;
    }
    return open.empty() ? "" : "never closed: " + open.back();
}

}   // namespace support
