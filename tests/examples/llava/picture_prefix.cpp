// SPDX-License-Identifier: MIT
#include <llava/picture_prefix.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <llava/answer.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

using llava::answer;
using llava::answer_options;
using llava::picture_prefix;

constexpr std::size_t count = 6;
std::string const questions[count] = {"Is there a dog in the image?",
                                      "Is there a snowboard in the image?",
                                      "Please describe this image in detail.",
                                      "Dog?",
                                      "",
                                      "Is there a dog in the image?"};

// Every kind of branch: none, of each tower and both, forked at each layer, with draws and without, of rows and of whole maps.
std::string const methods[] = {"greedy",
                               "sample",
                               "plausible:epsilon=0.01",
                               "causalmm:vision=reversed",
                               "causalmm:vision=uniform,vision_layers=1,temperature=1",
                               "causalmm:vision=shuffled",
                               "causalmm:vision=random,vision_layers=1-1",
                               "causalmm:vision=renormalized_reversed,scope=row",
                               "causalmm:language=reversed,language_layers=0",
                               "causalmm:language=reversed,language_layers=1",
                               "causalmm:language=uniform,temperature=1",
                               "causalmm:language=random",
                               "causalmm:language=renormalized_random,language_layers=1",
                               "causalmm:language=shuffled",
                               "causalmm:language=tempered,language_heads=1",
                               "causalmm:language=knockout,language_layers=1",
                               "causalmm:language=reversed(over=map)",
                               "causalmm:vision=reversed,language=uniform",
                               "causalmm:vision=shuffled,language=reversed,epsilon=0.01",
                               "causalmm:vision=reversed,language=random,epsilon=0.01",
                               "causalmm:vision=reversed,language=reversed,epsilon=0.9",
                               "released:gate=uniform",
                               "released:gate=reversed,temperature=0",
                               "released:gate=random",
                               "released:gate=shuffle",
                               "vcd",
                               "causalmm:vision=reversed,language=reversed,epsilon=0.001,beam=3",
                               "plausible:temperature=0,epsilon=0,beam=2"};

struct setting {
    llava::model model;
    llava::io::image picture = llava::io::read_image(golden::folder / "picture.png");

    explicit setting(std::string const& name = "plain") : model{golden::open(name)} {}

    /// Another picture: the same one upside down.
    llava::io::image other() const {
        llava::io::image turned = picture;
        std::reverse(turned.rgb.begin(), turned.rgb.end());
        return turned;
    }
};

answer_options options_of(std::size_t question) {
    return {.max_new_tokens = 6, .seed = 3, .sample = question, .wants_margin = true};
}

void check_same(answer const& found, answer const& expected) {
    CHECK(found.tokens == expected.tokens);
    CHECK(found.text == expected.text);
    CHECK(std::memcmp(&found.yes_margin, &expected.yes_margin, sizeof(float)) == 0);
    CHECK(found.contrasts == expected.contrasts);
}

std::vector<answer> separate(setting const& with, llava::method const& by, answer_options const& how) {
    std::vector<answer> all;
    for (std::size_t i = 0; i < count; ++i) {
        answer_options options = how;
        options.sample = i;
        all.push_back(llava::ask(with.model, by, with.picture, questions[i], options));
    }
    return all;
}

}   // namespace

TEST_CASE("picture prefix: questions of one picture are answered as each would be alone, bit for bit, in any order",
          "[llava]") {
    for (std::string const name : {"plain", "gqa_sharded"}) {
        setting const s{name};
        for (std::string const& text : methods) {
            // It keeps the class token, and its vision tower has one layer.
            bool const foreign = text.starts_with("released") || text.find("vision_layers") != std::string::npos;
            if (name == "gqa_sharded" && foreign) { continue; }
            INFO(name << ", " << text);
            llava::method const by = llava::parse_method(text);
            for (llava::attention_form const form :
                 {llava::attention_form::streaming, llava::attention_form::materialized}) {
                answer_options options = options_of(0);
                options.attention = form;
                std::vector<answer> const alone = separate(s, by, options);
                picture_prefix forwards{s.model, by, s.picture}, backwards{s.model, by, s.picture};
                for (std::size_t i = 0; i < count; ++i) {
                    options.sample = i;
                    check_same(ask(forwards, questions[i], options), alone[i]);
                    std::size_t const last = count - 1 - i;
                    options.sample = last;
                    check_same(ask(backwards, questions[last], options), alone[last]);
                }
            }
        }
    }
}

TEST_CASE("picture prefix: every schedule, with the margin and without", "[llava]") {
    setting const s;
    for (std::string const& text : methods) {
        INFO(text);
        llava::method const by = llava::parse_method(text);
        answer_options options = options_of(0);
        std::vector<answer> const alone = separate(s, by, options);
        for (std::string const& name : llava::schedule_names()) {
            INFO(name);
            options.schedule = llava::schedule_named(name);
            picture_prefix kept{s.model, by, s.picture};
            for (std::size_t i = 0; i < count; ++i) {
                options.sample = i;
                options.wants_margin = i % 2 == 0;
                answer const found = ask(kept, questions[i], options);
                CHECK(found.tokens == alone[i].tokens);
                CHECK(found.contrasts == alone[i].contrasts);
                if (options.wants_margin) { check_same(found, alone[i]); }
            }
        }
    }
}

TEST_CASE("picture prefix: seeds, forms of attention, methods and pictures may change from question to question",
          "[llava]") {
    setting const s;
    llava::io::image const other = s.other();
    for (std::string const& text : methods) {
        INFO(text);
        llava::method const by = llava::parse_method(text), greedy = llava::parse_method("greedy");
        picture_prefix one{s.model, by, s.picture}, two{s.model, by, other}, three{s.model, greedy, s.picture};
        for (std::size_t i = 0; i < count; ++i) {
            answer_options options = options_of(i);
            options.seed = i / 2;
            options.attention = i % 3 == 0 ? llava::attention_form::materialized : llava::attention_form::streaming;
            check_same(ask(one, questions[i], options), llava::ask(s.model, by, s.picture, questions[i], options));
            check_same(ask(two, questions[i], options), llava::ask(s.model, by, other, questions[i], options));
            check_same(ask(three, questions[i], options),
                       llava::ask(s.model, greedy, s.picture, questions[i], options));
        }
    }
    answer_options const options = options_of(0);
    CHECK(llava::ask(s.model, llava::parse_method("greedy"), other, questions[0], options).yes_margin !=
          llava::ask(s.model, llava::parse_method("greedy"), s.picture, questions[0], options).yes_margin);
}

namespace {

/// What six questions of one picture compute, with a schedule that needs every branch at every token.
std::vector<llava::prompt_work> work_of(setting const& s, std::string const& text, bool shared) {
    llava::method const by = llava::parse_method(text);
    picture_prefix kept{s.model, by, s.picture};
    std::vector<llava::prompt_work> all;
    for (std::size_t i = 0; i < count; ++i) {
        answer_options const options{
            .max_new_tokens = 2, .sample = i, .schedule = causalmm::decode::sequential{}, .wants_margin = false};
        all.push_back(
            (shared ? ask(kept, questions[0], options) : llava::ask(s.model, by, s.picture, questions[0], options))
                .prompts);
    }
    return all;
}

}   // namespace

TEST_CASE("picture prefix: six questions run the picture once, and a branch that draws each time", "[llava]") {
    setting const s;
    std::int64_t const tower = s.model.vision().layers(), reader = s.model.language().layers();
    REQUIRE(tower == 2);
    REQUIRE(reader == 2);
    // "USER: <image>\n" and the picture, then the question: golden's prompt is of another question of as many rows before it.
    std::vector<int> const ids = golden::read("plain").prompt_ids;
    std::int64_t const before = std::find(ids.begin(), ids.end(), s.model.config().image_token) - ids.begin();
    std::int64_t const picture = before + s.model.image_rows();
    struct row {
        char const* method;
        std::int64_t vision_first, vision_later;   // layers of the vision tower
        std::int64_t kept, drawn,
            question;   // layers that the picture's rows, kept or not, and the question's run through
    };
    for (row const& each :
         {row{"greedy", 2, 0, 2, 0, 2}, row{"causalmm:vision=reversed", 4, 0, 4, 0, 4},
          row{"causalmm:vision=reversed,vision_layers=1", 3, 0, 4, 0, 4},
          row{"causalmm:vision=shuffled", 4, 2, 2, 2, 4}, row{"causalmm:language=reversed", 2, 0, 4, 0, 4},
          row{"causalmm:language=reversed,language_layers=1", 2, 0, 3, 0, 3},
          row{"causalmm:language=reversed(over=map)", 2, 0, 2, 2, 4},
          row{"causalmm:language=random,language_layers=1", 2, 0, 2, 1, 3},
          row{"causalmm:vision=reversed,language=uniform", 4, 0, 6, 0, 6},
          row{"causalmm:vision=shuffled,language=uniform", 4, 2, 4, 2, 6}, row{"released:gate=uniform", 2, 0, 4, 0, 4},
          row{"released:gate=random", 2, 0, 2, 2, 4}, row{"vcd", 4, 2, 2, 2, 4}}) {
        INFO(each.method);
        auto const shared = work_of(s, each.method, true), separate = work_of(s, each.method, false);
        std::int64_t const question = separate[0].row_layers - (each.kept + each.drawn) * picture;
        CHECK(question > 0);
        CHECK(question % each.question == 0);
        for (std::size_t i = 0; i < count; ++i) {
            INFO("question " << i);
            CHECK(separate[i].vision_layers == each.vision_first);
            CHECK(separate[i].row_layers == separate[0].row_layers);
            CHECK(shared[i].vision_layers == (i == 0 ? each.vision_first : each.vision_later));
            CHECK(shared[i].row_layers == question + (each.drawn + (i == 0 ? each.kept : 0)) * picture);
        }
    }
}

TEST_CASE("picture prefix: an answer that failed leaves nothing wrong behind", "[llava]") {
    setting const s;
    for (std::string const text : {"greedy", "causalmm:vision=reversed,language=reversed"}) {
        llava::method const by = llava::parse_method(text);
        picture_prefix kept{s.model, by, s.picture};
        for (std::size_t i = 0; i < count; ++i) {
            CHECK_THROWS(ask(kept, std::string(400, '?'), options_of(i)));
            CHECK_THROWS(
                ask(kept, questions[i], options_of(i), [](std::string_view) { throw std::runtime_error("x"); }));
            check_same(ask(kept, questions[i], options_of(i)),
                       llava::ask(s.model, by, s.picture, questions[i], options_of(i)));
        }
    }
}
