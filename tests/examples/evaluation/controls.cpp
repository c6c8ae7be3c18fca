// SPDX-License-Identifier: MIT
#include <evaluation/controls.hpp>

#include "catch.hpp"

using evaluation::comparison;
using evaluation::is_identity;
using evaluation::without_seed;

namespace {

comparison row(std::string const& split, std::string const& method, double accuracy) {
    comparison result;
    result.split = split;
    result.method = method;
    result.measures.accuracy = accuracy;
    return result;
}

}   // namespace

TEST_CASE("controls: runs that differ in their seed alone are one method", "[evaluation]") {
    CHECK(without_seed("sample") == "sample");
    CHECK(without_seed("sample:seed=1") == "sample");
    CHECK(without_seed("vcd:seed=1,gamma=2") == "vcd:gamma=2");
    CHECK(without_seed("vcd:gamma=2,seed=1,epsilon=0") == "vcd:gamma=2,epsilon=0");
    CHECK(without_seed("vcd:gamma=2,noise=3") == "vcd:gamma=2,noise=3");
    CHECK(without_seed("x:seeds=1") == "x:seeds=1");
}

TEST_CASE("controls: an identity branch is one that edits nothing and draws nothing", "[evaluation]") {
    CHECK(is_identity("causalmm:vision=identity"));
    CHECK(is_identity("causalmm:gamma=1,vision=identity,language=identity,epsilon=0.1"));
    CHECK_FALSE(is_identity("causalmm:vision=identity,language=reversed"));
    CHECK_FALSE(is_identity("causalmm:vision=identity,temperature=1"));
    CHECK_FALSE(is_identity("causalmm:vision_layers=identity"));
    CHECK_FALSE(is_identity("greedy"));
}

TEST_CASE("controls: the spread over seeds is mean and range", "[evaluation]") {
    std::vector<comparison> const rows = {row("a", "greedy", 0.9),        row("a", "sample", 0.6),
                                          row("a", "sample:seed=1", 0.7), row("a", "sample:seed=2", 0.5),
                                          row("b", "sample", 0.4),        row("b", "sample:seed=1", 0.2)};
    auto const found = evaluation::spreads(rows);
    REQUIRE(found.size() == 2);
    CHECK(found[0].split == "a");
    CHECK(found[0].method == "sample");
    CHECK(found[0].seeds == 3);
    CHECK(found[0].mean == Approx(0.6));
    CHECK(found[0].low == 0.5);
    CHECK(found[0].high == 0.7);
    CHECK(found[1].seeds == 2);
    CHECK(found[1].mean == Approx(0.3));
}
