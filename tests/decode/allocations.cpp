// SPDX-License-Identifier: MIT
// No header of its own: a token costs no allocation, whatever the schedule.
#include <array>
#include <cstddef>
#include <span>
#include <new>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
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

template <class Engine, class Schedule>
void check_no_allocation() {
    namespace sampling = causalmm::sampling;
    using sampler = sampling::pipeline<sampling::multinomial, sampling::temperature, sampling::top_k, sampling::top_p>;
    using step = causalmm::decode::step<causalmm::contrast::linear<1>, causalmm::plausibility::adaptive, sampler>;
    constexpr std::size_t steps = 50, vocabulary = 12;
    numbers random{3};
    std::vector<scripted_engine::script> scripts(2);
    for (std::size_t t = 0; t < steps; ++t) {
        for (auto& each : scripts) { each.push_back(adversarial_row(vocabulary, 0.1f, random)); }
        for (float& each : scripts[1].back()) { each = random.between(-1.0f, 1.0f); }
    }
    Engine engine{scripts};
    using decoder = causalmm::decode::decoder<Engine, Schedule, step>;
    std::array<scripted_engine::branch_type, 2> branches{scripted_engine::branch_type{place_in_script{0}},
                                                         scripted_engine::branch_type{place_in_script{1}}};
    token const prompt = 0;
    for (auto& each : branches) { REQUIRE(engine.append(each, std::span{&prompt, 1})); }
    std::vector<candidate> scratch(decoder::scratch_size(vocabulary));
    decoder decode{
        engine,
        {},
        {.contrast = {{1.0f}}, .plausibility = {}, .sampler = {.filters = {{0.7f}, {40}, {0.9f}}, .choice = {}}},
        {&branches[0], &branches[1]},
        scratch};
    bool good = true;
    std::size_t const before = allocations();
    for (std::size_t t = 0; t < steps; ++t) { good = good && decode.next(); }
    CHECK(allocations() == before);
    CHECK(good);
    CHECK(decode.contrasts().needed > 5);
    CHECK(decode.contrasts().skipped > 5);
}

}   // namespace

TEST_CASE("decode: N82 a token costs no allocation", "[decode]") {
    std::size_t const before = allocations();
    ::operator delete(::operator new(10));   // no new-expression, which a compiler may leave out
    CHECK(allocations() > before);           // they are counted
    causalmm::decode::list::for_each([]<class Schedule>() {
        INFO(Schedule::name);
        check_no_allocation<scripted_engine, Schedule>();
        check_no_allocation<gathering_script, Schedule>();
    });
}
