// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <causalmm/decode.hpp>

namespace llava {

/// Any one of the library's schedules: its list, as a variant. What an answer costs, never what it is.
using any_schedule = causalmm::decode::list::apply<std::variant>;

/// The cheapest: counterfactual branches run only where they are needed, and together.
inline any_schedule const default_schedule = causalmm::decode::lazy<>{};

inline std::string_view default_schedule_name() {
    return std::visit([](auto const& schedule) { return schedule.name; }, default_schedule);
}

inline std::vector<std::string> schedule_names() {
    std::vector<std::string> names;
    causalmm::decode::list::for_each([&]<class Schedule>() { names.emplace_back(Schedule::name); });
    return names;
}

/// The schedule of a name that schedule_names() has.
inline any_schedule schedule_named(std::string_view name) {
    any_schedule found = default_schedule;
    causalmm::decode::list::for_each([&]<class Schedule>() {
        if (name == Schedule::name) { found = Schedule{}; }
    });
    return found;
}

/// How attention is computed. What an answer costs, never what it is but for rounding.
enum class attention_form : std::uint8_t { streaming, materialized };

inline std::vector<std::string> attention_names() { return {"streaming", "materialized"}; }

inline attention_form attention_named(std::string_view name) {
    return name == "materialized" ? attention_form::materialized : attention_form::streaming;
}

}   // namespace llava
