// SPDX-License-Identifier: MIT
#include <evaluation/degeneration.hpp>

#include "catch.hpp"

using evaluation::degeneration;
using evaluation::degeneration_of;

TEST_CASE("degeneration: an answer in good form", "[evaluation]") {
    for (auto const* answer :
         {"Yes", "No, there is no cup.", "very very good", "a cup a cup a bowl", "one two three four five"}) {
        INFO(answer);
        CHECK(degeneration_of(answer, 5 + 1) == degeneration::none);
    }
}

TEST_CASE("degeneration: empty is what has no word", "[evaluation]") {
    for (auto const* answer : {"", " ", "\n\t \r\f\v"}) CHECK(degeneration_of(answer, 1) == degeneration::empty);
}

TEST_CASE("degeneration: a phrase of one to eight words three times in a row", "[evaluation]") {
    CHECK(degeneration_of("no no no", 20) == degeneration::repeated);
    CHECK(degeneration_of("it is a cup a cup  a\ncup", 20) == degeneration::repeated);
    CHECK(degeneration_of("a b c d e f g h a b c d e f g h a b c d e f g h", 99) == degeneration::repeated);
    CHECK(degeneration_of("a b c d e f g h i a b c d e f g h i a b c d e f g h i", 99) ==
          degeneration::none);                                       // nine words
    CHECK(degeneration_of("x y x y x", 20) == degeneration::none);   // two and a half times
    CHECK(degeneration_of("no No no", 20) == degeneration::none);
}

TEST_CASE("degeneration: over-long is more words than were asked for", "[evaluation]") {
    CHECK(degeneration_of("a b c", 3) == degeneration::none);
    CHECK(degeneration_of("a b c d", 3) == degeneration::over_long);
}

TEST_CASE("degenerate counts: an answer with two faults is one answer", "[evaluation]") {
    evaluation::degenerate_counts counts;
    counts.add(degeneration::none, false);
    counts.add(degeneration::empty, true);
    counts.add(degeneration::repeated, false);
    counts.add(degeneration::over_long, true);
    counts.add(degeneration::none, true);
    CHECK(counts ==
          evaluation::degenerate_counts{.empty = 1, .repeated = 1, .over_long = 1, .unparseable = 3, .any = 4});
}
