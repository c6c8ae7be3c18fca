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

TEST_CASE("clip: the pattern of the last layer is left behind, its rows summing to one", "[llava]") {
    tower t;
    (void)t.all(nullptr);
    std::int64_t const tokens = t.model.vision().tokens(), heads = t.model.vision().heads();
    REQUIRE(t.memory.pattern.size() == static_cast<std::size_t>(heads * tokens * tokens));
    for (std::int64_t row = 0; row < heads * tokens; ++row) {
        double sum = 0.0;
        for (std::int64_t key = 0; key < tokens; ++key) {
            sum += static_cast<double>(t.memory.pattern[static_cast<std::size_t>(row * tokens + key)]);
        }
        CHECK(sum == Approx(1.0).epsilon(1e-5));
    }
}
