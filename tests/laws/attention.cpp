// SPDX-License-Identifier: MIT
// Every way to compute attention under an intervention equals the oracle, for drawn shapes, layouts and visibilities.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <causalmm/attention/epilogue.hpp>

#include "catch.hpp"
#include "support/any_sight.hpp"
#include "support/property.hpp"
#include "support/streaming.hpp"

using causalmm::bf16;
using causalmm::errc;
using causalmm::f16;
using causalmm::backend::serial;
using namespace support;   // NOLINT: helpers of the tests

namespace {

sizes drawn_sizes() {
    index_t const kv_heads = drawn_in<index_t>(1, 2);
    return {.batches = drawn_in<index_t>(1, 3),
            .heads = kv_heads * drawn_in<index_t>(1, 2),
            .kv_heads = kv_heads,
            .queries = drawn_in<index_t>(1, 40),
            .keys = drawn_in<index_t>(1, 50),
            .dim = drawn_in<index_t>(1, 20),
            .value_dim = drawn_in<index_t>(1, 20),
            .sight = drawn_in<index_t>(0, sight_kinds - 1)};
}

/// All, heads, queries, segments of keys, several of these, or no key.
selected drawn_selection() { return selections()[drawn_in<std::size_t>(0, selections().size() - 1)]; }

layout drawn_layout() { return *rc::gen::element(layout::contiguous, layout::rows_apart, layout::heads_inside); }

using call = streaming_call<float, float, any_sight>;

oracle::array4 factual_pattern(call const& of) {
    return oracle::pattern(dense(of.query.view()), dense(of.key.view()), static_cast<double>(of.scale), of.setting());
}

/// What renormalized<reversed> leaves of each row is a share of it that has digits.
template <class Policy>
bool well_conditioned(sizes const& n) {
    if constexpr (policy::affine_policy<Policy> && policy::restores_mass<Policy>) {
        call const of(n);
        oracle::array4 w = factual_pattern(of);
        oracle::setting const s = of.setting();
        for (index_t at = 0; at < n.batches * n.heads; ++at) {
            for (auto const& row : oracle::map{w, s, at / n.heads, at % n.heads}.groups(policy::scope::row)) {
                double largest = 0.0;
                for (double const* const each : row) { largest = std::max(largest, *each); }
                if (row.size() > 1 && largest * static_cast<double>(row.size()) < 1.05) { return false; }
            }
        }
    }
    return true;
}

}   // namespace

TEMPLATE_LIST_TEST_CASE("laws: attention that builds its pattern equals the oracle", "[laws]", policy::list) {
    holds(std::string(TestType::name), [] {
        sizes const n = drawn_sizes();
        RC_PRE(well_conditioned<TestType>(n));
        RC_ASSERT((attend_and_compare<float, float, any_sight>(seeded<TestType>(), n, drawn_layout())) == "");
    });
}

TEMPLATE_LIST_TEST_CASE("laws: streaming attention equals the oracle", "[laws]", policy::list) {
    holds(std::string(TestType::name), [] {
        sizes const n = drawn_sizes();
        RC_PRE(well_conditioned<TestType>(n));
        RC_ASSERT((stream_and_compare<float, float, any_sight>(seeded<TestType>(), n, drawn_layout())) == "");
    });
}

TEMPLATE_LIST_TEST_CASE("laws: streaming attention, edited in a selection, equals the oracle", "[laws]", policy::list) {
    // What renormalized<reversed> leaves of a few keys may have no digits.
    if constexpr (!(policy::affine_policy<TestType> && policy::restores_mass<TestType>)) {
        holds(std::string(TestType::name), [] {
            sizes const n = drawn_sizes();
            RC_ASSERT((stream_and_compare<float, float, any_sight>(seeded<TestType>(), n, drawn_layout(),
                                                                   drawn_selection())) == "");
        });
    }
}

TEMPLATE_TEST_CASE("laws: streaming attention, edited by statistics of whole maps, equals the oracle", "[laws]",
                   policy::reversed, policy::uniform) {
    holds(std::string(TestType::name), [] {
        sizes const n = drawn_sizes();
        TestType const over_maps{.over = policy::scope::map};
        RC_ASSERT((stream_and_compare<float, float, any_sight>(over_maps, n, drawn_layout())) == "");
    });
}

TEST_CASE("laws: streaming attention over a cache of every element type equals the oracle", "[laws]") {
    causalmm::type_list<double, f16, bf16>::for_each([]<class Cache>() {
        holds("reversed", [] {
            sizes const n = drawn_sizes();
            RC_ASSERT((stream_and_compare<float, Cache, any_sight>(policy::reversed{}, n, drawn_layout())) == "");
        });
    });
}

TEMPLATE_LIST_TEST_CASE("laws: the epilogue of an affine policy equals the oracle", "[laws]",
                        decltype(of_kind<is_affine>(policy::list{}))) {
    holds(std::string(TestType::name), [] {
        sizes const n = drawn_sizes();
        RC_PRE(well_conditioned<TestType>(n));
        call of(n);
        RC_ASSERT(of.stream(policy::identity{}) == errc::ok);
        oracle::setting const s = of.setting();
        oracle::array4 const pattern = oracle::edited(seeded<TestType>(), factual_pattern(of), s);
        causalmm::attention::kernel_outputs<float> const kernel{
            .z = of.factual.view(), .statistics = {rows_of(of.max_prob), rows_of(of.lse)}, .value = of.value.view()};
        RC_ASSERT(causalmm::attention::epilogue(serial{}, edit{seeded<TestType>(), region{}, of.at()}, kernel,
                                                of.sights.policy(), of.z.view()) == errc::ok);
        RC_ASSERT(difference(of.z.view(), oracle::weighted(pattern, dense(of.value.view()), s),
                             4e-5 * std::max(1.0, heaviest(pattern))) == "");
    });
}

TEMPLATE_LIST_TEST_CASE("laws: N06 a bad query changes no bit of another row", "[laws]", policy::list) {
    holds(std::string(TestType::name), [] {
        sizes const n = drawn_sizes();
        index_t const b = drawn_in<index_t>(0, n.batches - 1), h = drawn_in<index_t>(0, n.heads - 1),
                      q = drawn_in<index_t>(0, n.queries - 1);
        call clean(n), dirty(n);
        dirty.query.view()(b, h, q, 0) = std::bit_cast<float>(*rc::gen::element(0x7fc00000u, 0xff800000u));
        RC_ASSERT(clean.stream(seeded<TestType>()) == errc::ok);
        bool const seen = dirty.sights.policy().keys(b, q, n.keys).size() > 0;
        RC_ASSERT(dirty.stream(seeded<TestType>()) == (seen ? errc::non_finite_factual : errc::ok));
        for (index_t d = 0; d < n.value_dim; ++d) { dirty.z.view()(b, h, q, d) = clean.z.view()(b, h, q, d); }
        RC_ASSERT(bit_difference(dirty.z.view(), clean.z.view()) == "");
    });
}
