// SPDX-License-Identifier: MIT
// The texts of --method.
#include <llava/method.hpp>

#include <cmath>
#include <variant>

#include "fuzz.hpp"

namespace {

using fuzz::require;

void check(std::optional<llava::edit> const& change) {
    if (!change) return;
    bool const good = std::visit([](auto const& policy) { return static_cast<bool>(policy.check()); }, change->policy);
    require(good, "an accepted policy has legal parameters");
    require(static_cast<bool>(change->where.check()), "an accepted region is legal");
}

void check(llava::method const& read, std::string_view text) {
    require(read.name == text, "a method keeps its text");
    for (double const each : {read.gamma, read.temperature})
        require(std::isfinite(static_cast<float>(each)) && each >= 0.0, "strengths are finite and not negative");
    for (double const each : {read.epsilon, read.top_p}) require(each >= 0.0 && each <= 1.0, "shares are in [0, 1]");
    require(read.beam >= 1 && read.beam <= 16 && read.top_k >= 0, "counts within their range");
    require(read.noise >= 0 && read.noise <= 999, "noise steps within their range");
    check(read.vision);
    check(read.language);
}

void run(std::string_view text) {
    fuzz::accepts([&] { check(llava::parse_method(text), text); }, {fuzz::exit_code::usage});
}

std::vector<std::string> seeds() {
    return {"greedy",
            "sample:temperature=0.7,top_p=0.9,top_k=5,seed=18446744073709551615",
            "plausible:epsilon=0,beam=3,temperature=0",
            "causalmm:vision=random(scale=2,seed=7),language=reversed,vision_layers=0-1,language_heads=2,gamma=1.5",
            "causalmm:language=interpolated_reversed(share=0.5),renormalized=true,scope=map,vision=shuffled",
            "causalmm:language=renormalized_reversed(over=map),language_layers=3",
            "causalmm:language=amplified(alpha=0.5),vision=tempered(temperature=2)",
            "released:gate=uniform,gamma=0",
            "vcd:noise=999,epsilon=1"};
}

fuzz::target const here("method", run, seeds);

}   // namespace
