// SPDX-License-Identifier: MIT
#include <evaluation/table_form.hpp>

#include <array>

#include <llava/io/error.hpp>

namespace evaluation {

namespace {

struct table_form {
    std::string_view name;
    std::string (table::*text)() const;
};
constexpr std::array forms = {table_form{"text", &table::text}, table_form{"markdown", &table::markdown},
                              table_form{"csv", &table::csv}, table_form{"json", &table::json}};

}   // namespace

void check_format(std::string_view format) { formatted({}, format); }

std::string formatted(table const& t, std::string_view format) {
    std::string names;
    for (auto const& form : forms) {
        if (form.name == format) return (t.*form.text)();
        names += std::string(names.empty() ? "" : ", ") + std::string(form.name);
    }
    throw llava::io::error(llava::io::exit_code::usage, "", "--format",
                           llava::io::quote(format) + " is unknown (choices: " + names + ")");
}

}   // namespace evaluation
