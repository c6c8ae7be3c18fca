// SPDX-License-Identifier: MIT
// Two shards of a run that is to be continued.
#include <evaluation/shards.hpp>

#include <cmath>

#include <evaluation/store.hpp>

#include "fuzz.hpp"

namespace {

using evaluation::shards;
using fuzz::require;

constexpr std::size_t count = 8;

std::vector<evaluation::question> asked() {
    std::vector<evaluation::question> out(count);
    for (std::size_t i = 0; i < count; ++i) out[i].id = static_cast<std::int64_t>(i) + 1;
    return out;
}

bool alike(evaluation::outcome const& a, evaluation::outcome const& b) {
    return a.answer.text == b.answer.text && a.failure == b.failure;
}

// What is kept of an answer is read as it was written.
void check_record(std::int64_t id, evaluation::outcome const& what) {
    require(!std::isinf(what.answer.margin), "a margin is finite, or there is none");
    auto const line = evaluation::record_line({.question_id = id, .what = what});
    auto const document = llava::io::json_document::parse(line, "line");
    require(evaluation::record_line(evaluation::read_record(document->root())) == line, "and written as it was read");
}

// A shard cut anywhere: what it settles, the whole one settles in the same way, and the rest can be appended.
void check_cut(fuzz::folder const& folder, std::string_view text, std::size_t cut, shards const& whole) {
    auto const questions = asked();
    auto const file = folder.write("a.jsonl", text.substr(0, cut));
    shards resumed(folder.path(), questions);
    resumed.refresh();
    for (std::size_t i = 0; i < count; ++i) {
        require(!resumed.settled(i) || whole.settled(i), "a cut shard settles no more than the whole");
        if (resumed.answered(i)) require(alike(resumed.at(i), whole.at(i)), "with the same answer");
    }
    {
        evaluation::store opened(file);
        require(text.starts_with(opened.text()), "what is kept is a prefix");
        require(opened.text().empty() || opened.text().ends_with('\n'), "of whole lines");
        require(opened.text().size() + opened.torn() == cut, "and the rest is called torn");
        opened.append(text.substr(opened.text().size()));
    }
    resumed.refresh();
    require(resumed.settled() == whole.settled(), "with the rest appended it settles what the whole does");
}

void check_repair(fuzz::folder const& folder) {
    auto const questions = asked();
    if (!fuzz::accepts([&] { evaluation::repair_shards(folder.path(), questions); })) return;
    shards repaired(folder.path(), questions);
    require(fuzz::accepts([&] { repaired.refresh(); }), "repaired shards are accepted");
    require(evaluation::repair_shards(folder.path(), questions).empty(), "and need no second repair");
    std::error_code ignored;
    for (char const* name : {"a.jsonl.broken", "b.jsonl.broken"})
        std::filesystem::remove(folder.path() / name, ignored);
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 2);
    folder.write("a.jsonl", files[0]);
    folder.write("b.jsonl", files[1]);
    auto const questions = asked();
    shards whole(folder.path(), questions);
    if (!fuzz::accepts([&] { whole.refresh(); })) return check_repair(folder);
    std::size_t settled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        settled += std::size_t{whole.settled(i)};
        if (whole.answered(i)) check_record(questions[i].id, whole.at(i));
    }
    require(settled == whole.settled() && settled == whole.settled_of(count), "the counts agree");
    for (std::size_t k = 0; k < 4; ++k) check_cut(folder, files[0], files[0].size() * k / 4, whole);
}

std::vector<std::string> seeds() {
    auto const line = [](std::int64_t id, std::string text, std::string failure) {
        return evaluation::record_line(
            {.question_id = id,
             .what = {.answer = {.text = std::move(text), .margin = 0.5f}, .failure = std::move(failure)}});
    };
    std::string const torn = line(4, "Yes", "");
    return {fuzz::joined({line(1, "Yes", "") + line(2, "", "no picture") + line(2, "No", "") + torn.substr(0, 20),
                          line(8, "caf\xC3\xA9", "") + line(1, "Yes", "")}),
            fuzz::joined({line(3, "a", "") + "{}\n" + line(3, "b", ""), line(9, "x", "")})};
}

fuzz::target const here("shards", run, seeds);

}   // namespace
