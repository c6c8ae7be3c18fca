// SPDX-License-Identifier: MIT
#include <causalmm/backend/threads.hpp>

#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>

#include "catch.hpp"
#include "support/attending.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::backend::serial;
using causalmm::backend::threads;
using namespace support;   // NOLINT: helpers of the tests

static_assert(causalmm::backend::backend_policy<threads>);
static_assert(threads::name == "threads");

namespace {

using mixed = policy::chain<policy::shuffled, policy::renormalized<policy::random>, policy::reversed>;
using call = attention_call<float, float, padding<causal>>;
sizes const several{.batches = 2, .heads = 4, .kv_heads = 2, .queries = 17, .keys = 33, .dim = 8, .value_dim = 8};

}   // namespace

TEST_CASE("threads: counts of zero and one mean the caller alone", "[backend]") {
    for (unsigned const count : {0u, 1u}) {
        threads const backend{count};
        CHECK(backend.size() == 1);
        auto const here = std::this_thread::get_id();
        int elsewhere = 0;
        backend.for_each_index(50, [&](index_t) { elsewhere += std::this_thread::get_id() != here ? 1 : 0; });
        CHECK(elsewhere == 0);
    }
    CHECK(threads{3}.size() == 3);
}

TEST_CASE("threads: several threads take part, the caller among them", "[backend]") {
    threads const backend{4};
    std::mutex guard;
    std::set<std::thread::id> seen;
    for (int repeat = 0; repeat < 50 && seen.size() < 4; ++repeat) {
        backend.for_each_index(64, [&](index_t) {
            std::this_thread::sleep_for(std::chrono::microseconds{200});
            std::scoped_lock const lock(guard);
            seen.insert(std::this_thread::get_id());
        });
    }
    CHECK(seen.size() == 4);
    CHECK(seen.count(std::this_thread::get_id()) == 1);
}

TEST_CASE("threads: N95 1 to 4 threads, 200 times: every edit has the bits of the serial one", "[backend]") {
    tensor<float> const original = stochastic({2, 3, 9, 33});
    auto const check = [&](auto const& p) {
        INFO(p.name);
        tensor<float> expected = original;
        REQUIRE(intervene(serial{}, edit{p}, expected.view(), bidirectional{}) == errc::ok);
        for (unsigned const count : {1u, 2u, 3u, 4u}) {
            threads const backend{count};
            for (int repeat = 0; repeat < 200; ++repeat) {
                tensor<float> t = original;
                REQUIRE(intervene(backend, edit{p}, t.view(), bidirectional{}) == errc::ok);
                REQUIRE(t.same_bits(expected));
            }
        }
    };
    check(mixed{});
    check(policy::uniform{.over = policy::scope::map});
    check(policy::shuffled{.seed = 1, .over = policy::scope::map});
}

TEST_CASE("threads: N95 attention and its intervention have the bits of the serial ones", "[backend]") {
    call expected(several);
    REQUIRE(expected.run(mixed{}) == errc::ok);
    for (unsigned const count : {2u, 3u, 4u}) {
        threads const backend{count};
        for (int repeat = 0; repeat < 20; ++repeat) {
            call other(several);
            REQUIRE(other.run(mixed{}, backend) == errc::ok);
            REQUIRE(other.pattern.same_bits(expected.pattern));
            REQUIRE(other.z.same_bits(expected.z));
        }
    }
}

TEST_CASE("threads: N06 a bad row in any task reaches the status", "[backend]") {
    threads const backend{4};
    for (index_t row = 0; row < 9; ++row) {
        tensor<float> t = stochastic({2, 3, 9, 33});
        t.view()(1, 2, row, 5) = std::numeric_limits<float>::quiet_NaN();
        CHECK(intervene(backend, edit{policy::uniform{}}, t.view(), bidirectional{}) == errc::non_finite_factual);
    }
}

TEST_CASE("threads: N98 several callers at once take turns, each gets all its tasks", "[backend]") {
    threads const backend{3};
    std::atomic<int> wrong{0};
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&backend, &wrong, caller] {
            threads const mine = backend;   // a copy shares the pool
            for (int repeat = 0; repeat < 200; ++repeat) {
                std::vector<int> visits(static_cast<std::size_t>(50 + caller));
                mine.for_each_index(50 + caller, [&](index_t i) { ++visits[static_cast<std::size_t>(i)]; });
                for (int const count : visits) { wrong += count == 1 ? 0 : 1; }
            }
        });
    }
    callers.clear();
    CHECK(wrong == 0);
}

TEST_CASE("threads: a pool is destroyed cleanly, used or not, the last copy last", "[backend]") {
    for (int repeat = 0; repeat < 100; ++repeat) {
        threads const unused{3};
        std::optional<threads> first{std::in_place, 3u};
        threads const second = *first;
        std::atomic<int> calls{0};
        first->for_each_index(10, [&](index_t) { ++calls; });
        first.reset();
        second.for_each_index(10, [&](index_t) { ++calls; });
        REQUIRE(calls == 20);
    }
}

TEST_CASE("threads: N98 two pools do not disturb each other", "[backend]") {
    threads const left{2}, right{3};
    std::atomic<int> calls{0};
    std::jthread other([&] {
        for (int i = 0; i < 200; ++i) {
            left.for_each_index(7, [&](index_t) { ++calls; });
        }
    });
    for (int i = 0; i < 200; ++i) {
        right.for_each_index(7, [&](index_t) { ++calls; });
    }
    other.join();
    CHECK(calls == 2800);
}

TEST_CASE("threads: tasks of one pool may use another", "[backend]") {
    threads const outer{2}, inner{2};
    std::atomic<int> calls{0};
    outer.for_each_index(8, [&](index_t) { inner.for_each_index(8, [&](index_t) { ++calls; }); });
    CHECK(calls == 64);
}
