// SPDX-License-Identifier: MIT
#include <causalmm/decode/concepts.hpp>

#include <span>
#include <string_view>

#include <causalmm/decode/sequential.hpp>

#include "catch.hpp"
#include "support/fake_engine.hpp"

using causalmm::decode::branch;
using causalmm::decode::engine;
using support::cache;
using support::fake_engine;
using support::index_t;
using support::status;
using support::token;

namespace {

struct without_cache_type {
    index_t vocabulary() const noexcept { return 1; }
};

struct throwing : fake_engine {
    status forward(std::span<branch<cache>* const>) { return {}; }   // not noexcept
};

struct without_forward {
    using cache_type = cache;
    index_t vocabulary() const noexcept { return 1; }
    status append(branch<cache>&, std::span<token const>) noexcept { return {}; }
    std::span<float const> logits(branch<cache> const&) const noexcept { return {}; }
};

struct writable_logits : fake_engine {
    std::span<float> logits(branch<cache> const&) const noexcept { return {}; }
};

/// A schedule from outside the library: one pass for all.
struct together {
    static constexpr std::string_view name = "together";
    template <engine Engine>
    status forward(Engine& engine, std::span<branch<typename Engine::cache_type>* const> branches) const noexcept {
        return engine.forward(branches);
    }
    bool waits(causalmm::decode::contrast_counts const& /*so_far*/) const noexcept { return false; }
};

struct idle {
    static constexpr std::string_view name = "idle";
};

struct impatient : causalmm::decode::sequential {
    void waits() const noexcept {}   // hides what it inherits
};

static_assert(engine<fake_engine>);
static_assert(!engine<without_cache_type>);
static_assert(!engine<throwing>);
static_assert(!engine<without_forward>);
static_assert(!engine<writable_logits>);
static_assert(causalmm::decode::schedule_policy<together, fake_engine>);
static_assert(!causalmm::decode::schedule_policy<idle, fake_engine>);
static_assert(!causalmm::decode::schedule_policy<impatient, fake_engine>);
static_assert(!causalmm::decode::gathering_engine<fake_engine>);
static_assert(causalmm::decode::gathering_engine<support::gathering_engine>);

}   // namespace

TEST_CASE("fake engine: its rows are those of the text read so far, and a dose changes every row", "[decode]") {
    fake_engine engine{64};
    branch<cache> factual{cache{0.0f}};
    branch<cache> counterfactual{cache{0.5f}};
    std::vector<token> const text{1, 2, 3};
    for (auto* const each : {&factual, &counterfactual}) {
        REQUIRE(engine.append(*each, std::span{text}.first(1)));
        REQUIRE(engine.forward(std::span{&each, 1}));
        REQUIRE(engine.append(*each, std::span{text}.last(2)));
        REQUIRE(engine.forward(std::span{&each, 1}));
    }
    auto const equal = [&](branch<cache> const& one, float dose) {
        auto const row = engine.logits(one);
        return std::vector<float>(row.begin(), row.end()) == support::row_after(text, dose, 64);
    };
    CHECK(equal(factual, 0.0f));
    CHECK(equal(counterfactual, 0.5f));
    CHECK_FALSE(equal(counterfactual, 0.0f));
    CHECK(engine.forwards == 4);
}
