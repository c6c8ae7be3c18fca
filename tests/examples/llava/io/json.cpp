// SPDX-License-Identifier: MIT
#include <llava/io/json.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using llava::io::json_document;
using support::failure;
using support::folder;
using support::names;
using namespace std::string_literals;

namespace {

std::optional<std::string> parsing(std::string const& text) {
    return failure([&] { return json_document::parse(text, "a.json"); });
}

// What the getter says about {"x": value}.
template <class Get>
std::optional<std::string> getting(std::string const& value, Get get) {
    auto const document = json_document::parse("{\"x\":" + value + "}", "a.json");
    return failure([&] { return get(document->root().at("x")); });
}

}   // namespace

TEST_CASE("json: what is not JSON is refused with its place", "[llava][io]") {
    for (std::string const bad :
         {"",     "{",   "[1,]",  "{\"a\":1,}",  "// c\n1",  "{'a':1}", "NaN", "Infinity", "-",         "01",
          "0x10", "1 2", "{} {}", "\"\\ud800\"", "\"\x80\"", "\"\n\"",  "tru", "[1 2]",    "{\"a\" 1}", "\"abc"}) {
        INFO(bad);
        CHECK(names(parsing(bad), 65, {"a.json", "not valid JSON"}));
    }
    CHECK(names(parsing("{\n \"a\": ]}"), 65, {"line 2"}));
    CHECK(names(parsing("{}\0"s), 65, {"not valid JSON"}));
    CHECK(names(parsing("1e400"), 65, {"out of range"}));
}

TEST_CASE("json: a key given twice and deep nesting are refused", "[llava][io]") {
    CHECK(names(parsing("{\"a\":1,\"a\":2}"), 65, {"\"a\"", "twice"}));
    CHECK(names(parsing("[{\"b\":{\"a\":1,\"\\u0061\":2}}]"), 65, {"\"a\"", "twice"}));
    CHECK_FALSE(parsing(std::string(64, '[') + std::string(64, ']')));
    CHECK(names(parsing(std::string(65, '[') + std::string(65, ']')), 65, {"64 levels"}));
    CHECK(names(parsing(std::string(200000, '[')), 65, {"64 levels"}));
}

TEST_CASE("json: getters convert nothing", "[llava][io]") {
    auto const integer = [](auto const& field) { return field.integer(-5, 100); };
    CHECK_FALSE(getting("100", integer));
    CHECK_FALSE(getting("-5", integer));
    for (std::string const bad : {"101", "-6", "4.5", "4.0", "1e1", "\"4\"", "true", "null", "[4]", "{}",
                                  "18446744073709551616", "9223372036854775808", "-9223372036854775809", "1e300"}) {
        INFO(bad);
        CHECK(names(getting(bad, integer), 65, {"a.json: x: ", "integer from -5 to 100"}));
    }
    auto const any = [](auto const& field) { return field.integer(); };
    CHECK_FALSE(getting("9223372036854775807", any));
    CHECK(getting("9223372036854775808", any));   // unsigned in the parser, would turn negative
    auto const number = [](auto const& field) { return field.number(0.5, 2.0); };
    CHECK_FALSE(getting("1", number));
    CHECK_FALSE(getting("2e0", number));
    CHECK(names(getting("0.4", number), 65, {"x", "0.5"}));
    CHECK(names(getting("\"1\"", number), 65, {"x"}));
    auto const boolean = [](auto const& field) { return field.boolean(); };
    CHECK_FALSE(getting("false", boolean));
    CHECK(names(getting("0", boolean), 65, {"x", "true or false"}));
    auto const text = [](auto const& field) { return field.text(3).size(); };
    CHECK_FALSE(getting("\"abc\"", text));
    CHECK(names(getting("\"abcd\"", text), 65, {"x", "at most 3"}));
    CHECK(names(getting("1", text), 65, {"x", "string"}));
}

TEST_CASE("json: fields carry their path, foreign keys are escaped and cut", "[llava][io]") {
    auto const document = json_document::parse(R"({"a":{"b":[1,{"c":null}]}})", "dir/a.json");
    auto const inner = document->root().at("a").at("b").at(std::size_t{1});
    CHECK(inner.name() == "a.b[1]");
    CHECK_FALSE(inner.find("c"));
    CHECK_FALSE(inner.find("d"));
    CHECK(names(failure([&] { return inner.at("c").integer(); }), 65, {"a.json: a.b[1].c: ", "null"}));
    CHECK(names(failure([&] { return inner.at("d").integer(); }), 65, {"a.json: a.b[1].d: missing"}));
    CHECK(
        names(failure([&] { return document->root().at("a").at("b").at(std::size_t{2}); }), 65, {"a.b[2]", "missing"}));
    CHECK(names(failure([&] { return document->root().at("a").array().size(); }), 65, {"a: expected an array"}));
    CHECK(names(failure([&] { return document->root().at("a").at("b").object().size(); }), 65,
                {"a.b: expected an object"}));
    CHECK(names(failure([&] { return document->root().at("x\x1b" + std::string(3000, 'y')); }), 65,
                {"x\\x1By", "missing"}));
}

TEST_CASE("json: files are read whole, limits hold, other contents are named", "[llava][io]") {
    folder const here;
    CHECK(json_document::read(here.write("a.json", "{\"a\":1}\n"))->root().at("a").integer() == 1);
    CHECK(names(failure([&] { return json_document::read(here.write("a.json", "")); }), 65, {"a.json", "empty"}));
    CHECK(names(failure([&] { return json_document::read(here.write("a.json", "[1,2,3]"), 6); }), 65,
                {"a.json", "7 bytes"}));
    CHECK(names(failure([&] { return json_document::read(here.write("a.json", "<html></html>")); }), 65,
                {"a.json", "HTML"}));
    CHECK(
        names(failure([&] { return json_document::read(here.write("a.json", "PK\x03\x04")); }), 65, {"a.json", "ZIP"}));
    CHECK(names(failure([&] { return json_document::read(here.path() / "no.json"); }), 66, {"no.json"}));
}
