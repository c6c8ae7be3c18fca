// SPDX-License-Identifier: MIT
#include <llava/io/added_tokens.hpp>

#include <string>
#include <vector>

#include "catch.hpp"

using llava::io::added_tokens;

namespace {

// The parts as "text:id", so that a whole split is one comparison.
std::vector<std::string> parts(added_tokens const& tokens, std::string const& text,
                               added_tokens::quote_range quoted = {}) {
    std::vector<std::string> out;
    for (auto const& part : tokens.split(text, quoted))
        out.push_back(text.substr(part.first, part.size) + ":" + std::to_string(part.id));
    return out;
}

using list = std::vector<std::string>;

}   // namespace

TEST_CASE("added_tokens: the leftmost match wins, and there the longest", "[llava][io]") {
    added_tokens tokens;
    tokens.add({"<a>", 1, false, false});
    tokens.add({"<a>b", 2, false, false});
    tokens.add({">bc", 3, false, false});
    CHECK(parts(tokens, "x<a>y") == list{"x:-1", "<a>:1", "y:-1"});
    CHECK(parts(tokens, "<a>bc") == list{"<a>b:2", "c:-1"});
    CHECK(parts(tokens, "<a><a>") == list{"<a>:1", "<a>:1"});
    CHECK(parts(tokens, ">bc") == list{">bc:3"});
    CHECK(parts(tokens, "plain") == list{"plain:-1"});
    CHECK(parts(tokens, "").empty());
}

TEST_CASE("added_tokens: strip rules take the white space beside the match, once", "[llava][io]") {
    added_tokens tokens;
    tokens.add({"L", 1, true, false});
    tokens.add({"R", 2, false, true});
    CHECK(parts(tokens, "a \nLb") == list{"a:-1", " \nL:1", "b:-1"});
    CHECK(parts(tokens, "aR  b") == list{"a:-1", "R  :2", "b:-1"});
    CHECK(parts(tokens, "R  L") == list{"R  :2", "L:1"});
    CHECK(parts(tokens, "  L") == list{"  L:1"});
}

TEST_CASE("added_tokens: nothing is found in quoted bytes, nor across their ends", "[llava][io]") {
    added_tokens tokens;
    tokens.add({"<a>", 1, false, false});
    CHECK(parts(tokens, "<a><a><a>", {3, 6}) == list{"<a>:1", "<a>:-1", "<a>:1"});
    CHECK(parts(tokens, "<a>", {1, 2}) == list{"<a>:-1"});
    CHECK(parts(tokens, "<a>", {1, 1}) == list{"<a>:1"});   // an empty quotation forbids nothing
}
