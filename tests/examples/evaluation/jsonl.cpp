// SPDX-License-Identifier: MIT
#include <evaluation/jsonl.hpp>

#include "catch.hpp"
#include "support.hpp"

namespace {

std::vector<std::pair<std::size_t, std::int64_t>> read(std::string_view text) {
    std::vector<std::pair<std::size_t, std::int64_t>> values;
    evaluation::read_lines(text, "d/f.jsonl", [&](auto const& object, std::size_t line) {
        values.emplace_back(line, object.at("a").integer());
    });
    return values;
}

support::thrown refused(std::string_view text) {
    return support::thrown_by([&] { read(text); });
}

}   // namespace

TEST_CASE("jsonl: line ends of any kind, and a missing last one", "[evaluation]") {
    std::vector<std::pair<std::size_t, std::int64_t>> const expected = {{1, 5}, {2, 6}};
    CHECK(read("{\"a\":5}\n{\"a\":6}\n") == expected);
    CHECK(read("{\"a\":5}\r\n{\"a\":6}\r\n") == expected);
    CHECK(read("{\"a\":5}\n{\"a\":6}") == expected);
    CHECK(read("").empty());
}

TEST_CASE("jsonl: what is wrong names file and line", "[evaluation]") {
    for (auto const* text :
         {"{\"a\":1}\n\n{\"a\":2}\n", "{\"a\":1}\n[1]\n", "{\"a\":1}\n{\"a\":1\n", "{\"a\":1}\n{\"a\":1}{\"a\":2}\n",
          "{\"a\":1}\n{\"a\":NaN}\n", "{\"a\":1}\n{\"a\":1,\"a\":2}\n", "{\"a\":1}\n{\"b\":1}\n",
          "{\"a\":1}\n{\"a\":\"1\"}\n", "{\"a\":1}\n \n"}) {
        INFO(text);
        auto const [code, what] = refused(text);
        CHECK(code == 65);
        CHECK_THAT(what, Catch::StartsWith("f.jsonl line 2"));
    }
    CHECK(refused("{\"a\":1, \"b\":\"" + std::string(1 << 20, 'x') + "\"}\n").code == 65);
    CHECK(support::thrown_by([] {
              evaluation::read_lines(std::filesystem::path("/absent/f.jsonl"), [](auto const&, std::size_t) {});
          }).code == 66);
}
