// SPDX-License-Identifier: MIT
#include <evaluation/metrics.hpp>

#include <cmath>
#include <limits>

#include "catch.hpp"

using evaluation::confusion;
using evaluation::labelled_margin;
using evaluation::rules::verdict;

namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();

}   // namespace

TEST_CASE("confusion: counts by label and verdict", "[evaluation]") {
    confusion counts;
    counts.add(true, verdict::yes);
    counts.add(true, verdict::no);
    counts.add(true, verdict::no);
    counts.add(true, verdict::neither);
    counts.add(false, verdict::yes);
    counts.add(false, verdict::no);
    counts.add(false, verdict::neither);
    counts.add(false, verdict::neither);
    CHECK(counts ==
          confusion{.true_yes = 1, .false_yes = 1, .true_no = 1, .false_no = 2, .neither_yes = 1, .neither_no = 2});
    CHECK(counts.total() == 8);
}

TEST_CASE("measure: hand-worked values", "[evaluation]") {
    // 3 of 5 yes questions found, 1 of 4 no questions affirmed: P = 3/4, R = 3/5, F1 = 2 * .45 / 1.35 = 2/3.
    confusion const counts{
        .true_yes = 3, .false_yes = 1, .true_no = 3, .false_no = 2, .neither_yes = 0, .neither_no = 0};
    auto const scores = evaluation::measure(counts, true);
    CHECK(scores.accuracy == Approx(6.0 / 9));
    CHECK(scores.precision == Approx(0.75));
    CHECK(scores.recall == Approx(0.6));
    CHECK(scores.f1 == Approx(2.0 / 3));
    CHECK(scores.yes_rate == Approx(4.0 / 9));
    CHECK(scores.notes.empty());
}

TEST_CASE("measure: an unread answer is wrong, and a miss only where the rule says so", "[evaluation]") {
    confusion const counts{
        .true_yes = 2, .false_yes = 0, .true_no = 1, .false_no = 1, .neither_yes = 1, .neither_no = 3};
    CHECK(evaluation::measure(counts, true).accuracy == Approx(3.0 / 8));
    CHECK(evaluation::measure(counts, true).recall == Approx(0.5));
    CHECK(evaluation::measure(counts, false).recall == Approx(2.0 / 3));
}

TEST_CASE("measure: a division by zero is 0 with a note", "[evaluation]") {
    confusion const all_no{
        .true_yes = 0, .false_yes = 0, .true_no = 4, .false_no = 4, .neither_yes = 0, .neither_no = 0};
    auto const scores = evaluation::measure(all_no, true);
    CHECK(scores.accuracy == Approx(0.5));
    CHECK(scores.precision == 0);
    CHECK(scores.f1 == 0);
    REQUIRE(scores.notes.size() == 2);
    CHECK(scores.notes[0] == "precision is 0/0, printed as 0: no answer is yes");
    CHECK(scores.notes[1] == "F1 is 0/0, printed as 0: precision and recall are 0");
    CHECK(evaluation::measure({}, true).notes.size() == 5);
}

TEST_CASE("area under curve: ties count half", "[evaluation]") {
    // yes at 3, 1, 1; no at 2, 1, 0. Pairs won by yes: 3 beats 3; each 1 beats the 0 and ties with the 1: 3 + 2 * 1.5 = 6 of 9.
    std::vector<labelled_margin> const margins = {{1, false}, {3, true}, {2, false}, {1, true}, {0, false}, {1, true}};
    CHECK(*evaluation::area_under_curve(margins) == Approx(6.0 / 9));
    std::vector<labelled_margin> const apart = {{1, true}, {-1, false}};
    CHECK(*evaluation::area_under_curve(apart) == 1);
    std::vector<labelled_margin> const same = {{2, true}, {2, false}, {2, false}};
    CHECK(*evaluation::area_under_curve(same) == 0.5);
}

TEST_CASE("margins: one label only or a margin that is not finite gives nothing", "[evaluation]") {
    for (auto const& margins : {std::vector<labelled_margin>{},
                                {{1, true}},
                                {{1, false}},
                                {{1, true}, {infinity, false}},
                                {{std::nan(""), true}, {0, false}}}) {
        CHECK_FALSE(evaluation::area_under_curve(margins));
        CHECK_FALSE(evaluation::false_yes_at_recall(margins, 0.5));
    }
}

TEST_CASE("false yes at recall: no questions above the threshold that reaches it", "[evaluation]") {
    // Descending: yes 5, no 4, yes 3, no 2, yes 1, no 0, yes -1, no -2.
    std::vector<labelled_margin> const margins = {{5, true}, {4, false}, {3, true},  {2, false},
                                                  {1, true}, {0, false}, {-1, true}, {-2, false}};
    CHECK(*evaluation::false_yes_at_recall(margins, 0) == 0);
    CHECK(*evaluation::false_yes_at_recall(margins, 0.25) == 0);
    CHECK(*evaluation::false_yes_at_recall(margins, 0.5) == Approx(0.25));
    CHECK(*evaluation::false_yes_at_recall(margins, 0.75) == Approx(0.5));
    CHECK(*evaluation::false_yes_at_recall(margins, 1) == Approx(0.75));
}

TEST_CASE("false yes at recall: linear inside a tie, and a bias does not change it", "[evaluation]") {
    // yes 2; then a tie of two yes and four no at 1: half of the yes in the tie is reached with half of its no.
    std::vector<labelled_margin> margins = {{2, true},  {1, true},  {1, true},  {1, false},
                                            {1, false}, {1, false}, {1, false}, {0, false}};
    CHECK(*evaluation::false_yes_at_recall(margins, 2.0 / 3) == Approx(2.0 / 5).epsilon(1e-5));
    for (auto& m : margins) m.margin -= 100;
    CHECK(*evaluation::false_yes_at_recall(margins, 2.0 / 3) == Approx(2.0 / 5).epsilon(1e-5));
}
