// SPDX-License-Identifier: MIT
#include <llava/method.hpp>

#include <limits>
#include <string>
#include <variant>

#include <llava/io/error.hpp>

#include "catch.hpp"

namespace {

using causalmm::intervention::scope;
using llava::method;
using llava::parse_method;

std::string_view policy_name(llava::edit const& change) {
    return std::visit([]<class Policy>(Policy const&) { return std::string_view{Policy::name}; }, change.policy);
}

/// What parse_method says against `text`; empty if nothing.
std::string complaint(std::string const& text) {
    try {
        (void)parse_method(text);
        return "";
    } catch (llava::io::error const& problem) {
        return problem.code == llava::io::exit_code::usage ? problem.what() : "another exit code";
    }
}

}   // namespace

TEST_CASE("method: names alone carry the published defaults", "[llava]") {
    method const greedy = parse_method("greedy");
    CHECK(greedy.what == method::kind::greedy);
    CHECK(greedy.temperature == 0.0);
    CHECK_FALSE(greedy.contrasts());
    method const sample = parse_method("sample");
    CHECK(sample.temperature == 1.0);
    CHECK(sample.epsilon == 0.0);
    CHECK(sample.top_p == 1.0);
    CHECK(sample.top_k == 0);
    method const plausible = parse_method("plausible");
    CHECK(plausible.epsilon == 0.1);
    CHECK(plausible.temperature == 1.0);
    CHECK_FALSE(plausible.contrasts());
    method const released = parse_method("released");
    CHECK(released.gate == causalmm::released::vision_edit::shuffle);
    CHECK(released.gamma == 1.0);
    CHECK(released.epsilon == 0.1);
    CHECK(released.temperature == 1.0);
    method const vcd = parse_method("vcd");
    CHECK(vcd.noise == 500);
    CHECK(vcd.temperature == 1.0);
}

TEST_CASE("method: every key is read", "[llava]") {
    std::string const text =
        "causalmm:vision=shuffled,language=reversed,vision_layers=0-3,language_layers=1-2,vision_heads=2,"
        "language_heads=0-1,scope=row,gamma=2.5,epsilon=0,temperature=0.5,top_p=0.9,top_k=40,beam=5,seed="
        "18446744073709551615";
    method const both = parse_method(text);
    CHECK(both.name == text);
    CHECK(both.what == method::kind::causalmm);
    REQUIRE(both.vision);
    REQUIRE(both.language);
    CHECK(policy_name(*both.vision) == "shuffled");
    CHECK(std::get<causalmm::intervention::shuffled>(both.vision->policy).over == scope::row);
    CHECK(policy_name(*both.language) == "reversed");
    CHECK(std::get<causalmm::intervention::reversed>(both.language->policy).over == scope::row);
    CHECK(both.vision->where.layers == causalmm::selection::index_set{{0, 4}});
    CHECK(both.language->where.layers == causalmm::selection::index_set{{1, 3}});
    CHECK(both.vision->where.heads == causalmm::selection::index_set{{2, 3}});
    CHECK(both.language->where.heads == causalmm::selection::index_set{{0, 2}});
    CHECK(both.gamma == 2.5);
    CHECK(both.epsilon == 0.0);
    CHECK(both.temperature == 0.5);
    CHECK(both.top_p == 0.9);
    CHECK(both.top_k == 40);
    CHECK(both.beam == 5);
    CHECK(both.seed == std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(parse_method("sample").seed);
    CHECK(parse_method("released:gate=uniform").gate == causalmm::released::vision_edit::uniform);
    CHECK(parse_method("vcd:noise=999,gamma=0").noise == 999);
}

TEST_CASE("method: every intervention of the library can be named, for either branch", "[llava]") {
    causalmm::intervention::list::for_each([]<class Policy>() {
        std::string const name{Policy::name};
        INFO(name);
        CHECK(policy_name(*parse_method("causalmm:vision=" + name).vision) == name);
        CHECK(policy_name(*parse_method("causalmm:language=" + name).language) == name);
    });
    CHECK(policy_name(*parse_method("causalmm:language=random,renormalized=true").language) == "renormalized_random");
    CHECK(policy_name(*parse_method("causalmm:language=random,renormalized=false").language) == "random");
}

TEST_CASE("method: a vision edit takes the whole map unless told otherwise, also inside a wrapper", "[llava]") {
    using wrapped = causalmm::intervention::renormalized<causalmm::intervention::reversed>;
    CHECK(std::get<wrapped>(parse_method("causalmm:vision=renormalized_reversed").vision->policy).policy.over ==
          scope::map);
    CHECK(
        std::get<wrapped>(parse_method("causalmm:vision=renormalized_reversed,scope=row").vision->policy).policy.over ==
        scope::row);
    CHECK(std::get<wrapped>(parse_method("causalmm:language=renormalized_reversed").language->policy).policy.over ==
          scope::row);
}

TEST_CASE("method: what is wrong is named, with what may stand there", "[llava]") {
    for (std::string const text : {"", "beam", "Greedy", " greedy", "greedy "}) {
        INFO(text);
        CHECK_THAT(complaint(text), Catch::Contains("greedy, sample, plausible, causalmm, released, vcd"));
    }
    CHECK_THAT(complaint("greedy:gamma=1"), Catch::Contains("gamma"));
    CHECK_THAT(complaint("sample:epsilon=0.1"), Catch::Contains("temperature, top_p, top_k, seed"));
    CHECK_THAT(complaint("causalmm"), Catch::Contains("vision="));
    CHECK_THAT(complaint("causalmm:gamma=1"), Catch::Contains("vision="));
    CHECK_THAT(complaint("causalmm:vision=upside_down"),
               Catch::Contains("identity, uniform, random, reversed, shuffled"));
    CHECK_THAT(complaint("causalmm:vision="), Catch::Contains("vision"));
    CHECK_THAT(complaint("causalmm:vision=identity,renormalized=true"), Catch::Contains("renormalized_identity"));
    CHECK_THAT(complaint("causalmm:vision=random,scope=map"), Catch::Contains("scope"));
    CHECK_THAT(complaint("causalmm:language=random,scope=map"), Catch::Contains("scope"));
    CHECK_THAT(complaint("causalmm:language=random,vision_layers=0-1"), Catch::Contains("vision="));
    CHECK_THAT(complaint("causalmm:vision=random,language_heads=0"), Catch::Contains("language="));
    CHECK_THAT(complaint("released:gate=sideways"), Catch::Contains("random, uniform, reversed or shuffle"));
    CHECK_THAT(complaint("plausible:epsilon=0.1,epsilon=0.1"), Catch::Contains("epsilon is given twice"));
    CHECK_THAT(complaint("plausible:epsilon"), Catch::Contains("epsilon needs a value"));
    CHECK_THAT(complaint("plausible:"), Catch::Contains("unknown key"));
    CHECK_THAT(complaint("plausible:epsilon=0.1,"), Catch::Contains("unknown key"));
}

TEST_CASE("method: numbers are checked whole and against their range", "[llava]") {
    for (std::string const value :
         {"", "-1", "-0", "nan", "inf", "1e39", "1x", "1 ", " 1", "0,5", "0x1p3", "+1", "1e999"}) {
        INFO(value);
        CHECK_THAT(complaint("vcd:gamma=" + value), Catch::Contains("gamma is") || Catch::Contains("unknown key"));
    }
    for (std::string const value : {"-0.1", "1.0001", "nan", "", "inf"}) {
        CHECK_THAT(complaint("plausible:epsilon=" + value), Catch::Contains("[0, 1]"));
        CHECK_THAT(complaint("sample:top_p=" + value), Catch::Contains("[0, 1]"));
    }
    for (std::string const value : {"-1", "1.5", "99999999999", ""}) {
        CHECK_THAT(complaint("sample:top_k=" + value), Catch::Contains("an integer >= 0"));
    }
    for (std::string const value : {"0", "17", "-1", "2.5", ""}) {
        CHECK_THAT(complaint("vcd:beam=" + value), Catch::Contains("1-16"));
    }
    CHECK_THAT(complaint("sample:beam=2"), Catch::Contains("unknown key"));
    for (std::string const value : {"1000", "-1", "5.5"}) {
        CHECK_THAT(complaint("vcd:noise=" + value), Catch::Contains("0-999"));
    }
    for (std::string const value : {"2-1", "-1-2", "1-", "-", "a-b", "1-2-3", "", "1- 2"}) {
        CHECK_THAT(complaint("causalmm:vision=random,vision_layers=" + value), Catch::Contains("a range a-b"));
    }
    CHECK(complaint("vcd:gamma=1e3,epsilon=1,noise=0,temperature=0,top_p=0,top_k=0") == "");
}

TEST_CASE("method: the seed reaches policies that draw, also inside a wrapper", "[llava]") {
    llava::edit plain = *parse_method("causalmm:language=shuffled").language;
    llava::set_seed(plain, 42);
    CHECK(std::get<causalmm::intervention::shuffled>(plain.policy).seed == 42);
    llava::edit wrapped = *parse_method("causalmm:language=renormalized_random").language;
    llava::set_seed(wrapped, 43);
    CHECK(std::get<causalmm::intervention::renormalized<causalmm::intervention::random>>(wrapped.policy).policy.seed ==
          43);
}

TEST_CASE("method: an intervention's own parameters stand in parentheses", "[llava]") {
    method const both =
        parse_method("causalmm:vision=random(scale=2,seed=3),language=amplified(alpha=0.5),gamma=2,language_layers=1");
    CHECK(std::get<causalmm::intervention::random>(both.vision->policy).scale == 2.0f);
    CHECK(std::get<causalmm::intervention::amplified>(both.language->policy).alpha == 0.5f);
    CHECK(both.language->where.layers == causalmm::selection::index_set{{1, 2}});
    CHECK(both.gamma == 2.0);
    using wrapped = causalmm::intervention::renormalized<causalmm::intervention::random>;
    method const renormalized = parse_method("causalmm:renormalized=true,language=random(scale=3)");
    CHECK(std::get<wrapped>(renormalized.language->policy).policy.scale == 3.0f);
}

TEST_CASE("method: an intervention's own scope and seed are kept", "[llava]") {
    method both = parse_method("causalmm:vision=shuffled(over=row,seed=7),language=reversed(over=map)");
    CHECK(std::get<causalmm::intervention::shuffled>(both.vision->policy).over == scope::row);
    CHECK(std::get<causalmm::intervention::reversed>(both.language->policy).over == scope::map);
    llava::set_seed(*both.vision, 42);
    CHECK(std::get<causalmm::intervention::shuffled>(both.vision->policy).seed == 7);
    CHECK_THAT(complaint("causalmm:vision=shuffled(over=row),scope=map"), Catch::Contains("over="));
}

TEST_CASE("method: parameters that are wrong are named with the tower", "[llava]") {
    CHECK_THAT(complaint("causalmm:language=amplified(factor=2)"),
               Catch::Contains("language") && Catch::Contains("amplified has no \"factor\"; it has alpha"));
    CHECK_THAT(complaint("causalmm:vision=random(scale=2"), Catch::Contains("vision") && Catch::Contains("closing )"));
    CHECK_THAT(complaint("causalmm:vision=random(scale=2,gamma=1"), Catch::Contains("closing )"));
    CHECK_THAT(complaint("causalmm:vision=random:scale=2"), Catch::Contains("NAME(key=value,...)"));
    CHECK_THAT(complaint("vcd:noise=(5)"), Catch::Contains("0-999"));
}
