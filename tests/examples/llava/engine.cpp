// SPDX-License-Identifier: MIT
#include <llava/engine.hpp>

#include <array>
#include <concepts>
#include <span>
#include <string>
#include <vector>

#include <llava/method.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

static_assert(causalmm::decode::engine<llava::engine>);
static_assert(std::movable<llava::line> && !std::copyable<llava::line>);

namespace {

struct world {
    llava::model model = golden::open("plain");
    llava::scratch memory{};
    llava::engine engine{model, 96, 7, memory};
    std::vector<float> prompt = [this] {
        std::vector<float> state = model.vision().embed(golden::pixels(model), model.pool());
        model.vision().run(state, 0, model.vision().layers(), {.pool = model.pool(), .memory = memory});
        return model.splice(golden::read("plain").prompt_ids, model.project(state));
    }();

    std::vector<float> forward(llava::engine::branch& one) {
        llava::engine::branch* const list = &one;
        REQUIRE(engine.forward(std::span{&list, 1}) == causalmm::errc::ok);
        auto const row = engine.logits(one);
        return {row.begin(), row.end()};
    }
    std::vector<float> next(llava::engine::branch& one, causalmm::decode::token token) {
        REQUIRE(engine.append(one, std::span{&token, 1}) == causalmm::errc::ok);
        return forward(one);
    }
};

llava::edit language_edit(std::string const& words) {
    return *llava::parse_method("causalmm:language=" + words).language;
}

}   // namespace

TEST_CASE("engine: the last logits of a prompt are transformers'", "[llava]") {
    world w;
    llava::engine::branch factual = w.engine.begin(w.prompt, llava::engine::no_fork);
    std::vector<float> const all = golden::read("plain").arrays.at("logits");
    std::vector<float> const last(all.end() - w.engine.vocabulary(), all.end());
    CHECK(golden::distance(w.forward(factual), last) < 1e-4);
}

TEST_CASE("engine: two branches never share a cache", "[llava]") {
    world w;
    llava::edit const change = language_edit("uniform,language_layers=1");
    llava::engine::branch factual = w.engine.begin(w.prompt, 1);
    std::vector<float> const first = w.forward(factual);
    llava::engine::branch counterfactual = w.engine.fork(factual, change);
    CHECK(golden::distance(w.forward(counterfactual), first) > 1e-3);
    for (causalmm::decode::token const token :
         {14, 90, 203}) {   // the contrast is alive at the second and later tokens
        std::vector<float> const other = w.next(counterfactual, token);
        std::vector<float> const plain = w.next(factual, token);
        CHECK(golden::distance(other, plain) > 1e-3);
    }
    llava::engine::branch alone =
        w.engine.begin(w.prompt, llava::engine::no_fork);   // what the other branch did left no trace
    CHECK(w.forward(alone) == first);
    for (causalmm::decode::token const token : {14, 90}) { (void)w.next(alone, token); }
    CHECK(w.next(alone, 203) == std::vector<float>(w.engine.logits(factual).begin(), w.engine.logits(factual).end()));
}

TEST_CASE("engine: a branch forked above equal layers is the branch run from the start", "[llava]") {
    world w;
    for (std::int64_t const layer : {0, 1}) {
        llava::edit const change = language_edit("reversed,language_layers=" + std::to_string(layer));
        llava::engine::branch factual = w.engine.begin(w.prompt, layer);
        (void)w.forward(factual);
        llava::engine::branch forked = w.engine.fork(factual, change);
        llava::engine::branch whole = w.engine.begin(w.prompt, llava::engine::no_fork);
        whole.cache().change = &change;
        CHECK(w.forward(forked) == w.forward(whole));
        CHECK(w.next(forked, 65) == w.next(whole, 65));
    }
}

TEST_CASE("engine: identity gives the plain logits bit for bit, at every token", "[llava]") {
    world w;
    llava::edit const change = language_edit("identity");
    llava::engine::branch factual = w.engine.begin(w.prompt, 0);
    std::vector<float> const first = w.forward(factual);
    llava::engine::branch same = w.engine.fork(factual, change);
    CHECK(w.forward(same) == first);
    for (causalmm::decode::token const token : {14, 90, 203}) { CHECK(w.next(same, token) == w.next(factual, token)); }
}

TEST_CASE("engine: several branches in one call are each branch by itself", "[llava]") {
    world w;
    llava::engine::branch a = w.engine.begin(w.prompt, llava::engine::no_fork),
                          b = w.engine.begin(w.prompt, llava::engine::no_fork);
    (void)w.forward(a);
    (void)w.forward(b);
    causalmm::decode::token const tokens[] = {5, 6};
    REQUIRE(w.engine.append(a, std::span{tokens, 1}) == causalmm::errc::ok);
    REQUIRE(w.engine.append(b, std::span{tokens, 2}) == causalmm::errc::ok);
    std::array<llava::engine::branch*, 2> const both{&a, &b};
    REQUIRE(w.engine.forward(both) == causalmm::errc::ok);
    llava::engine::branch c = w.engine.begin(w.prompt, llava::engine::no_fork);
    (void)w.forward(c);
    std::vector<float> const alone = w.next(c, 5);
    CHECK(alone == std::vector<float>(w.engine.logits(a).begin(), w.engine.logits(a).end()));
    CHECK(golden::distance(w.next(c, 6), {w.engine.logits(b).begin(), w.engine.logits(b).end()}) < 3e-5);
}

TEST_CASE("engine: a foreign token and a full cache are refused", "[llava]") {
    world w;
    llava::engine small{w.model, 50, 0, w.memory};   // the prompt takes 49
    llava::engine::branch one = small.begin(w.prompt, llava::engine::no_fork);
    llava::engine::branch* const list = &one;
    for (causalmm::decode::token const token : {-1, static_cast<int>(small.vocabulary())}) {
        CHECK(small.append(one, std::span{&token, 1}) == causalmm::errc::engine_failure);
    }
    REQUIRE(small.forward(std::span{&list, 1}) == causalmm::errc::ok);
    causalmm::decode::token const tokens[] = {5, 6};
    REQUIRE(small.append(one, tokens) == causalmm::errc::ok);
    CHECK(small.forward(std::span{&list, 1}) == causalmm::errc::out_of_capacity);
}
