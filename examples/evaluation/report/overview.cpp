// SPDX-License-Identifier: MIT
#include <evaluation/report/overview.hpp>

#include <map>

#include <evaluation/report/markup.hpp>
#include <evaluation/sentence.hpp>

namespace evaluation::report {

namespace {

std::string cell_of(comparison const& row, std::string const& split) {
    std::string const style(verdict_style(row));
    auto const chip = element("span", {{"class", "chip " + style}},
                              std::string(verdict_mark(row)) + " " + std::string(verdict_of(row)));
    auto const size = element("span", {{"class", "size"}}, signed_fixed(100 * row.difference.mean, 1));
    return element("td", {{"data-split", split}}, size + " " + chip);
}

std::string counted(content const& of) {
    std::map<std::string_view, int> counts;
    std::size_t comparisons = 0;
    for (auto const& row : of.summary.rows) {
        if (row.is_baseline) continue;
        ++counts[verdict_of(row)];
        ++comparisons;
    }
    std::string text = std::to_string(comparisons) + " comparisons with " + escaped(of.summary.baseline) + ": ";
    std::string list;
    for (std::string_view const verdict : {"real gain", "gain", "bias gain", "not shown", "real loss"}) {
        if (counts[verdict] == 0) continue;
        list += (list.empty() ? "" : ", ") + element("strong", {}, std::to_string(counts[verdict])) + " ";
        list.append(verdict);
    }
    return element("p", {{"class", "lead"}}, text + list + ".");
}

}   // namespace

std::string method_list(content const& of, method_names names) {
    std::string items;
    for (std::size_t m = 0; m < names.size(); ++m) {
        auto const number = element("span", {{"class", "badge"}}, std::to_string(m + 1));
        auto text = number + " " + escaped(names[m]) + (m == 0 ? " (baseline)" : "");
        if (names[m] != of.methods[m]) text.append(" ").append(element("code", {}, escaped(of.methods[m])));
        items += element("li", {}, text);
    }
    return element("ul", {{"class", "methods"}}, items);
}

std::string overview(content const& of, method_names names) {
    auto head = element("th", {}, "method");
    for (auto const& split : of.splits) head += element("th", {}, escaped(split.name));
    auto rows = element("thead", {}, element("tr", {}, head));
    std::string body;
    for (std::size_t m = 1; m < names.size(); ++m) {
        auto const number = element("span", {{"class", "badge"}}, std::to_string(m + 1));
        auto row = element("th", {{"scope", "row"}}, number + " " + escaped(names[m]));
        for (std::size_t s = 0; s < of.splits.size(); ++s) row += cell_of(of.row(s, m), of.splits[s].name);
        body += element("tr", {}, row);
    }
    return counted(of) + element("table", {{"class", "matrix"}}, rows + element("tbody", {}, body));
}

std::string findings(content const& of, method_names names) {
    std::string cards;
    for (std::size_t s = 0; s < of.splits.size(); ++s) {
        std::string items;
        for (std::size_t m = 1; m < names.size(); ++m)
            items += element("li", {}, escaped(sentence_of(of.row(s, m), names[m], of.summary.baseline)));
        cards += element("div", {}, element("h3", {}, escaped(of.splits[s].name)) + element("ul", {}, items));
    }
    std::string items = element("li", {}, escaped(multiplicity(of.summary.rows)));
    for (auto const& text : control_sentences(of.summary.rows, of.summary.baseline))
        items += element("li", {}, escaped(text));
    for (auto const& text : of.summary.notes) items += element("li", {}, escaped(text));
    return element("div", {{"class", "cards"}}, cards) + element("h3", {}, "All together") + element("ul", {}, items);
}

}   // namespace evaluation::report
