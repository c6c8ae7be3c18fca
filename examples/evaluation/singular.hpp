// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evaluation {

/// The singular of an English noun; any other word is left as it is, or loses an s that nothing here depends on.
///
/// irregular nouns by a table (people: person); -ies: -y, -ves: -f or -fe, -ches -shes -sses -xes -zes -oes: without es, -s: without s;
/// words in -ss, -us, -is and those that have no plural stay
///
/// shape   one lower-case word
/// units   bytes
/// errors  none
/// source  English grammar; CHAIR uses pattern.en, whose table is another
std::string singular(std::string_view word);

/// The words of a text: lower case, cut at everything but letters, digits and hyphens; "'s" and what else follows an apostrophe is
/// dropped.
///
/// shape   any text -> words
/// units   bytes; those above 127 belong to words
/// errors  none
/// source  CHAIR tokenizes likewise
std::vector<std::string> words_of(std::string_view text);

}   // namespace evaluation
