// SPDX-License-Identifier: MIT
#include <evaluation/report/page.hpp>

#include <functional>
#include <vector>

#include <evaluation/report/charts.hpp>
#include <evaluation/report/markup.hpp>
#include <evaluation/report/names.hpp>
#include <evaluation/report/overview.hpp>
#include <evaluation/report/samples.hpp>
#include <evaluation/report/style.hpp>

namespace evaluation::report {

namespace {

std::string section(std::string const& id, std::string const& title, std::string const& lead, std::string const& body) {
    auto const note = lead.empty() ? "" : element("p", {{"class", "note"}}, lead);
    return element("section", {{"id", id}}, element("h2", {}, title) + note + body) + "\n";
}

std::string figure(std::string const& title, std::string const& note, std::string const& chart) {
    if (chart.empty()) return "";
    auto const caption = element("strong", {}, escaped(title)).append(" ").append(escaped(note));
    return element("figure", {}, element("figcaption", {}, caption) + chart) + "\n";
}

std::string cards(std::string const& figures) {
    if (figures.empty()) return element("p", {}, "Nothing to show: not known here, or the same for every method.");
    return element("div", {{"class", "cards"}}, figures);
}

std::string of_each_split(content const& of, std::function<std::string(std::size_t)> const& chart) {
    std::string result;
    for (std::size_t s = 0; s < of.splits.size(); ++s)
        result += figure(of.splits[s].name, std::to_string(of.splits[s].questions.size()) + " questions", chart(s));
    return cards(result);
}

std::string margins(content const& of, method_names names) {
    auto const area = [](comparison const& row) {
        return row.area_under_curve ? fixed(row.area_under_curve->mean, 3) : "-";
    };
    std::string result;
    for (std::size_t s = 0; s < of.splits.size(); ++s) {
        if (!of.row(s, 0).is_yes_no) continue;   // a margin of yes over no says nothing about them
        for (std::size_t m = 1; m < names.size(); ++m) {
            auto const note = "AUC " + area(of.row(s, m)) + ", " + of.summary.baseline + " " + area(of.row(s, 0));
            result += figure(of.splits[s].name + ", " + std::to_string(m + 1) + " " + names[m], note,
                             margin_chart(of, names, s, m));
        }
    }
    return cards(result);
}

std::string numbers(content const& of, method_names names) {
    std::string result = number_legend();
    for (std::size_t s = 0; s < of.splits.size(); ++s)
        result += element("h3", {}, escaped(of.splits[s].name)) + number_table(of, names, s);
    return result;
}

std::string key(std::string const& style, std::string const& text) {
    return element("span", {{"class", "key " + style}}, "") + text;
}

std::string facts(content const& of) {
    auto const& t = of.summary;
    return element("p", {{"class", "note"}},
                   escaped(t.benchmark + " on model " + t.model + "; scoring " + t.rules() +
                           "; baseline: " + t.baseline + "; seed: " + t.seed + "."));
}

std::string links() {
    std::string result;
    for (auto const* id : {"findings", "differences", "answers", "margins", "costs", "numbers", "samples"})
        result += element("a", {{"href", std::string("#") + id}}, id);
    return element("nav", {}, result);
}

std::string body(content const& of, method_names names) {
    auto const base = escaped(of.summary.baseline);
    std::string text =
        element("h1", {}, "What the methods change: " + escaped(of.summary.benchmark)) + facts(of) + links();
    text += overview(of, names) + method_list(of, names);
    text += section("findings", "In words", "Intervals are of 95 %, in brackets, in points of accuracy.",
                    findings(of, names));
    text += section(
        "differences", "Differences to " + base,
        "Thick: accuracy of the method minus that of " + base +
            ", 95 % interval, paired, bootstrap by image. Thin: "
            "minus " +
            base +
            " with a constant bias that gives it the method's yes-rate. Only a gain that lies right "
            "of 0 in both is called real: &#9650; real gain, &#9651; bias gain, &#9675; not shown, &#9660; real loss.",
        of_each_split(of, [&](std::size_t s) { return interval_chart(of, names, s); }));
    text += section(
        "answers", "What was answered",
        "From the left:" + key("yes", "yes, right") + key("yes-wrong", "yes, wrong") + key("unread", "not to be read") +
            key("no-wrong", "no, wrong") + key("no", "no, right") +
            ". The number is the yes-rate; the black mark stands at the share of questions whose true answer is yes.",
        of_each_split(of, [&](std::size_t s) { return distribution_chart(of, names, s); }));
    text += section(
        "margins", "Margins",
        "Questions by the margin of yes over no in the first token" + key("yes", "true answer yes") +
            key("no", "true answer no (dashed)") + ". Above: the method, below: " + base +
            ". A method that only answers no more often moves both shapes to the left; one that sees better pulls "
            "them apart. Methods whose margins are those of " +
            base + " are left out.",
        margins(of, names));
    text += section("costs", "Cost and gain",
                    "Numbers are those of the methods, lines the 95 % intervals of the difference.",
                    of_each_split(of, [&](std::size_t s) { return cost_chart(of, names, s); }));
    text +=
        section("numbers", "All numbers",
                "Percent, unless it is an AUC, a p or a cost. What a column is, its title says.", numbers(of, names));
    return text + section("samples", "Samples",
                          "Questions on which the methods differ, chosen in turn for every split and method, and some "
                          "that all get "
                          "wrong. The number beside an answer is its margin in logits, yes over no. Attention is drawn "
                          "from the lowest to the highest value of each map.",
                          sample_browser(of, names));
}

}   // namespace

std::string page(content const& of) {
    auto const names = short_names(of.methods);
    auto const viewport = leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    auto const head = leaf("meta", {{"charset", "utf-8"}}) + viewport +
                      element("title", {}, escaped(of.summary.benchmark + " on " + of.summary.model)) +
                      element("style", {}, style_sheet());
    auto const content = body(of, names) + element("script", {}, script());
    return "<!DOCTYPE html>\n" +
           element("html", {{"xmlns", "http://www.w3.org/1999/xhtml"}, {"lang", "en"}},
                   element("head", {}, head) + "\n" + element("body", {}, content)) +
           "\n";
}

}   // namespace evaluation::report
