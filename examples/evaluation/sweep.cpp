// SPDX-License-Identifier: MIT
#include <evaluation/sweep.hpp>

#include <algorithm>
#include <optional>
#include <sstream>

#include <llava/io/error.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

std::vector<std::string> parts(std::string const& text) {
    std::vector<std::string> found;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) found.push_back(part);
    return found;
}

struct sweep {
    std::string key;
    std::vector<std::string> values;
};

sweep read_sweep(std::string const& text) {
    auto const equals = text.find('=');
    if (equals != 0 && equals != std::string::npos && equals + 1 < text.size())
        return {.key = text.substr(0, equals), .values = parts(text.substr(equals + 1))};
    throw error(exit_code::usage, "", "--sweep", llava::io::quote(text) + ": expected KEY=VALUE,VALUE,...");
}

// One for each value that the method takes; the last refusal, if there is one.
struct variants {
    std::vector<std::string> methods;
    std::optional<error> refusal;
};

variants variants_of(std::string const& method, sweep const& by, std::function<void(std::string const&)> const& check) {
    variants found;
    for (auto const& value : by.values) {
        auto const changed = with_value(method, by.key, value);
        try {
            check(changed);
            found.methods.push_back(changed);
        } catch (error const& refused) { found.refusal = refused; }
    }
    return found;
}

void add_new(std::vector<std::string>& to, std::vector<std::string> const& more) {
    for (auto const& each : more) {
        if (std::count(to.begin(), to.end(), each) == 0) to.push_back(each);
    }
}

}   // namespace

std::string with_value(std::string const& method, std::string const& key, std::string const& value) {
    auto const colon = method.find(':');
    std::string result = method.substr(0, colon) + ":";
    bool found = false;
    if (colon != std::string::npos) {
        for (auto const& pair : parts(method.substr(colon + 1))) {
            bool const same = pair.starts_with(key + "=");
            result += (same ? key + "=" + value : pair) + ",";
            found = found || same;
        }
    }
    if (!found) return result + key + "=" + value;
    result.pop_back();
    return result;
}

std::vector<std::string> swept(std::vector<std::string> const& methods, std::vector<std::string> const& sweeps,
                               std::function<void(std::string const&)> const& check) {
    auto current = methods;
    for (auto const& method : methods) check(method);   // what they are themselves wrong with comes first
    for (auto const& text : sweeps) {
        auto const by = read_sweep(text);
        std::vector<std::string> next;
        std::optional<error> refusal;
        bool taken = false;
        for (auto const& method : current) {
            auto const [some, refused] = variants_of(method, by, check);
            if (!some.empty() && refused) throw *refused;
            taken = taken || !some.empty();
            if (refused) refusal = refused;
            add_new(next, some.empty() ? std::vector{method} : some);
        }
        if (!taken) {
            throw error(
                exit_code::usage, "", "--sweep",
                "no method takes " + llava::io::quote(by.key) + (refusal ? std::string("; ") + refusal->what() : ""));
        }
        current = std::move(next);
    }
    return current;
}

}   // namespace evaluation
