// SPDX-License-Identifier: MIT
#include <evaluation/report/charts.hpp>

#include <array>

#include <evaluation/report/markup.hpp>
#include <evaluation/report/svg.hpp>
#include <evaluation/rules.hpp>

namespace evaluation::report {

namespace {

constexpr double width = 340;
constexpr double row_height = 36;

confusion counts_of(answered_split const& split, std::size_t method, rule const& by) {
    confusion counts;
    for (std::size_t i = 0; i < split.questions.size(); ++i) {
        bool const label = split.questions[i].label_is_yes;
        counts.add(label, by.read(split.replies[method][i].text, label));
    }
    return counts;
}

struct segment {
    std::int64_t count = 0;
    char const* style = "";
};

// From yes to no, so that the border between the two is the yes-rate.
std::array<segment, 5> segments(confusion const& c) {
    return {{{c.true_yes, "yes"},
             {c.false_yes, "yes wrong"},
             {c.neither_yes + c.neither_no, "unread"},
             {c.false_no, "no wrong"},
             {c.true_no, "no"}}};
}

std::string row_of(confusion const& counts, std::string const& name, double top, scale const& x) {
    auto result = label({12, top + 13}, clipped(name, 44), "name");
    double done = 0;
    for (auto const& [count, style] : segments(counts)) {
        double const part = static_cast<double>(count) / static_cast<double>(counts.total());
        if (count > 0) result += rectangle({x.at(done), top + 18}, x.at(done + part) - x.at(done), 12, style);
        done += part;
    }
    double const yes = static_cast<double>(counts.true_yes + counts.false_yes) / static_cast<double>(counts.total());
    return result + label({width - 12, top + 13}, fixed(100 * yes, 1) + " %", "verdict end");
}

}   // namespace

std::string distribution_chart(content const& of, method_names names, std::size_t split) {
    auto const& asked = of.splits[split];
    if (asked.right) return "";
    auto const by = find_rule(of.summary.rule);
    scale const x{.low = 0, .high = 1, .from = 12, .to = width - 12};
    double const height = row_height * static_cast<double>(of.methods.size()) + 2;
    std::string marks;
    double truth = 0;
    for (auto const& q : asked.questions) truth += q.label_is_yes ? 1 : 0;
    for (std::size_t m = 0; m < of.methods.size(); ++m)
        marks += row_of(counts_of(asked, m, by), names[m], row_height * static_cast<double>(m), x);
    double const at = x.at(truth / static_cast<double>(asked.questions.size()));
    for (std::size_t m = 0; m < of.methods.size(); ++m) {
        double const top = row_height * static_cast<double>(m);
        marks += line({at, top + 15}, {at, top + 33}, "truth");
    }
    return picture(width, height, "answers on " + asked.name, marks);
}

}   // namespace evaluation::report
