// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace evaluation {

/// Which words of a caption name which class of objects.
///
/// Words are made singular; two words without a mark between them that are a name together ("fire hydrant") become one, and a train
/// track is no train; "baby" or "adult" before an animal and "passenger" before a vehicle fall away; in a caption with a toilet a seat is
/// no chair; then names are looked up.
///
/// Differs from the program where that mistakes its own words: its singular of "bus" is "bu" and of "ties" is "ty", so neither is ever
/// counted there; a name in synonyms.txt behind two blanks or with a capital letter is never met; words that a full stop alone parts
/// ("sink.There") are one. Its Python 3 port asks a tagger and WordNet for the singular, and has the first of these right.
///
/// shape   lines "class, name, name, ..."; a class names itself
/// units   none
/// errors  llava::io::error: bad_data naming file and line for a name that belongs to two classes, no_input if the file cannot be read
/// source  CHAIR arXiv:1809.02156, the rules of utils/chair.py
class object_table {
  public:
    static object_table coco();   // the 80 classes of COCO; the names are this project's own
    static object_table read(std::filesystem::path const& file);

    /// The classes that a caption names, one entry for each time it does.
    std::vector<std::string> mentions(std::string_view caption) const;

    /// The class that this name stands for; empty if it is none.
    std::string class_of(std::string_view name) const;

  private:
    void add(std::string_view line, std::string const& where);
    void add_names(std::string_view piece, std::vector<std::string>& names) const;   // words and pairs of words

    std::unordered_map<std::string, std::string> classes_;   // by name, of one word or two
};

}   // namespace evaluation
