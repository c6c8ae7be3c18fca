// SPDX-License-Identifier: MIT
#include <evaluation/report/samples.hpp>

#include "catch.hpp"
#include "content_setting.hpp"

namespace report = evaluation::report;
using report::sample;
using support::count;

TEST_CASE("samples: those that a method changes first, in turn over the splits, none twice", "[evaluation]") {
    auto of = support::report_content();
    // fake:a=1 corrects questions 1, 3, 5 and 7 (from 0) of both splits; nothing is spoiled, nothing is wrong by all.
    of.samples = 3;
    CHECK(report::choose_samples(of, report::read_answers(of)) == std::vector<sample>{{0, 1}, {0, 3}, {1, 1}});
    of.samples = 100;
    CHECK(report::choose_samples(of, report::read_answers(of)).size() == 8);
    of.samples = 0;
    CHECK(report::choose_samples(of, report::read_answers(of)).empty());
}

TEST_CASE("samples: what no method gets right is shown too", "[evaluation]") {
    auto of = support::report_content();
    of.splits[1].replies[1][5].text = "Yes";
    of.samples = 100;
    auto const found = report::choose_samples(of, report::read_answers(of));
    CHECK(std::count(found.begin(), found.end(), sample{1, 5}) == 1);
}

TEST_CASE("sample browser: picture, question and every method's answer, hostile text harmless", "[evaluation]") {
    auto of = support::report_content();
    of.samples = 2;
    auto const browser = report::sample_browser(of, of.methods);
    CHECK(support::breach_of_xml(browser).empty());
    CHECK(count(browser, "<article") == 2);
    CHECK(count(browser, "src=\"data:image/png;base64,") == 2);
    CHECK(count(browser, "data-corrected=\" 2 \"") == 2);
    CHECK(count(browser, "data-spoiled=\" \"") == 2);
    CHECK_THAT(browser, Catch::Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Yes&#39;"));
    CHECK_THAT(browser, Catch::Contains("true answer: <strong>no</strong>") && Catch::Contains(">+1.0</td>"));
}

TEST_CASE("sample browser: an answer of any length stands below its method's name, without a margin", "[evaluation]") {
    auto of = support::report_content();
    of.samples = 2;
    for (auto& split : of.splits) {
        for (auto& asked : split.questions) asked.kind = evaluation::truth::text;
        split.right = [](auto const& texts) { return std::vector<bool>(texts.size(), false); };
    }
    auto const browser = report::sample_browser(of, of.methods);
    CHECK(support::breach_of_xml(browser).empty());
    CHECK(count(browser, "<div class=\"answer\">") == 2 * of.methods.size());
    CHECK(count(browser, "<td class=\"figure\">") == 0);
}

TEST_CASE("sample browser: both maps of a method that has them, over the picture", "[evaluation]") {
    auto of = support::report_content();
    of.samples = 1;
    of.attention = [](evaluation::answered_split const&, evaluation::question const&,
                      std::string const& method) -> std::optional<evaluation::attention_pair> {
        if (method != "fake:a=1") return std::nullopt;
        evaluation::attention_map const map{.rows = 1, .columns = 2, .values = {1, 0}};
        return evaluation::attention_pair{.factual = map, .counterfactual = map};
    };
    auto const browser = report::sample_browser(of, of.methods);
    CHECK(count(browser, "class=\"heat\"") == 2);
    CHECK_THAT(browser, Catch::Contains("attention of fake:a=1") && Catch::Contains(">counterfactual</figcaption>"));
    of.picture = [](evaluation::answered_split const&, evaluation::question const&) { return std::string(); };
    auto const without = report::sample_browser(of, of.methods);
    CHECK(count(without, "<img") == 0);
    CHECK(count(without, "<figure class=\"missing\">picture missing</figure>") == 1);
    for (auto& split : of.splits) {
        for (auto& asked : split.questions) asked.image.clear();
    }
    CHECK(count(report::sample_browser(of, of.methods), "picture missing") == 0);   // none was asked about
}
