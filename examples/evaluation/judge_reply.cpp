// SPDX-License-Identifier: MIT
#include <evaluation/judge_reply.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include <evaluation/json_file.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/rules/verdict.hpp>

namespace evaluation {

namespace {

using llava::io::json_field;

struct mean {
    double sum = 0, count = 0;
    void add(double value) {
        sum += value;
        count += 1;
    }
    std::optional<double> value() const {
        if (!(count > 0)) return std::nullopt;
        return sum / count;
    }
};

// Calls visit(id, text) for each reply that succeeded; gives the number of all others.
std::int64_t each_reply(std::filesystem::path const& file,
                        std::function<void(json_field const& id, std::string const& text)> const& visit) {
    std::int64_t failed = 0;
    std::set<std::string> seen;
    read_lines(file, [&](json_field const& object, std::size_t) {
        auto const id = object.at("custom_id");
        if (!seen.insert(id.text(256)).second) id.fail(llava::io::quote(id.text()) + " was already given");
        auto const response = object.find("response");
        auto const body = response ? response->find("body") : std::nullopt;
        auto const choices = body ? body->find("choices") : std::nullopt;
        if (!choices || choices->array().size() == 0) {
            ++failed;
            return;
        }
        visit(id, choices->at(0).at("message").at("content").text());
    });
    return failed;
}

// The numbers behind a word, up to the line's end; no case.
std::vector<double> numbers_behind(std::string const& text, std::string_view word) {
    auto const lower = rules::lower(text);
    auto const at = lower.find(word);
    if (at == std::string::npos) return {};
    auto const begin = at + word.size();
    return numbers_in(std::string_view(lower).substr(begin, lower.find('\n', begin) - begin));
}

constexpr double greatest_score = 1e6;   // far above any judge's, and no sum of such overflows

// Of a review file of the official script, which writes -1 where it could not read a score.
std::vector<double> review_scores(json_field const& tuple) {
    std::vector<double> pair;
    for (std::size_t i = 0; i < tuple.array().size(); ++i) pair.push_back(tuple.at(i).number(-1, greatest_score));
    if (pair.size() == 2 && (pair[0] < 0 || pair[1] < 0)) pair.clear();
    return pair;
}

}   // namespace

std::vector<double> numbers_in(std::string_view text) {
    constexpr std::string_view digits = "0123456789";
    constexpr std::size_t longest = 24;
    std::vector<double> numbers;
    while (true) {
        text.remove_prefix(std::min(text.find_first_of(digits), text.size()));
        if (text.empty()) return numbers;
        auto end = std::min(text.find_first_not_of(digits), text.size());
        if (end < text.size() && text[end] == '.') end = std::min(text.find_first_not_of(digits, end + 1), text.size());
        double value = 0;
        std::from_chars(text.data(), text.data() + end, value, std::chars_format::fixed);
        if (end <= longest) numbers.push_back(value);
        text.remove_prefix(end);
    }
}

result score_pairs(std::filesystem::path const& replies, std::map<std::string, std::string> const& categories) {
    result found{.rule = "first line of the review",
                 .columns = {{"relative", "relative", false}, {"first", "first", false}, {"second", "second", false}}};
    std::map<std::string, std::pair<mean, mean>> groups;
    auto const add = [&](json_field const& id, std::string const& name, std::vector<double> const& pair) {
        auto const category = categories.find(name);
        if (category == categories.end()) id.fail(llava::io::quote(name) + " is not in the question file");
        bool const read = pair.size() == 2;
        found.right.push_back(read);
        found.unparseable += read ? 0 : 1;
        for (auto const& group : {std::string("all"), category->second}) {
            if (read) groups[group].first.add(pair[0]);
            if (read) groups[group].second.add(pair[1]);
        }
    };
    bool is_review = false;
    read_lines(replies, [&](json_field const& object, std::size_t) {
        auto const tuple = object.find("tuple");
        if (!tuple) return;
        is_review = true;
        add(object.at("question_id"), text_or_integer(object.at("question_id")), review_scores(*tuple));
    });
    if (!is_review) {
        auto const failed = each_reply(replies, [&](json_field const& id, std::string const& text) {
            add(id, id.text(), numbers_in(text.substr(0, text.find('\n'))));
        });
        found.unparseable += failed;
    }
    for (auto const& [name, pair] : groups) {
        auto const first = pair.first.value(), second = pair.second.value();
        std::optional<double> relative;
        if (first && *first > 0 && std::isfinite(100 * *second / *first)) relative = 100 * *second / *first;
        found.rows.push_back({.group = name,
                              .values = {relative, first ? std::optional(10 * *first) : first,
                                         second ? std::optional(10 * *second) : second}});
    }
    return found;
}

result score_ratings(std::filesystem::path const& replies) {
    result found{.rule = "rating: N", .columns = {{"rating", "rating", false}, {"hallucination", "hallucination"}}};
    mean all, below, of[8];
    auto const failed = each_reply(replies, [&](json_field const& id, std::string const& text) {
        std::int64_t number = 0;
        auto const& name = id.text();
        auto const [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (failure != std::errc{} || end != name.data() + name.size() || number < 1)
            id.fail("expected a number from 1");
        auto const rating = numbers_behind(text, "rating:");
        bool const read = !rating.empty() && rating[0] <= 6;
        found.right.push_back(read && rating[0] >= 3);
        if (!read) return void(++found.unparseable);
        all.add(rating[0]);
        below.add(rating[0] < 3 ? 1 : 0);
        of[(number - 1) % 8].add(rating[0]);
    });
    found.unparseable += failed;
    found.rows.push_back({.group = "all", .values = {all.value(), below.value()}});
    for (std::size_t type = 0; type < 8; ++type)
        found.rows.push_back({.group = "type " + std::to_string(type), .values = {of[type].value(), std::nullopt}});
    return found;
}

result score_aspects(std::filesystem::path const& replies) {
    result found{.rule = "accuracy and detailedness",
                 .columns = {{"first", "first", false}, {"second", "second", false}}};
    std::map<std::string, std::pair<mean, mean>> aspects = {{"accuracy", {}}, {"detailedness", {}}};
    std::int64_t unread = 0;
    auto const failed = each_reply(replies, [&](json_field const&, std::string const& text) {
        bool read = true;
        for (auto& [name, pair] : aspects) read = read && numbers_behind(text, name + ":").size() == 2;
        found.right.push_back(read);
        unread += read ? 0 : 1;
        if (!read) return;
        for (auto& [name, pair] : aspects) {
            auto const numbers = numbers_behind(text, name + ":");
            pair.first.add(numbers[0]);
            pair.second.add(numbers[1]);
        }
    });
    found.unparseable = failed + unread;
    for (auto const& [name, pair] : aspects)
        found.rows.push_back({.group = name, .values = {pair.first.value(), pair.second.value()}});
    return found;
}

}   // namespace evaluation
