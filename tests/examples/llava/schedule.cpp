// SPDX-License-Identifier: MIT
#include <llava/schedule.hpp>

#include <string>
#include <variant>
#include <vector>

#include <llava/answer.hpp>

#include "catch.hpp"

TEST_CASE("schedule: each is found by its name, and the default is one of them", "[llava]") {
    CHECK(llava::schedule_names() == std::vector<std::string>{"sequential", "batched", "lazy"});
    for (std::string const& name : llava::schedule_names()) {
        CHECK(std::visit([](auto const& each) { return std::string{each.name}; }, llava::schedule_named(name)) == name);
    }
    CHECK(llava::default_schedule_name() == "lazy");
}

TEST_CASE("schedule: each form of attention is found by its name, and the default keeps no pattern", "[llava]") {
    CHECK(llava::attention_names() == std::vector<std::string>{"streaming", "materialized"});
    CHECK(llava::attention_named("streaming") == llava::attention_form::streaming);
    CHECK(llava::attention_named("materialized") == llava::attention_form::materialized);
    CHECK(llava::answer_options{}.attention == llava::attention_form::streaming);
}
