// SPDX-License-Identifier: MIT
#include <evaluation/sweep.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::swept;
using evaluation::with_value;
using strings = std::vector<std::string>;

namespace {

// Takes gamma from 0 to 2 where the name is "c", layers where it is "c" and names language; nothing else.
void check(std::string const& method) {
    auto const refuse = [&](std::string const& why) {
        throw llava::io::error(llava::io::exit_code::usage, "", "method", method + ": " + why);
    };
    auto const holds = [&](char const* text) { return method.find(text) != std::string::npos; };
    if (method == "greedy") return;
    if (!method.starts_with("c")) refuse("there are no keys");
    if (holds("layers=") && !holds("language=")) refuse("layers needs language=");
    if (holds("gamma=3") || holds("gamma=x")) refuse("gamma is out of range");
}

support::thrown refused(strings const& methods, strings const& sweeps) {
    return support::thrown_by([&] { swept(methods, sweeps, check); });
}

}   // namespace

TEST_CASE("sweep: a value replaces another one, or is added", "[evaluation]") {
    CHECK(with_value("c", "gamma", "1") == "c:gamma=1");
    CHECK(with_value("c:gamma=2", "gamma", "1") == "c:gamma=1");
    CHECK(with_value("c:a=1,gamma=2,b=3", "gamma", "1") == "c:a=1,gamma=1,b=3");
    CHECK(with_value("c:a_gamma=1", "gamma", "2") == "c:a_gamma=1,gamma=2");
}

TEST_CASE("sweep: all combinations, in the methods that take the key", "[evaluation]") {
    CHECK(swept({"greedy", "c"}, {}, check) == strings{"greedy", "c"});
    CHECK(swept({"greedy", "c:language=u"}, {"gamma=0.5,1", "layers=0-3,2-3"}, check) ==
          strings{"greedy", "c:language=u,gamma=0.5,layers=0-3", "c:language=u,gamma=0.5,layers=2-3",
                  "c:language=u,gamma=1,layers=0-3", "c:language=u,gamma=1,layers=2-3"});
    CHECK(swept({"c:language=u", "c:vision=s"}, {"layers=0-3"}, check) ==
          strings{"c:language=u,layers=0-3", "c:vision=s"});
    CHECK(swept({"c:gamma=1", "c:gamma=2"}, {"gamma=0,1"}, check) == strings{"c:gamma=0", "c:gamma=1"});   // each once
}

TEST_CASE("sweep: a key that no method takes, or a value that one does not, is a usage error", "[evaluation]") {
    CHECK(refused({"greedy", "c"}, {"layers=0-3"}).what ==
          "--sweep: no method takes \"layers\"; method: c:layers=0-3: layers needs language=");
    CHECK(refused({"greedy", "c"}, {"gamma=1,3"}).what == "method: c:gamma=3: gamma is out of range");
    CHECK(refused({"greedy", "c"}, {"gamma=x"}).code == 64);
    for (auto const* text : {"", "gamma", "gamma=", "=1", ","}) CHECK(refused({"c"}, {text}).code == 64);
    CHECK(refused({"unknown"}, {"gamma=1"}).code == 64);
}
