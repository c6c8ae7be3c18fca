// SPDX-License-Identifier: MIT
#include <evaluation/report/samples.hpp>

#include <cmath>
#include <utility>

#include <evaluation/report/data_uri.hpp>
#include <evaluation/report/markup.hpp>

namespace evaluation::report {

namespace {

std::string_view true_answer(question const& asked) {
    switch (asked.kind) {
        case truth::yes_or_no: return asked.label_is_yes ? "yes" : "no";
        case truth::true_or_false: return asked.label_is_yes ? "true" : "false";
        case truth::text: break;
    }
    return "";
}

struct card {
    content const& of;
    method_names names;
    verdicts const& right;
    sample which;

    question const& asked() const { return of.splits[which.split].questions[which.question]; }
    reply const& answer(std::size_t method) const { return of.splits[which.split].replies[method][which.question]; }
    bool is_right(std::size_t method) const { return right[which.split][method][which.question]; }
    // Numbers of the methods that correct or spoil the baseline's answer, each between spaces.
    std::string methods_that(bool correct) const {
        std::string result = " ";
        for (std::size_t m = 1; m < names.size(); ++m) {
            if (is_right(m) == correct && is_right(0) != correct) result += std::to_string(m + 1) + " ";
        }
        return result;
    }

    std::string answer_row(std::size_t method) const;
    std::string picture_of(std::string const& file) const;
    std::string shown(std::string const& file) const;
    std::string maps(std::string const& file) const;
    std::string html() const;
};

std::string card::answer_row(std::size_t method) const {
    bool const good = is_right(method);
    auto const& given = answer(method);
    auto const cell = [](std::string const& style, std::string const& text) {
        return element("td", {{"class", style}}, text);
    };
    auto const text = given.text.empty() ? "<em>empty</em>" : escaped(given.text);
    auto row = cell("badge", std::to_string(method + 1));
    if (asked().kind == truth::text) {   // of any length, and neither yes nor no
        row += cell("name", escaped(names[method]) + element("div", {{"class", "answer"}}, text));
    } else {
        row += cell("name", escaped(names[method])) + cell("answer", text);
        row += cell("figure", std::isfinite(given.margin) ? signed_fixed(static_cast<double>(given.margin), 1) : "");
    }
    row += cell("mark", good ? "&#10003; right" : "&#10007; wrong");
    return element("tr", {{"class", good ? "right" : "wrong"}}, row);
}

std::string card::picture_of(std::string const& file) const {
    return file.empty() ? "" : leaf("img", {{"src", file}, {"alt", asked().image}, {"loading", "lazy"}});
}

// The picture, or that it is missing.
std::string card::shown(std::string const& file) const {
    if (!file.empty()) return element("figure", {}, picture_of(file));
    return asked().image.empty() ? "" : element("figure", {{"class", "missing"}}, "picture missing");
}

// The last method that has maps is shown: methods are asked for with the one of interest last.
std::string card::maps(std::string const& file) const {
    if (!of.attention || file.empty()) return "";
    for (std::size_t m = of.methods.size(); m-- > 1;) {
        auto const found = of.attention(of.splits[which.split], asked(), of.methods[m]);
        if (!found) continue;
        std::string result;
        for (auto const& [map, name] :
             {std::pair(&found->factual, "factual"), std::pair(&found->counterfactual, "counterfactual")}) {
            auto const heat = leaf("img", {{"class", "heat"}, {"src", data_uri(heat_png(*map))}, {"alt", name}});
            auto const stack = element("span", {{"class", "stack"}}, picture_of(file) + heat);
            result += element("figure", {{"class", "map"}}, stack + element("figcaption", {}, name));
        }
        return result + element("p", {{"class", "note"}}, "attention of " + escaped(names[m]));
    }
    return "";
}

std::string card::html() const {
    auto const file = data_uri(of.picture ? of.picture(of.splits[which.split], asked()) : "");
    std::string rows;
    for (std::size_t m = 0; m < names.size(); ++m) rows += answer_row(m);
    auto const head = element("h3", {}, escaped(asked().text));
    auto place = escaped(of.splits[which.split].name) + ", question " + std::to_string(asked().id);
    if (!asked().image.empty()) place += ", " + escaped(asked().image);
    if (auto const answer = true_answer(asked()); !answer.empty())
        place += "; true answer: " + element("strong", {}, answer);
    auto const truth = element("p", {{"class", "note"}}, place);
    auto const pictures = element("div", {{"class", "pictures"}}, shown(file) + maps(file));
    return element("article",
                   {{"class", "sample"},
                    {"data-split", std::to_string(which.split)},
                    {"data-corrected", methods_that(true)},
                    {"data-spoiled", methods_that(false)}},
                   pictures + head + truth + element("table", {{"class", "answers"}}, rows));
}

std::string choice(std::string const& id, std::string const& title, std::vector<std::string> const& options) {
    std::string list;
    for (std::size_t i = 0; i < options.size(); ++i)
        list += element("option", {{"value", std::to_string(i)}}, escaped(options[i]));
    return element("label", {}, title + " " + element("select", {{"id", id}}, list));
}

}   // namespace

std::string sample_browser(content const& of, method_names names) {
    auto const right = read_answers(of);
    auto const samples = choose_samples(of, right);
    std::string cards;
    for (auto const& each : samples) cards += card{of, names, right, each}.html();
    std::vector<std::string> splits = {"all"};
    for (auto const& split : of.splits) splits.push_back(split.name);
    std::vector<std::string> methods = {"any"};
    for (std::size_t m = 1; m < names.size(); ++m) methods.push_back(std::to_string(m + 1) + " " + names[m]);
    auto const choices = choice("choose-split", "split", splits) + choice("choose-method", "method", methods) +
                         choice("choose-change", "what it did", {"anything", "corrected", "spoiled"});
    auto const shown = element("output", {{"id", "samples-shown"}}, std::to_string(samples.size()));
    auto const form = element("form", {{"id", "choices"}, {"hidden", "hidden"}},
                              choices + element("span", {{"class", "note"}}, shown + " shown"));
    return form + element("div", {{"class", "samples"}}, cards);
}

}   // namespace evaluation::report
