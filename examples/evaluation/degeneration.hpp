// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace evaluation {

/// What is wrong with the form of an answer, whatever it says.
///
/// empty      no word at all
/// repeated   a phrase of one to eight words stands three times in a row
/// over_long  more than `longest` words
/// words are cut at white space; the first that holds is reported
///
/// shape   one text
/// units   words
/// errors  none
/// source  the reference's issue 5: "generated content was gibberish" when the language model's attention is randomised
enum class degeneration : std::uint8_t { none, empty, repeated, over_long };
degeneration degeneration_of(std::string_view answer, std::size_t longest);

/// Counts of degenerate answers; an unparseable one that is empty, repeated or over-long too is counted once in all.
///
/// shape   five counts
/// units   answers
/// errors  none
/// source  evaluation.md 2.2
struct degenerate_counts {
    std::int64_t empty = 0;
    std::int64_t repeated = 0;
    std::int64_t over_long = 0;
    std::int64_t unparseable = 0;
    std::int64_t any = 0;

    void add(degeneration form, bool is_unparseable);

    friend bool operator==(degenerate_counts const&, degenerate_counts const&) = default;
};

}   // namespace evaluation
