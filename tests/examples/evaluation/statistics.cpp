// SPDX-License-Identifier: MIT
#include <evaluation/statistics.hpp>

#include <string>

#include <evaluation/bootstrap.hpp>
#include <evaluation/metrics.hpp>
#include <llava/io/json.hpp>

#include "catch.hpp"

using llava::io::json_field;

namespace {

// What SciPy and NumPy say (tests/golden/evaluation/make_statistics.py).
llava::io::json_document const& golden() {
    static auto const document =
        llava::io::json_document::read(std::string(CAUSALMM_SOURCE_DIR) + "/tests/golden/evaluation/statistics.json");
    return *document;
}

template <class Check>
void for_each_case(char const* name, Check check) {
    auto const cases = golden().root().at(name);
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(name << " " << i);
        check(cases.at(i));
    }
}

std::vector<double> numbers(json_field const& array) {
    std::vector<double> result;
    for (std::size_t i = 0; i < array.size(); ++i) result.push_back(array.at(i).number());
    return result;
}

}   // namespace

TEST_CASE("mcnemar: SciPy's exact binomial test of the discordant pairs", "[evaluation]") {
    for_each_case("mcnemar", [](json_field const& each) {
        auto const ours = each.at("ours").integer();
        auto const theirs = each.at("theirs").integer();
        INFO(ours << " to " << theirs);
        auto const found = evaluation::mcnemar(ours, theirs);
        CHECK(found.only_ours == ours);
        CHECK(found.only_theirs == theirs);
        // lgamma(10301) is about 8.5e4: its rounding alone is some 1e-11 of the result.
        CHECK(found.p == Approx(each.at("p").number()).epsilon(1e-9));
    });
}

TEST_CASE("area under curve: SciPy's Mann-Whitney U", "[evaluation]") {
    for_each_case("auc", [](json_field const& each) {
        auto const values = numbers(each.at("margins"));
        std::vector<evaluation::labelled_margin> margins;
        for (std::size_t i = 0; i < values.size(); ++i)
            margins.push_back({.margin = values[i], .label_is_yes = each.at("yes").at(i).boolean()});
        CHECK(*evaluation::area_under_curve(margins) == Approx(each.at("area").number()).epsilon(1e-12));
    });
}

TEST_CASE("holm: step by step", "[evaluation]") {
    for_each_case("holm", [](json_field const& each) {
        auto const expected = numbers(each.at("adjusted"));
        auto const found = evaluation::holm(numbers(each.at("values")));
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-12));
    });
    CHECK(evaluation::holm({}).empty());
}

TEST_CASE("bootstrap: NumPy's interval, with clusters of unequal size", "[evaluation]") {
    for_each_case("bootstrap", [](json_field const& each) {
        auto const clusters = numbers(each.at("clusters"));
        auto const differences = numbers(each.at("differences"));
        std::vector<std::string> names;
        for (double const c : clusters) names.push_back(std::to_string(c));
        std::vector<evaluation::paired_answer> answers;
        for (std::size_t i = 0; i < names.size(); ++i)
            answers.push_back({.cluster = names[i], .difference = differences[i]});
        auto const found = evaluation::paired_bootstrap(answers, 5);
        // The 2.5 % quantile of 10,000 draws has a standard error of sqrt(.025 * .975 / 10,000) / .0584 = .027 se; four of them.
        // Where all clusters are of one size the means lie 1 / n apart, and a quantile may stand on the next one.
        double const tolerance = 0.11 * each.at("se").number() + 1.0 / static_cast<double>(answers.size());
        CHECK(found.mean == Approx(each.at("mean").number()).margin(1e-12));
        CHECK(found.low == Approx(each.at("low").number()).margin(tolerance));
        CHECK(found.high == Approx(each.at("high").number()).margin(tolerance));
    });
}
