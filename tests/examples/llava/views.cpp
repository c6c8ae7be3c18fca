// SPDX-License-Identifier: MIT
#include <llava/views.hpp>

#include <vector>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

/// The views of the golden picture.
struct setting {
    llava::model model = golden::open("plain");
    llava::method by;
    llava::scratch memory{};
    llava::views seen;

    explicit setting(char const* method)
        : by{llava::parse_method(method)}, seen{model, by, llava::io::read_image(golden::folder / "picture.png")} {}
};

}   // namespace

TEST_CASE("views: the factual one is transformers' projection, whatever the method", "[llava]") {
    std::vector<float> const wanted = golden::read("plain").arrays.at("projected");
    setting greedy{"greedy"};
    std::vector<float> const plain = greedy.seen.factual(greedy.memory);
    CHECK(golden::distance(plain, wanted) < 1e-4);
    for (char const* const method :
         {"causalmm:vision=shuffled,vision_layers=1-1", "released", "vcd", "causalmm:language=uniform"}) {
        INFO(method);
        setting other{method};
        CHECK(other.seen.factual(other.memory) == plain);
    }
}

TEST_CASE("views: they differ only where the method has two", "[llava]") {
    for (char const* const method : {"greedy", "sample", "plausible", "causalmm:language=uniform", "vcd:gamma=0",
                                     "causalmm:vision=random,gamma=0", "released:gamma=0"}) {
        INFO(method);
        CHECK_FALSE(setting{method}.seen.differ());
    }
    for (char const* const method :
         {"causalmm:vision=random", "causalmm:vision=reversed,vision_layers=1", "released:gate=random", "vcd"}) {
        INFO(method);
        setting s{method};
        REQUIRE(s.seen.differ());
        std::vector<float> const factual = s.seen.factual(s.memory);
        s.memory.pattern.assign(s.memory.pattern.size(), 7.0f);   // what runs in between leaves no trace
        std::vector<float> const other = s.seen.counterfactual(1, 2, s.memory);
        CHECK(golden::distance(other, factual) > 1e-3);
        CHECK(s.seen.counterfactual(1, 2, s.memory) == other);
    }
}

TEST_CASE("views: those that draw differ from seed to seed and sample to sample, and say so", "[llava]") {
    for (char const* const method :
         {"causalmm:vision=random", "causalmm:vision=shuffled", "causalmm:vision=renormalized_random",
          "released:gate=random", "released:gate=shuffle", "vcd"}) {
        INFO(method);
        setting s{method};
        CHECK_FALSE(s.seen.samples_alike());
        (void)s.seen.factual(s.memory);
        std::vector<float> const one = s.seen.counterfactual(1, 2, s.memory);
        CHECK(s.seen.counterfactual(5, 2, s.memory) != one);
        CHECK(s.seen.counterfactual(1, 3, s.memory) != one);
    }
    for (char const* const method :
         {"causalmm:vision=uniform", "causalmm:vision=reversed", "causalmm:vision=reversed,scope=row",
          "causalmm:vision=renormalized_reversed", "causalmm:vision=interpolated_reversed", "causalmm:vision=tempered",
          "causalmm:vision=amplified", "released:gate=uniform", "released:gate=reversed"}) {
        INFO(method);
        setting s{method};
        CHECK(s.seen.samples_alike());
        (void)s.seen.factual(s.memory);
        std::vector<float> const one = s.seen.counterfactual(1, 2, s.memory);
        CHECK(s.seen.counterfactual(5, 3, s.memory) == one);
    }
}

TEST_CASE("views: the vision tower runs from the first layer that differs", "[llava]") {
    setting s{"causalmm:vision=reversed,vision_layers=1"};
    std::int64_t const all = s.model.vision().layers();
    (void)s.seen.factual(s.memory);
    CHECK(s.seen.layers_run() == all);
    (void)s.seen.counterfactual(1, 2, s.memory);
    CHECK(s.seen.layers_run() == 2 * all - 1);
}
