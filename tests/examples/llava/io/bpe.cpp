// SPDX-License-Identifier: MIT
#include <llava/io/bpe.hpp>

#include <string>
#include <vector>

#include "catch.hpp"

using llava::io::bpe;

namespace {

std::vector<int> tokens(bpe const& model, std::string const& word) {
    std::vector<int> out;
    model.encode(word, out);
    return out;
}

// Pieces a b c ab bc abc = 0 .. 5, <unk> 6, and <0x64> ("d") 7.
bpe letters() {
    bpe out;
    int id = 0;
    for (auto const* piece : {"a", "b", "c", "ab", "bc", "abc", "<unk>", "<0x64>"}) out.add_piece(piece, id++);
    return out;
}

}   // namespace

TEST_CASE("bpe: the merge of lowest rank goes first, wherever it stands", "[llava][io]") {
    bpe model = letters();
    model.add_merge(1, 2, {.rank = 0, .result = 4});   // b c
    model.add_merge(0, 1, {.rank = 1, .result = 3});   // a b
    model.add_merge(0, 4, {.rank = 2, .result = 5});   // a bc
    model.finish(6, true, false);
    CHECK(tokens(model, "abc") == std::vector<int>{5});
    CHECK(tokens(model, "ab") == std::vector<int>{3});
    CHECK(tokens(model, "aabcb") == std::vector<int>{0, 5, 1});
    CHECK(tokens(model, "").empty());
}

TEST_CASE("bpe: at equal rank the leftmost pair goes first", "[llava][io]") {
    bpe model;
    model.add_piece("a", 0);
    model.add_piece("aa", 1);
    model.add_merge(0, 0, {.rank = 0, .result = 1});
    model.finish(0, true, false);
    CHECK(tokens(model, "aaa") == std::vector<int>{1, 0});
    CHECK(tokens(model, "aaaa") == std::vector<int>{1, 1});
}

TEST_CASE("bpe: unknown characters become bytes where those exist, else one token a run or each", "[llava][io]") {
    bpe fused = letters();
    fused.finish(6, true, true);
    CHECK(tokens(fused, "d") == std::vector<int>{7});
    CHECK(tokens(fused, "axxb") == std::vector<int>{0, 6, 1});
    CHECK(tokens(fused, "xx") == std::vector<int>{6});
    bpe each = letters();
    each.finish(6, false, false);
    CHECK(tokens(each, "axxb") == std::vector<int>{0, 6, 6, 1});
    CHECK(tokens(each, "d") == std::vector<int>{6});
    CHECK_FALSE(each.has_all_bytes());
    CHECK(each.find("abc") == 5);
    CHECK(each.find("x") == -1);
}

TEST_CASE("bpe: byte pieces are <0xNN> with two hexadecimal digits", "[llava][io]") {
    CHECK(llava::io::byte_of_piece("<0x0A>") == 10);
    CHECK(llava::io::byte_of_piece("<0xfF>") == 255);
    for (auto const* other : {"<0x-1>", "<0xZZ>", "<0x100>", "<0x>", "<0x 4>", "0x0A", "<0x0A", ""})
        CHECK(llava::io::byte_of_piece(other) == -1);
}
