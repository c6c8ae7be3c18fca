// SPDX-License-Identifier: MIT
#include <evaluation/report/overview.hpp>

#include <initializer_list>
#include <utility>

#include <evaluation/report/markup.hpp>

namespace evaluation::report {

namespace {

std::string percent(double fraction) { return fixed(100 * fraction, 1); }

std::string percent(std::optional<double> fraction) { return fraction ? percent(*fraction) : "-"; }

std::string interval(difference_interval const& of) {
    return signed_fixed(100 * of.mean, 1) + " [" + signed_fixed(100 * of.low, 1) + ", " +
           signed_fixed(100 * of.high, 1) + "]";
}

double half(difference_interval const& of) { return (of.high - of.low) / 2; }

double share(std::int64_t count, std::size_t of) {
    return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

// (title, what it means) of each column behind the method.
constexpr std::pair<char const*, char const*> titles[] = {
    {"accuracy", "with half its 95 % interval, bootstrap by image"},
    {"difference", "of accuracy to the baseline, 95 % interval, paired bootstrap by image"},
    {"to bias", "difference to the baseline with a constant bias that gives it the method's yes-rate"},
    {"verdict", ""},
    {"only one right", "questions that the method alone answers rightly, and the baseline alone"},
    {"p", "McNemar's exact test"},
    {"yes", "share of the answers that are yes"},
    {"F1", "of the answer yes"},
    {"AUC", "area under the curve of the yes/no margin, with half its 95 % interval, bootstrap by image"},
    {"false yes", "share of the no questions affirmed at the baseline's recall"},
    {"cost", "processor time an answer, baseline = 1"},
    {"skipped", "share of the contrasts that could not change the token"},
    {"bad", "share of the answers that are empty, repeat themselves, exceed 20 words or cannot be read"},
    {"precision", "of the answer yes"},
    {"recall", "of the answer yes"}};

std::string row_of(comparison const& row, std::size_t number, std::string const& name) {
    auto const other = [&](std::string const& text) { return row.is_baseline ? std::string() : text; };
    auto const of_yes_no = [&](double value) { return row.is_yes_no ? percent(value) : "-"; };
    auto const p = row.paired.p < 0.0001 ? std::string("&lt; 0.0001") : fixed(row.paired.p, row.paired.p < 0.1 ? 4 : 2);
    std::string cells = element("th", {{"scope", "row"}},
                                element("span", {{"class", "badge"}}, std::to_string(number)) + " " + escaped(name));
    std::initializer_list<std::string> const texts = {
        percent(row.measures.accuracy) + " &#177; " + percent(half(row.accuracy)),
        other(interval(row.difference)),
        other(row.to_bias ? interval(*row.to_bias) : "-"),
        std::string(verdict_of(row)),
        other(std::to_string(row.paired.only_ours) + " : " + std::to_string(row.paired.only_theirs)),
        other(p),
        of_yes_no(row.measures.yes_rate),
        of_yes_no(row.measures.f1),
        row.area_under_curve ? fixed(row.area_under_curve->mean, 3) + " &#177; " + fixed(half(*row.area_under_curve), 3)
                             : "-",
        percent(row.false_yes),
        row.cost ? fixed(*row.cost, 2) : "-",
        row.skipped ? fixed(100 * *row.skipped, 0) : "-",
        percent(share(row.degenerate.any, row.questions)),
        of_yes_no(row.measures.precision),
        of_yes_no(row.measures.recall)};
    for (auto const& text : texts) cells += element("td", {}, text);
    return element("tr", {}, cells);
}

}   // namespace

std::string number_legend() {
    std::string text;
    for (auto const& [title, meaning] : titles) {
        if (*meaning != '\0') text.append(text.empty() ? "" : "; ").append(title).append(": ").append(meaning);
    }
    return element("p", {{"class", "note printed"}}, text + ".");
}

std::string number_table(content const& of, method_names names, std::size_t split) {
    auto head = element("th", {}, "method");
    for (auto const& [title, meaning] : titles) head += element("th", {{"title", meaning}}, title);
    std::string body;
    for (std::size_t m = 0; m < names.size(); ++m) body += row_of(of.row(split, m), m + 1, names[m]);
    auto const table = element("table", {{"class", "numbers"}},
                               element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body));
    return element("div", {{"class", "scroll"}, {"tabindex", "0"}}, table);
}

}   // namespace evaluation::report
