// SPDX-License-Identifier: MIT
#include <llava/policy_text.hpp>

#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <llava/io/error.hpp>
#include <llava/read_value.hpp>

namespace llava {
namespace {

using causalmm::intervention::scope;

/// A policy's name, and what stands behind it.
struct parts {
    std::string_view name;
    std::optional<std::string_view> parameters;
};

class reader {
  public:
    explicit reader(std::string_view field) : field_{field} {}

    parts split(std::string_view text) const {
        auto const mark = text.find_first_of(":(");
        if (mark == std::string_view::npos) { return {text, {}}; }
        std::string_view behind = text.substr(mark + 1);
        if (text[mark] == '(') {
            if (!behind.ends_with(')')) { refuse(io::quote(text) + " lacks its closing )"); }
            behind.remove_suffix(1);
        }
        return {text.substr(0, mark), behind};
    }

    any_intervention policy_named(std::string_view name) const {
        std::optional<any_intervention> found;
        std::string known;
        causalmm::intervention::list::for_each([&]<class Policy>() {
            if (name == Policy::name) { found = Policy{}; }
            known.append(known.empty() ? "" : ", ").append(Policy::name);
        });
        if (!found) { refuse("unknown intervention " + io::quote(name) + "; there are " + known); }
        return *found;
    }

    /// Sets one parameter of a policy.
    template <class Policy>
    void set(Policy& policy, std::string_view pair, std::vector<std::string_view>& seen) const {
        auto const equals = pair.find('=');
        std::string_view const key = pair.substr(0, equals);
        std::string known;
        for_each_parameter(policy, [&](char const* name, auto& member) {
            known.append(known.empty() ? "" : ", ").append(name);
            if (key != name) { return; }
            if (equals == std::string_view::npos) { refuse(std::string{key} + " needs a value: " + name + "=..."); }
            for (std::string_view const other : seen) {
                if (other == key) { refuse(std::string{key} + " is given twice"); }
            }
            seen.push_back(key);
            put(name, pair.substr(equals + 1), member);
        });
        if (seen.empty() || seen.back() != key) {
            refuse(std::string{Policy::name} + " has no " + io::quote(key) + "; " +
                   (known.empty() ? "it has no parameters" : "it has " + known));
        }
    }

    /// Parameters that a policy refuses are named by its own check.
    void demand(causalmm::status const& outcome) const {
        if (!outcome) { refuse(outcome.what); }
    }

  private:
    [[noreturn]] void refuse(std::string const& text) const { throw io::error{io::exit_code::usage, "", field_, text}; }

    void put(char const* name, std::string_view value, std::uint64_t& member) const {
        demand_read(read(value, member), name, value, "an integer >= 0");
    }
    void put(char const* name, std::string_view value, float& member) const {
        bool const negative = value.starts_with('-');
        demand_read(read(negative ? value.substr(1) : value, member), name, value, "a number");
        if (negative) { member = -member; }
    }
    void put(char const* name, std::string_view value, scope& member) const {
        demand_read(value == "row" || value == "map", name, value, "row or map");
        member = value == "map" ? scope::map : scope::row;
    }
    void demand_read(bool good, char const* name, std::string_view value, char const* range) const {
        if (!good) { refuse(std::string{name} + " is " + io::quote(value) + ", not " + range); }
    }

    std::string_view field_;
};

}   // namespace

written_policy parse_policy(std::string_view text, std::string_view field) {
    reader const from{field};
    parts const written = from.split(text);
    written_policy result{.policy = from.policy_named(written.name)};
    std::visit(
        [&](auto& policy) {
            std::vector<std::string_view> seen;
            for (std::optional<std::string_view> left = written.parameters; left;) {
                auto const comma = left->find(',');
                from.set(policy, left->substr(0, comma), seen);
                left = comma == std::string_view::npos ? std::nullopt : std::optional{left->substr(comma + 1)};
            }
            for (std::string_view const key : seen) {
                result.has_seed = result.has_seed || key == "seed";
                result.has_scope = result.has_scope || key == "over";
            }
            from.demand(policy.check());
        },
        result.policy);
    return result;
}

void set_seed(any_intervention& policy, std::uint64_t seed) {
    auto const set = [seed](char const* /*name*/, auto& member) {
        if constexpr (std::is_same_v<decltype(member), std::uint64_t&>) { member = seed; }
    };
    std::visit([&set](auto& one) { for_each_parameter(one, set); }, policy);
}

bool set_scope(any_intervention& policy, scope over) {
    bool found = false;
    auto const set = [over, &found](char const* /*name*/, auto& member) {
        if constexpr (std::is_same_v<decltype(member), scope&>) {
            member = over;
            found = true;
        }
    };
    std::visit([&set](auto& one) { for_each_parameter(one, set); }, policy);
    return found;
}

}   // namespace llava
