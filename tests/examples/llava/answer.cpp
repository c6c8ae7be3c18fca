// SPDX-License-Identifier: MIT
#include <llava/answer.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <llava/io/error.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

struct question {
    llava::model model;
    llava::io::image picture = llava::io::read_image(golden::folder / "picture.png");

    explicit question(int threads = 1, std::string const& name = "plain") : model{golden::open(name, threads)} {}

    llava::answer ask(std::string const& method, std::uint64_t seed = 0, std::uint64_t sample = 0, int count = 12,
                      llava::any_schedule const& schedule = llava::default_schedule) const {
        return llava::ask(
            model, llava::parse_method(method), picture, "Is there a dog in the image?",
            {.max_new_tokens = count, .seed = seed, .sample = sample, .schedule = schedule, .wants_margin = true});
    }
};

char const* const methods[] = {
    "greedy",
    "sample",
    "plausible:epsilon=0.01",
    "causalmm:vision=shuffled,temperature=1",
    "causalmm:language=reversed,language_layers=1",
    "causalmm:vision=random,language=renormalized_random,vision_layers=1-1,temperature=1,top_k=20,top_p=0.95",
    "released:gate=random",
    "vcd"};

}   // namespace

TEST_CASE("answer: greedy gives transformers' tokens for the same prompt, up to the end token", "[llava]") {
    for (std::string const name : golden::names) {
        INFO(name);
        question const q{1, name};
        std::vector<int> wanted = golden::read(name).greedy;
        wanted.erase(std::find(wanted.begin(), wanted.end(), q.model.config().eos), wanted.end());
        CHECK(q.ask("greedy", 0, 0, 32).tokens == wanted);
    }
}

TEST_CASE("answer: depends on seed and sample, not on threads or on what was asked before", "[llava]") {
    question const one{1}, two{2};
    for (char const* const method : methods) {
        INFO(method);
        llava::answer const first = one.ask(method, 3, 4);
        llava::answer const second = two.ask(method, 3, 4);
        CHECK(first.tokens == second.tokens);
        CHECK(first.text == second.text);
        CHECK(std::memcmp(&first.yes_margin, &second.yes_margin, sizeof(float)) == 0);
        CHECK(one.ask(method, 3, 4).tokens == first.tokens);
    }
    CHECK(one.ask("sample", 3, 4).tokens != one.ask("sample", 3, 5).tokens);
    CHECK(one.ask("sample", 3, 4).tokens != one.ask("sample", 4, 4).tokens);
}

TEST_CASE("answer: every schedule gives the same tokens and the same margin, bit for bit", "[llava]") {
    question const q;
    for (char const* const method : methods) {
        for (std::uint64_t sample = 0; sample < 4; ++sample) {
            INFO(method << ", sample " << sample);
            llava::answer const first = q.ask(method, 3, sample);
            for (std::string const& name : llava::schedule_names()) {
                INFO(name);
                llava::answer const other = q.ask(method, 3, sample, 12, llava::schedule_named(name));
                CHECK(other.tokens == first.tokens);
                CHECK(std::memcmp(&other.yes_margin, &first.yes_margin, sizeof(float)) == 0);
                CHECK(other.contrasts == first.contrasts);
            }
        }
    }
}

TEST_CASE("answer: contrasts are counted where there are any", "[llava]") {
    question const q;
    CHECK(q.ask("greedy").contrasts == causalmm::decode::contrast_counts{});
    llava::answer const all = q.ask("causalmm:language=reversed,epsilon=0");
    CHECK(all.contrasts.needed >= all.tokens.size());
    CHECK(all.contrasts.skipped == 0);
    llava::answer const none = q.ask("causalmm:language=reversed,epsilon=1");
    CHECK(none.contrasts.needed == 0);
    CHECK(none.contrasts.skipped >= none.tokens.size());
}

TEST_CASE("answer: no margin where none is wanted", "[llava]") {
    question const q;
    float const margin =
        llava::ask(q.model, llava::parse_method("greedy"), q.picture, "Is there a dog?", {}).yes_margin;
    CHECK(margin != margin);
}

TEST_CASE("answer: several threads may ask one model at once", "[llava]") {
    question const q;
    std::vector<std::vector<int>> found(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < found.size(); ++i) {
            threads.emplace_back([&, i] { found[i] = q.ask(methods[i * 2], 1, 2).tokens; });
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i) { CHECK(found[i] == q.ask(methods[i * 2], 1, 2).tokens); }
}

TEST_CASE("answer: without strength or without an edit a contrast changes nothing", "[llava]") {
    question const q;
    llava::answer const plain = q.ask("greedy"), drawn = q.ask("plausible", 5, 6);
    for (char const* const method :
         {"causalmm:vision=reversed,gamma=0", "causalmm:vision=identity,language=identity", "vcd:gamma=0,temperature=0",
          "causalmm:language=identity,language_layers=1,gamma=3"}) {
        INFO(method);
        llava::answer const same = q.ask(method);
        CHECK(same.tokens == plain.tokens);
        CHECK(std::memcmp(&same.yes_margin, &plain.yes_margin, sizeof(float)) == 0);
    }
    CHECK(q.ask("causalmm:vision=random,gamma=0,temperature=1", 5, 6).tokens == drawn.tokens);
    CHECK(q.ask("released:gamma=0", 5, 6).tokens == drawn.tokens);
}

TEST_CASE("answer: a real intervention changes the answer", "[llava]") {
    question const q;
    for (char const* const method :
         {"causalmm:vision=random,gamma=3,epsilon=0", "causalmm:language=reversed,gamma=3,epsilon=0",
          "released:gate=uniform,gamma=3,epsilon=0,temperature=0", "vcd:noise=900,gamma=3,epsilon=0,temperature=0"}) {
        INFO(method);
        CHECK(q.ask(method).tokens != q.ask("greedy").tokens);
    }
}

TEST_CASE("answer: epsilon 1 keeps the factual maximum whatever the contrast says", "[llava]") {
    question const q;
    CHECK(q.ask("causalmm:vision=random,language=reversed,gamma=50,epsilon=1").tokens == q.ask("greedy").tokens);
    CHECK(q.ask("plausible:epsilon=1").tokens == q.ask("greedy").tokens);
}

TEST_CASE("answer: text grows as it is printed", "[llava]") {
    question const q;
    std::string printed;
    llava::answer const result =
        llava::ask(q.model, llava::parse_method("greedy"), q.picture, "Is there a dog in the image?",
                   {.max_new_tokens = 12}, [&](std::string_view piece) { printed += piece; });
    CHECK(printed == result.text);
    CHECK(result.text == q.model.tokenizer().decode(result.tokens));
    CHECK(result.seconds > 0.0);
}

TEST_CASE("answer: the margin is the best yes minus the best no of the first step", "[llava]") {
    for (std::string const name : golden::names) {
        INFO(name);
        double const wanted = golden::read(name).yes_margin;
        CHECK(question{1, name}.ask("greedy").yes_margin ==
              Approx(wanted).margin(1e-3));   // logits of size 10, 1e-4 relative
        CHECK(question{1, name}.ask("sample:temperature=9,top_k=3").yes_margin == Approx(wanted).margin(1e-3));
    }
}

TEST_CASE("answer: layers, heads and lengths that the model has not are refused", "[llava]") {
    question const q;
    for (char const* const method :
         {"causalmm:vision=random,vision_layers=0-2", "causalmm:language=random,language_layers=2",
          "causalmm:vision=random,vision_heads=4", "causalmm:language=random,language_heads=0-4"}) {
        INFO(method);
        CHECK_THROWS_AS(q.ask(method), llava::io::error);
    }
    CHECK_THROWS_AS(question(1, "gqa_sharded").ask("released"), llava::io::error);
    std::string const long_question(400, '?');
    CHECK_THROWS_AS(llava::ask(q.model, llava::parse_method("greedy"), q.picture, long_question, {}), llava::io::error);
    CHECK(q.ask("greedy", 0, 0, 1 << 20).tokens.size() <= 256);
}

TEST_CASE("answer: what a user writes is never an image", "[llava]") {
    question const q;
    CHECK_NOTHROW(
        llava::ask(q.model, llava::parse_method("greedy"), q.picture, "<image> or <image>?", {.max_new_tokens = 1}));
}

TEST_CASE("answer: a beam search gives the same text and margin by every schedule, whole", "[llava]") {
    question const q;
    std::vector<std::vector<int>> found;
    for (std::string const method :
         {"causalmm:language=reversed,epsilon=0.001", "causalmm:vision=shuffled,epsilon=0.01",
          "vcd:temperature=0,epsilon=0.001", "plausible:temperature=0,epsilon=0"}) {
        INFO(method);
        llava::answer const greedy = q.ask(method), one = q.ask(method + ",beam=1");
        CHECK(one.tokens == greedy.tokens);
        llava::answer const several = q.ask(method + ",beam=4");
        CHECK(several.yes_margin == greedy.yes_margin);
        for (llava::any_schedule const& other :
             {llava::any_schedule{causalmm::decode::sequential{}}, llava::any_schedule{causalmm::decode::batched{}}}) {
            llava::answer const same = q.ask(method + ",beam=4", 0, 0, 12, other);
            CHECK(same.tokens == several.tokens);
            CHECK(same.text == several.text);
            CHECK(same.contrasts == several.contrasts);
            CHECK(same.yes_margin == several.yes_margin);
        }
        std::vector<std::string> pieces;
        llava::answer const told =
            llava::ask(q.model, llava::parse_method(method + ",beam=4"), q.picture, "Is there a dog in the image?",
                       {.max_new_tokens = 12}, [&](std::string_view text) { pieces.emplace_back(text); });
        CHECK(pieces == std::vector<std::string>{told.text});
        found.push_back(greedy.tokens);
        found.push_back(several.tokens);
    }
    CHECK((found[0] != found[1] || found[2] != found[3] || found[4] != found[5] || found[6] != found[7]));
    CHECK_THROWS_AS(q.ask("vcd:beam=2"), llava::io::error);   // at temperature 1
}
