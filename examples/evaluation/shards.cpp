// SPDX-License-Identifier: MIT
#include <evaluation/shards.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <new>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;
using llava::io::json_field;

// Records that cannot be read are the disk's fault, unless it is a limit of the process.
[[noreturn]] void refuse(fs::path const& file, int error_number) {
    if (error_number == ENOMEM) throw std::bad_alloc();
    auto const [code, text] = llava::io::why_not_opened(error_number);
    throw error(code == exit_code::no_input ? exit_code::io_error : code, file.native(), "", text);
}

// The whole lines from that byte on. Not mapped: the file may be cut while it is read.
std::string lines_after(fs::path const& file, std::size_t bytes) {
    std::ifstream in(file, std::ios::binary);
    if (!in.is_open()) refuse(file, errno);
    in.seekg(static_cast<std::streamoff>(bytes));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) throw error(exit_code::io_error, file.native(), "", "cannot be read");
    text.resize(text.rfind('\n') + 1);
    return text;
}

bool same(reply const& a, reply const& b) {
    return a.text == b.text && (a.margin == b.margin || (std::isnan(a.margin) && std::isnan(b.margin)));
}

}   // namespace

shards::shards(fs::path folder, std::span<question const> questions)
    : folder_(std::move(folder)), entries_(questions.size()) {
    for (std::size_t i = 0; i < questions.size(); ++i) places_.emplace(questions[i].id, i);
}

std::vector<shards::shard*> shards::find() {
    std::error_code absent;
    std::vector<fs::path> names;
    for (auto const& each : fs::directory_iterator(folder_, absent)) {
        if (each.path().extension() == ".jsonl") names.push_back(each.path());
    }
    if (absent && absent != std::errc::no_such_file_or_directory) refuse(folder_, absent.value());
    std::sort(names.begin(), names.end());
    std::vector<shard*> found;
    for (auto const& name : names) found.push_back(&*read_.try_emplace(name).first);
    return found;
}

void shards::refresh() {
    for (auto* const each : find()) {
        auto& [file, end] = *each;
        std::error_code gone;
        if (fs::file_size(file, gone) <= end.bytes || gone) continue;
        auto const text = lines_after(file, end.bytes);
        read_lines(
            text, file, [&](json_field const& object, std::size_t) { take(object, *each); }, end.lines + 1);
        end.bytes += text.size();
        end.lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
}

void shards::take(json_field const& object, shard const& from) {
    auto read = read_record(object);
    auto const id = object.at("question_id");
    auto const place = places_.find(read.question_id);
    if (place == places_.end()) id.fail(std::to_string(read.question_id) + " is not in the question file");
    auto const& before = entries_[place->second];
    if (!before.known || !read.what.failure.empty()) {
        put(place->second, std::move(read.what), from);
        return;
    }
    if (before.from == &from) id.fail(std::to_string(read.question_id) + " was already answered in this file");
    if (same(before.answer, read.what.answer)) return;
    id.fail(std::to_string(read.question_id) + " was answered otherwise in " + before.from->first.filename().native());
}

void shards::put(std::size_t index, outcome what, shard const& from) {
    if (entries_[index].known) return;
    if (!what.failure.empty()) {
        failures_[index] = std::move(what.failure);
        return;
    }
    entries_[index] = {.known = true, .answer = std::move(what.answer), .from = &from};
    ++answered_;
    failures_.erase(index);
}

void shards::written(fs::path const& file, std::string_view line, std::size_t index, outcome what) {
    auto& own = *read_.try_emplace(file).first;
    own.second.bytes += line.size();
    ++own.second.lines;
    put(index, std::move(what), own);
}

std::size_t shards::settled_of(std::size_t wanted) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < wanted; ++i) count += std::size_t{settled(i)};
    return count;
}

outcome shards::at(std::size_t index) const {
    if (answered(index)) {
        auto answer = entries_[index].answer;
        answer.text = rules::strip(answer.text);   // as the files of the official scorers have it
        return {.answer = std::move(answer), .failure = ""};
    }
    auto const failure = failures_.find(index);
    return {.answer = {}, .failure = failure == failures_.end() ? "was not answered" : failure->second};
}

namespace {

struct kept_lines {
    std::string text;
    std::string refusal;   // of the first line that is not kept
};

kept_lines good_lines(shards& seen, shards::shard const& from) {
    kept_lines kept;
    auto const text = lines_after(from.first, 0);
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        auto const line = text.substr(begin, text.find('\n', begin) + 1 - begin);
        begin += line.size();
        try {
            read_lines(
                line, from.first, [&](json_field const& object, std::size_t) { seen.take(object, from); }, ++number);
            kept.text += line;
        } catch (error const& why) {
            if (kept.refusal.empty()) kept.refusal = why.what();
        }
    }
    return kept;
}

}   // namespace

std::vector<std::string> repair_shards(fs::path const& folder, std::span<question const> questions) {
    std::vector<std::string> done;
    shards seen(folder, questions);
    for (auto const* const each : seen.find()) {
        auto const kept = good_lines(seen, *each);
        if (kept.refusal.empty()) continue;
        fs::path const broken = each->first.native() + ".broken";
        if (::link(each->first.c_str(), broken.c_str()) != 0 && errno != EEXIST) {
            throw error(exit_code::cannot_create, broken.native(), "",
                        "cannot be created: " + std::generic_category().message(errno));
        }
        write_whole(each->first, kept.text);
        done.push_back(kept.refusal + "; the other lines are kept, the file as it was is " +
                       broken.filename().native());
    }
    return done;
}

}   // namespace evaluation
