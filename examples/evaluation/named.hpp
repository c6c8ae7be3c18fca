// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <llava/io/error.hpp>

namespace evaluation {

/// The names in a type_list, for messages and help.
///
/// shape   "pope, mme, vlind"
/// units   none
/// errors  none
/// source  the list
template <class List>
std::string names_in() {
    std::string names;
    List::for_each([&]<class Type>() { names.append(names.empty() ? "" : ", ").append(Type::name); });
    return names;
}

/// The entry of a type_list whose name was written on the command line, as run-time data.
///
/// shape   Entry has a name and a template function of<Type>()
/// units   none
/// errors  llava::io::error (usage) naming the option and listing the choices
/// source  reliability.md A7
template <class Entry, class List>
Entry find_named(std::string_view option, std::string_view name) {
    std::optional<Entry> found;
    List::for_each([&]<class Type>() {
        if (name == Type::name) found = Entry::template of<Type>();
    });
    if (found) return *found;
    throw llava::io::error(llava::io::exit_code::usage, "", option,
                           llava::io::quote(name) + " is unknown (choices: " + names_in<List>() + ")");
}

}   // namespace evaluation
