// SPDX-License-Identifier: MIT
#include <evaluation/singular.hpp>

#include <utility>

#include "catch.hpp"

using evaluation::singular;
using evaluation::words_of;

TEST_CASE("singular: nouns by their endings and by the table", "[evaluation]") {
    for (auto const& [plural, one] : std::vector<std::pair<std::string, std::string>>{{"dogs", "dog"},
                                                                                      {"people", "person"},
                                                                                      {"men", "man"},
                                                                                      {"women", "woman"},
                                                                                      {"children", "child"},
                                                                                      {"knives", "knife"},
                                                                                      {"geese", "goose"},
                                                                                      {"mice", "mouse"},
                                                                                      {"buses", "bus"},
                                                                                      {"benches", "bench"},
                                                                                      {"brushes", "brush"},
                                                                                      {"glasses", "glass"},
                                                                                      {"boxes", "box"},
                                                                                      {"potatoes", "potato"},
                                                                                      {"babies", "baby"},
                                                                                      {"ties", "tie"},
                                                                                      {"pies", "pie"},
                                                                                      {"horses", "horse"},
                                                                                      {"vases", "vase"},
                                                                                      {"oranges", "orange"},
                                                                                      {"giraffes", "giraffe"},
                                                                                      {"firemen", "fireman"},
                                                                                      {"policewomen", "policewoman"},
                                                                                      {"shoes", "shoe"},
                                                                                      {"cookies", "cookie"},
                                                                                      {"couches", "couch"},
                                                                                      {"leaves", "leaf"},
                                                                                      {"taxis", "taxi"},
                                                                                      {"skateboards", "skateboard"}}) {
        INFO(plural);
        CHECK(singular(plural) == one);
        CHECK(singular(one) == one);
    }
}

TEST_CASE("singular: words that are no plural stay", "[evaluation]") {
    for (std::string const word : {"bus", "glass", "grass", "sheep", "fish", "skis", "scissors", "tennis", "this", "is",
                                   "gas", "as", "cactus", "specimen", "ramen", "", "s", "a", "series"}) {
        INFO(word);
        CHECK(singular(word) == word);
    }
}

TEST_CASE("words: cut at punctuation, without what follows an apostrophe", "[evaluation]") {
    using words = std::vector<std::string>;
    CHECK(words_of("A Dog's bone; hot-dog, it isn't!") == words{"a", "dog", "bone", "hot-dog", "it", "isn"});
    CHECK(words_of("") == words{});
    CHECK(words_of(" \n.,' ") == words{});
    CHECK(words_of("caf\xc3\xa9 3") == words{"caf\xc3\xa9", "3"});
}
