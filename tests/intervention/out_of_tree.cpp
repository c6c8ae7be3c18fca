// SPDX-License-Identifier: MIT
// An engine's own tensor, backend and visibility, and policies of its own, meet in one call; nothing of it is registered anywhere.
#include <causalmm/intervention/concepts.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/attention/materialized.hpp>
#include <causalmm/backend/concepts.hpp>
#include <causalmm/visibility/concepts.hpp>

#include "catch.hpp"
#include "support/tensor.hpp"

using causalmm::errc;
using causalmm::index_t;
using causalmm::status;

namespace engine {

/// Key is the fastest axis, strides count bytes, as in ggml.
struct tensor {
    std::vector<float> memory;
    std::array<std::size_t, 4> count;   // key, query, head, batch

    explicit tensor(support::shape4 const& shape)
        : memory(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * shape[3])) {
        for (std::size_t axis = 0; axis < 4; ++axis) { count[axis] = static_cast<std::size_t>(shape[3 - axis]); }
    }
};

/// Runs tasks from both ends towards the middle.
struct both_ends {
    static constexpr std::string_view name = "both_ends";
    template <class Task>
    void for_each_index(index_t tasks, Task const& task) const noexcept {
        for (index_t i = 0; i < (tasks + 1) / 2; ++i) {
            task(i);
            if (i != tasks - 1 - i) { task(tasks - 1 - i); }
        }
    }
};

/// Queries see the chunk of keys that they stand in.
struct chunked {
    static constexpr std::string_view name = "chunked";
    index_t size = 4;
    constexpr status check(index_t, index_t) const noexcept { return {}; }
    constexpr causalmm::visibility::key_range keys(index_t, index_t query, index_t count) const noexcept {
        index_t const begin = query - query % size;
        return {begin, begin + size < count ? begin + size : count};
    }
    constexpr index_t origin(index_t) const noexcept { return 0; }
};

/// IBD arXiv:2402.18476: s' = s + bias, which multiplies the selected weights by exp(bias) before the row is normalised.
struct biased {
    static constexpr std::string_view name = "biased";
    float bias = 1.5f;
    constexpr status check() const noexcept { return {}; }
    constexpr auto score(causalmm::site const&) const noexcept {
        return [by = bias](index_t, float s) noexcept { return s + by; };
    }
};
double score(biased const& p, double s) { return s + static_cast<double>(p.bias); }   // for the oracle

/// AD-HH: a head that looks too much at the selected keys does not look at them at all.
struct cut_if_heavy {
    static constexpr std::string_view name = "cut_if_heavy";
    double most = 0.4;
    constexpr status check() const noexcept { return {}; }
    constexpr causalmm::intervention::affine_weight affine(causalmm::row_stats const& selected) const noexcept {
        return {.a = 0.0f, .b = selected.mass >= most ? 0.0f : 1.0f};
    }
};

}   // namespace engine

template <>
struct causalmm::tensor_traits<engine::tensor> {
    static tensor_view<float, 4> view(engine::tensor& t) noexcept {
        auto const n = [&t](std::size_t axis) { return static_cast<index_t>(t.count[axis]); };
        return {t.memory.data(), {n(3), n(2), n(1), n(0)}};
    }
};

static_assert(causalmm::adaptable<engine::tensor>);
static_assert(causalmm::backend::backend_policy<engine::both_ends>);
static_assert(causalmm::visibility::visibility_policy<engine::chunked>);
static_assert(causalmm::intervention::score_policy<engine::biased>);
static_assert(causalmm::intervention::affine_policy<engine::cut_if_heavy>);

namespace {

constexpr support::shape4 shape{2, 3, 10, 10};

bool same_chunk(index_t query, index_t key) { return query / 4 == key / 4; }

}   // namespace

TEST_CASE("out_of_tree: a score policy acts on an engine's scores as the oracle says, on selected keys",
          "[intervention]") {
    support::tensor<float> query({2, 3, 10, 8}), key({2, 3, 10, 8}), value({2, 3, 10, 5}), z({2, 3, 10, 5});
    support::fill(query.view(), 1, -1.0f, 1.0f);
    support::fill(key.view(), 2, -1.0f, 1.0f);
    support::fill(value.view(), 3, -1.0f, 1.0f);
    engine::tensor pattern(shape);
    causalmm::attention::edit const edit{engine::biased{}, {.heads = {{1, 3}}, .keys = {{3, 7}}}};
    causalmm::attention::inputs<float> const in{query.view(), key.view(), value.view(), 0.5f};
    REQUIRE(causalmm::attention::materialized(engine::both_ends{}, edit, in, engine::chunked{}, causalmm::view(pattern),
                                              z.view()) == errc::ok);
    oracle::setting s;
    s.visible = [](index_t, index_t q, index_t k) { return same_chunk(q, k); };
    s.heads = {{{1, 3}}};
    s.keys = {{{3, 7}}};
    oracle::array4 const expected =
        oracle::attended(engine::biased{}, support::dense(query.view()), support::dense(key.view()), 0.5, s);
    CHECK(support::difference(causalmm::view(pattern), expected, 2e-6) == "");
    CHECK(support::difference(z.view(), oracle::weighted(expected, support::dense(value.view()), s), 4e-6) == "");
}

TEST_CASE("out_of_tree: an affine policy sees the mass of the selected keys only", "[intervention]") {
    engine::tensor pattern(shape);
    auto const view = causalmm::view(pattern);
    support::for_each_index(shape, [&](index_t b, index_t h, index_t q, index_t k) {
        bool const heavy = (b + h + q) % 2 == 0;   // 0.5 or 0.25 of the mass on the first two keys of a chunk
        float const first = heavy ? 0.25f : 0.125f, rest = heavy ? 0.25f : 0.375f;
        view(b, h, q, k) = k % 4 < 2 ? first : rest;
    });
    engine::tensor const before = pattern;
    causalmm::attention::edit const edit{engine::cut_if_heavy{}, {.keys = {{0, 2}, {4, 6}, {8, 10}}}};
    REQUIRE(causalmm::attention::intervene(engine::both_ends{}, edit, pattern, engine::chunked{}) == errc::ok);
    engine::tensor expected = before;
    auto const wanted = causalmm::view(expected);
    support::for_each_index(shape, [&](index_t b, index_t h, index_t q, index_t k) {
        if ((b + h + q) % 2 == 0 && same_chunk(q, k) && k % 4 < 2) { wanted(b, h, q, k) = 0.0f; }
    });
    CHECK(pattern.memory == expected.memory);
}
