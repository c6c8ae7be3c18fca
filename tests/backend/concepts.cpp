// SPDX-License-Identifier: MIT
#include <causalmm/backend/concepts.hpp>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <causalmm/backend.hpp>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::backend::backend_policy;

namespace {

// Backends from outside the library.
struct backwards {
    static constexpr std::string_view name = "backwards";
    template <class Task>
    void for_each_index(index_t count, Task const& task) const noexcept {
        while (count-- > 0) { task(count); }
    }
};
struct throwing {
    static constexpr std::string_view name = "throwing";
    template <class Task>
    void for_each_index(index_t, Task const&) const {}
};
struct nameless {
    template <class Task>
    void for_each_index(index_t, Task const&) const noexcept {}
};

}   // namespace

static_assert(backend_policy<backwards>);
static_assert(!backend_policy<throwing> && !backend_policy<nameless> && !backend_policy<int>);

TEMPLATE_LIST_TEST_CASE("backend: every index once, whatever the count", "[backend]", causalmm::backend::list) {
    INFO(TestType::name);
    static_assert(backend_policy<TestType>);
    TestType const backend{};
    for (index_t const count : {0, 1, 2, 3, 7, 64, 1000, 10000}) {
        auto const visits = std::make_unique<std::atomic<int>[]>(static_cast<std::size_t>(count) + 1);
        std::atomic<index_t> outside{0};
        backend.for_each_index(count, [&](index_t i) {
            if (i < 0 || i >= count) {
                ++outside;
            } else {
                ++visits[static_cast<std::size_t>(i)];
            }
        });
        // All tasks are done on return: nothing below may still change.
        index_t once = 0;
        for (index_t i = 0; i < count; ++i) { once += visits[static_cast<std::size_t>(i)] == 1 ? 1 : 0; }
        CHECK(once == count);
        CHECK(outside == 0);
    }
}

TEMPLATE_LIST_TEST_CASE("backend: what the tasks wrote can be read after the call", "[backend]",
                        causalmm::backend::list) {
    TestType const backend{};
    std::vector<index_t> squares(5000);   // not atomic: the call itself must order the memory
    for (int repeat = 1; repeat <= 20; ++repeat) {
        backend.for_each_index(5000, [&](index_t i) { squares[static_cast<std::size_t>(i)] = repeat * i * i; });
        index_t wrong = 0;
        for (index_t i = 0; i < 5000; ++i) { wrong += squares[static_cast<std::size_t>(i)] == repeat * i * i ? 0 : 1; }
        REQUIRE(wrong == 0);
    }
}

TEMPLATE_LIST_TEST_CASE("backend: a negative count is nothing to do", "[backend]", causalmm::backend::list) {
    std::atomic<int> calls{0};
    TestType{}.for_each_index(-5, [&](index_t) { ++calls; });
    CHECK(calls == 0);
}

TEST_CASE("backend: every backend of the list has its own name", "[backend]") {
    std::set<std::string> names;
    causalmm::backend::list::for_each([&]<class Backend>() { names.emplace(Backend::name); });
    CHECK(names.size() == causalmm::backend::list::size);
}
