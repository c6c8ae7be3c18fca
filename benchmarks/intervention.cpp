// SPDX-License-Identifier: MIT
// Every intervention on attention patterns in memory, beside the same edit as Eigen and xtensor users would write it.
//
// x_scale  time relative to multiplying the same weights by a constant in place, with the same backend, serial for a naive
//          expression; the two take turns, and their medians are compared
// read_and_scale, of vision maps: the largest weight of each map, then the map scaled from its end: what an edit by statistics of
//          the whole map costs at least, as its 1.3 MB do not fit a second-level cache of 1 MB
// bytes_per_second counts each visible weight once
#include <string>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend.hpp>
#include <causalmm/core/row_scan.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility.hpp>

#if __has_include(<Eigen/Core>)
#include "naive_eigen.hpp"
#endif
#if __has_include(<xtensor/xtensor.hpp>) || __has_include(<xtensor/containers/xtensor.hpp>)
#include "naive_xtensor.hpp"
#endif
#include "workload.hpp"

namespace {

namespace visibility = causalmm::visibility;
using causalmm::index_t;
using workload::layout;
using workload::patterns;

template <class Backend>
Backend const& backend() {
    static Backend const one{};
    return one;
}

/// Vision edits take the statistics of the whole map, as published.
template <class Policy>
constexpr Policy policy_for(layout const& shape) {
    Policy policy{};
    auto const scope = shape.vision ? causalmm::intervention::scope::map : causalmm::intervention::scope::row;
    if constexpr (requires { policy.over; }) { policy.over = scope; }
    if constexpr (requires { policy.policy.over; }) { policy.policy.over = scope; }
    return policy;
}

/// `make(state, patterns)` and `make_other` give the calls to be timed, so that what a user would build once is not.
template <class Make, class MakeOther>
void add(layout const& shape, std::string_view policy, std::string_view how, char const* label, Make const& make,
         MakeOther const& make_other) {
    auto const name = std::string{shape.name}.append("/").append(policy).append("/").append(how);
    auto const run = [=](benchmark::State& state) {
        auto& input = patterns::of(shape);
        auto call = make(state, input);
        auto other = make_other(state, input);
        bool const alone = how != causalmm::backend::threads::name && shape.bytes() > (1 << 20);
        auto const timer = alone ? workload::timer::processor : workload::timer::wall;
        workload::time(
            state, label, [&] { input.refresh(); }, call, other, timer);
        state.SetBytesProcessed(state.iterations() * shape.bytes());
    };
    benchmark::RegisterBenchmark(name.c_str(), run)->UseManualTime()->Unit(benchmark::kMicrosecond);
}

template <class Backend>
constexpr auto scale = [](benchmark::State&, patterns& input) {
    return [&shape_of = input.shape(), maps = input.view()] {
        auto const queries = maps.extent(2);
        backend<Backend>().for_each_index(maps.extent(1) * queries, [&](index_t row) {
            float* const w = &maps(0, row / queries, row % queries, 0);
            index_t const visible = shape_of.visible(row % queries);
            for (index_t k = 0; k < visible; ++k) { w[k] *= 0.999f; }
        });
    };
};

/// Two readings and one writing of each map: the floor of edits that need its statistics first.
constexpr auto read_and_scale = [](benchmark::State&, patterns& input) {
    return [maps = input.view()] {
        index_t const size = maps.extent(2) * maps.extent(3);
        for (index_t head = 0; head < maps.extent(1); ++head) {
            float* const w = &maps(0, head, 0, 0);
            float const top = causalmm::detail::scan(causalmm::detail::float_row{w}, 0, size).top();
            for (index_t k = size; k-- > 0;) { w[k] *= top; }
        }
    };
};

template <class Policy, class Backend>
constexpr auto library = [](benchmark::State& state, patterns& input) {
    return [&state, &shape_of = input.shape(), maps = input.view()] {
        causalmm::attention::edit const edit{policy_for<Policy>(shape_of)};
        auto const offset = shape_of.extents[3] - shape_of.extents[2];
        auto const done = shape_of.vision ? intervene(backend<Backend>(), edit, maps, visibility::bidirectional{})
                                          : intervene(backend<Backend>(), edit, maps, visibility::causal{offset});
        if (!done) { state.SkipWithError(done.what); }
    };
};

template <class Maps, template <class> class Naive, class Policy>
void add_naive(layout const& shape, std::string_view how) {
    if constexpr (requires { sizeof(Naive<Policy>); }) {
        auto const naive = [](benchmark::State&, patterns& input) {
            return [maps = Maps(input)]() mutable { maps.template apply<Policy>(); };
        };
        add(shape, Policy::name, how, "x_scale", naive, scale<causalmm::backend::serial>);
    }
}

bool add_all() {
    for (layout const& shape : workload::layouts) {
        causalmm::backend::list::for_each([&]<class Backend>() {
            add(shape, "scale", Backend::name, "x_scale", scale<Backend>, scale<causalmm::backend::serial>);
        });
        if (shape.vision) {
            add(shape, "read_and_scale", "serial", "x_scale", read_and_scale, scale<causalmm::backend::serial>);
        }
        causalmm::intervention::pattern_list::for_each([&]<class Policy>() {
            causalmm::backend::list::for_each([&]<class Backend>() {
                add(shape, Policy::name, Backend::name, "x_scale", library<Policy, Backend>, scale<Backend>);
            });
#if __has_include(<Eigen/Core>)
            add_naive<naive_eigen::maps, naive_eigen::edit, Policy>(shape, "eigen");
#endif
#if __has_include(<xtensor/xtensor.hpp>) || __has_include(<xtensor/containers/xtensor.hpp>)
            add_naive<naive_xtensor::maps, naive_xtensor::edit, Policy>(shape, "xtensor");
#endif
        });
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace
