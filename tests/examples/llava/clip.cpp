// SPDX-License-Identifier: MIT
#include <llava/clip.hpp>

#include <cstring>
#include <string>
#include <vector>

#include <llava/method.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

struct tower {
    llava::model model = golden::open("plain");
    llava::scratch memory{};
    std::vector<float> entered = model.vision().embed(golden::pixels(model), model.pool());

    std::vector<float> state(llava::edit const* change, std::int64_t first, std::int64_t last,
                             std::vector<float> from) {
        model.vision().run(from, first, last, {.change = change, .sample = 9, .pool = model.pool(), .memory = memory});
        return from;
    }
    std::vector<float> all(llava::edit const* change) { return state(change, 0, model.vision().layers(), entered); }
};

llava::edit vision(std::string const& text) { return *llava::parse_method("causalmm:vision=" + text).vision; }

}   // namespace

TEST_CASE("clip: identity is bit for bit no edit", "[llava]") {
    tower t;
    llava::edit const identity = vision("identity");
    CHECK(t.all(&identity) == t.all(nullptr));
}

TEST_CASE("clip: every other intervention really changes the features", "[llava]") {
    tower t;
    std::vector<float> const plain = t.all(nullptr);
    causalmm::intervention::list::for_each([&]<class Policy>() {
        if (Policy::name == "identity") { return; }
        INFO(Policy::name);
        llava::edit const change = vision(std::string{Policy::name});
        CHECK(golden::distance(t.all(&change), plain) > 1e-3);
    });
}

TEST_CASE("clip: an edit leaves the layers before its first one alone, so a branch may enter there", "[llava]") {
    tower t;
    llava::edit const change = vision("reversed,vision_layers=1-1");
    std::vector<float> const before = t.state(nullptr, 0, 1, t.entered);
    CHECK(t.state(&change, 0, 1, t.entered) == before);
    CHECK(t.state(&change, 1, 2, before) == t.all(&change));
    CHECK(t.all(&change) != t.all(nullptr));
}

TEST_CASE("clip: streamed attention keeps no pattern, and agrees with the one that does", "[llava]") {
    tower t;
    std::vector<float> const streamed = t.all(nullptr);
    CHECK(t.memory.pattern.empty());
    t.memory.materialized = true;
    std::vector<float> const materialized = t.all(nullptr);
    CHECK_FALSE(t.memory.pattern.empty());
    REQUIRE(streamed.size() == materialized.size());
    for (std::size_t i = 0; i < streamed.size(); ++i) {
        CHECK(streamed[i] == Approx(materialized[i]).epsilon(1e-4).margin(1e-4));   // two layers of rounding
    }
}
