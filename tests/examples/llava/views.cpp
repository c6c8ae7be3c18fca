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

    explicit setting(char const* method, std::uint64_t seed = 1)
        : by{llava::parse_method(method)}, seen{model, by, golden::pixels(model), seed, 2, memory} {}
};

}   // namespace

TEST_CASE("views: the factual one is transformers' projection, whatever the method", "[llava]") {
    std::vector<float> const wanted = golden::read("plain").arrays.at("projected");
    setting greedy{"greedy"};
    std::vector<float> const plain = greedy.seen.factual();
    CHECK(golden::distance(plain, wanted) < 1e-4);
    for (char const* const method :
         {"causalmm:vision=shuffled,vision_layers=1-1", "released", "vcd", "causalmm:language=uniform"}) {
        INFO(method);
        setting other{method};
        CHECK(other.seen.factual() == plain);
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
        std::vector<float> const factual = s.seen.factual();
        s.memory.pattern.assign(s.memory.pattern.size(), 7.0f);   // what runs in between leaves no trace
        std::vector<float> const other = s.seen.counterfactual();
        CHECK(golden::distance(other, factual) > 1e-3);
        CHECK(s.seen.counterfactual() == other);
    }
    setting one{"causalmm:vision=random"}, other{"causalmm:vision=random", 5};
    CHECK(one.seen.factual() == other.seen.factual());
    CHECK(one.seen.counterfactual() != other.seen.counterfactual());
}
