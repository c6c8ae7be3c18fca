// SPDX-License-Identifier: MIT
// No header of its own: a token costs no allocation, whatever the schedule.
#include <array>
#include <cstddef>
#include <deque>
#include <new>
#include <span>
#include <vector>

#include <causalmm/contrast/gated.hpp>
#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/plausibility/candidates.hpp>
#include <causalmm/sampling.hpp>

#include "catch.hpp"
#include "support/allocations.hpp"
#include "support/scripted_engine.hpp"

using namespace support;

namespace {

/// Also gathers.
struct gathering_script : scripted_engine {
    using scripted_engine::logits;
    using scripted_engine::scripted_engine;
    status logits(branch_type const& one, std::span<candidate> candidates) noexcept {
        for (candidate& each : candidates) { each.logit = logits(one)[static_cast<std::size_t>(each.id)]; }
        return {};
    }
};

/// Also forks.
template <class Base>
struct forking_script : Base {
    using Base::Base;
    status fork(scripted_engine::branch_type const& from, scripted_engine::branch_type& to) noexcept {
        ++forks;
        to.cache().read = from.cache().read;
        to.cache().pending = 0;
        return {};
    }
    int forks = 0;
};

namespace sampling = causalmm::sampling;
using sampler = sampling::pipeline<sampling::multinomial, sampling::temperature, sampling::top_k, sampling::top_p>;
using step = causalmm::decode::step<causalmm::contrast::linear<1>, causalmm::plausibility::adaptive, sampler>;
constexpr std::size_t steps = 50, vocabulary = 12;

step make_step() {
    return {.contrast = {{1.0f}}, .plausibility = {}, .sampler = {.filters = {{0.7f}, {40}, {0.9f}}, .choice = {}}};
}

std::vector<scripted_engine::script> make_scripts() {
    numbers random{3};
    std::vector<scripted_engine::script> scripts(2);
    for (std::size_t t = 0; t < steps; ++t) {
        for (auto& each : scripts) { each.push_back(adversarial_row(vocabulary, 0.1f, random)); }
        for (float& each : scripts[1].back()) { each = random.between(-1.0f, 1.0f); }
    }
    return scripts;
}

template <class Engine, class Schedule>
void check_no_allocation() {
    Engine engine{make_scripts()};
    using decoder = causalmm::decode::decoder<Engine, Schedule, step>;
    std::array<scripted_engine::branch_type, 2> branches{scripted_engine::branch_type{place_in_script{0}},
                                                         scripted_engine::branch_type{place_in_script{1}}};
    token const prompt = 0;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(decoder::scratch_size(vocabulary));
    decoder decode{engine, {}, make_step(), {&branches[0], &branches[1]}, scratch};
    bool good = true;
    std::size_t const before = allocations();
    for (std::size_t t = 0; t < steps; ++t) { good = good && decode.next(); }
    CHECK(allocations() == before);
    CHECK(good);
    CHECK(decode.contrasts().needed > 5);
    CHECK(decode.contrasts().skipped > 5);
}

template <class Engine, class Schedule>
void check_beams_without_allocation() {
    constexpr std::size_t width = 5;
    Engine engine{make_scripts()};
    using search_type = causalmm::decode::beam_search<Engine, Schedule, step>;
    std::deque<scripted_engine::branch_type> branches;
    std::vector<typename search_type::branch_list> sets;
    for (std::size_t i = 0; i < width; ++i) {
        auto& factual = branches.emplace_back(place_in_script{0});
        sets.push_back({&factual, &branches.emplace_back(place_in_script{1})});
    }
    token const prompt = 0;
    for (auto* const each : sets[0]) { REQUIRE(engine.append(*each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(search_type::scratch_size(vocabulary));
    std::vector<token> texts(2 * width * steps);
    search_type search{engine, {}, make_step(), {}, sets, scratch, texts};
    bool good = true;
    std::size_t const before = allocations();
    for (std::size_t t = 0; t < steps; ++t) { good = good && search.next(); }
    CHECK(allocations() == before);
    CHECK(good);
    CHECK(engine.forks > 20);
    CHECK(search.contrasts().needed > 5);
    CHECK(search.contrasts().skipped > 5);
}

}   // namespace

TEST_CASE("advance: N82 a token of each of two samples costs no allocation", "[decode]") {
    namespace sampling = causalmm::sampling;
    using gated_step = causalmm::decode::step<causalmm::contrast::gated, causalmm::plausibility::candidates,
                                              sampling::pipeline<sampling::multinomial>>;
    using decoder = causalmm::decode::decoder<scripted_engine, causalmm::decode::lazy<>, gated_step>;
    constexpr std::size_t length = 20, words = 12;
    numbers random{4};
    std::vector<scripted_engine::script> scripts(4);
    for (std::size_t t = 0; t < length; ++t) {
        for (auto& each : scripts) { each.push_back(adversarial_row(words, 0.1f, random)); }
        for (std::size_t const b : {1u, 3u}) {
            for (float& each : scripts[b].back()) { each = random.between(-1.0f, 1.0f); }
        }
    }
    scripted_engine engine{scripts};
    std::array<scripted_engine::branch_type, 4> branches{
        scripted_engine::branch_type{place_in_script{0}}, scripted_engine::branch_type{place_in_script{1}},
        scripted_engine::branch_type{place_in_script{2}}, scripted_engine::branch_type{place_in_script{3}}};
    token const prompt = 0;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(2 * words);
    decoder first{engine, {}, {}, {&branches[0], &branches[1]}, std::span{scratch}.first(words)};
    decoder second{engine, {}, {}, {&branches[2], &branches[3]}, std::span{scratch}.last(words), 0, 1};
    std::array<decoder*, 2> const both{&first, &second};
    std::array<decoder::branch_type*, 4> list{};
    std::array<causalmm::result<token>, 2> tokens{};
    bool good = true;
    std::size_t const before = allocations();
    for (std::size_t t = 0; t < length; ++t) {
        good = good && causalmm::decode::advance(engine, std::span<decoder* const>{both}, std::span{list}, tokens);
        good = good && tokens[0] && tokens[1];
    }
    CHECK(allocations() == before);
    CHECK(good);
}

TEST_CASE("decode: N82 a token costs no allocation", "[decode]") {
    std::size_t const before = allocations();
    ::operator delete(::operator new(10));   // no new-expression, which a compiler may leave out
    CHECK(allocations() > before);           // they are counted
    causalmm::decode::list::for_each([]<class Schedule>() {
        INFO(Schedule::name);
        check_no_allocation<scripted_engine, Schedule>();
        check_no_allocation<gathering_script, Schedule>();
        check_beams_without_allocation<forking_script<scripted_engine>, Schedule>();
        check_beams_without_allocation<forking_script<gathering_script>, Schedule>();
    });
}
