// SPDX-License-Identifier: MIT
#include <llava/views.hpp>

#include <vector>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

llava::views look(llava::model const& model, char const* method, std::uint64_t seed = 1) {
    llava::scratch memory;
    return llava::look(model, llava::parse_method(method), golden::pixels(model), seed, 2, memory);
}

}   // namespace

TEST_CASE("views: the factual one is transformers' projection, whatever the method", "[llava]") {
    llava::model const model = golden::open("plain");
    std::vector<float> const wanted = golden::read("plain").arrays.at("projected");
    std::vector<float> const plain = look(model, "greedy").factual;
    CHECK(golden::distance(plain, wanted) < 1e-4);
    for (char const* const method :
         {"causalmm:vision=shuffled,vision_layers=1-1", "released", "vcd", "causalmm:language=uniform"}) {
        INFO(method);
        CHECK(look(model, method).factual == plain);
    }
}

TEST_CASE("views: a counterfactual one only where the method has one", "[llava]") {
    llava::model const model = golden::open("plain");
    for (char const* const method : {"greedy", "sample", "plausible", "causalmm:language=uniform", "vcd:gamma=0",
                                     "causalmm:vision=random,gamma=0", "released:gamma=0"}) {
        INFO(method);
        CHECK_FALSE(look(model, method).counterfactual.has_value());
    }
    for (char const* const method :
         {"causalmm:vision=random", "causalmm:vision=reversed,vision_layers=1", "released:gate=random", "vcd"}) {
        INFO(method);
        llava::views const seen = look(model, method);
        REQUIRE(seen.counterfactual.has_value());
        CHECK(golden::distance(*seen.counterfactual, seen.factual) > 1e-3);
    }
    CHECK(look(model, "causalmm:vision=random").counterfactual !=
          look(model, "causalmm:vision=random", 5).counterfactual);
}
