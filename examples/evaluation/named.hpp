// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <llava/io/error.hpp>

namespace evaluation {

/// The entry of a type_list whose name was written on the command line, as run-time data.
///
/// shape   Entry has a name and a template function of<Type>()
/// units   none
/// errors  llava::io::error (usage) naming the option and listing the choices
/// source  reliability.md A7
template <class Entry, class List>
Entry find_named(std::string_view option, std::string_view name) {
    std::optional<Entry> found;
    std::string choices;
    List::for_each([&]<class Type>() {
        if (name == Type::name) found = Entry::template of<Type>();
        choices += choices.empty() ? "" : ", ";
        choices += Type::name;
    });
    if (found) return *found;
    throw llava::io::error(llava::io::exit_code::usage, "", option,
                           llava::io::quote(name) + " is unknown (choices: " + choices + ")");
}

}   // namespace evaluation
