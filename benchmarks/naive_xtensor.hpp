// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

// xtensor moved its headers into folders after 0.25.
#if __has_include(<xtensor/xtensor.hpp>)
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xrandom.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#else
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/generators/xrandom.hpp>
#include <xtensor/views/xview.hpp>
#endif

#include <causalmm/intervention.hpp>

#include "workload.hpp"

namespace naive_xtensor {

namespace intervention = causalmm::intervention;
using causalmm::index_t;
using tensor = xt::xtensor<float, 3>;   // (head, query, key)

/// All heads as one tensor, with the mask of visible keys (1 or 0) and their number.
template <class Tensor>
struct heads {
    Tensor& w;
    tensor const& mask;      // (1, query, key)
    tensor const& visible;   // (1, query, 1)
    bool whole_map;
};

inline constexpr std::array<std::size_t, 1> rows{2};
inline constexpr std::array<std::size_t, 2> whole{1, 2};

/// The edit as a user of xtensor would write it down; a policy without a specialisation is not compared.
template <class Policy>
struct edit;

template <>
struct edit<intervention::uniform> {
    template <class Heads>
    void operator()(Heads const& h) const {
        if (h.whole_map) {
            tensor const mean = xt::mean(h.w, whole, xt::keep_dims);
            h.w = xt::broadcast(mean, h.w.shape());
        } else {
            tensor const mean = xt::sum(h.w, rows, xt::keep_dims) / h.visible;
            h.w = mean * h.mask;
        }
    }
};

template <>
struct edit<intervention::random> {
    template <class Heads>
    void operator()(Heads const& h) const {
        h.w = xt::random::rand<float>(h.w.shape()) * h.mask;
    }
};

template <>
struct edit<intervention::reversed> {
    template <class Heads>
    void operator()(Heads const& h) const {
        if (h.whole_map) {
            tensor const largest = xt::amax(h.w, whole, xt::keep_dims);
            h.w = largest - h.w;
        } else {
            tensor const largest = xt::amax(h.w, rows, xt::keep_dims);
            h.w = (largest - h.w) * h.mask;
        }
    }
};

template <>
struct edit<intervention::shuffled> {
    template <class Heads>
    void operator()(Heads const& h) const {
        for (std::size_t head = 0; head < h.w.shape(0); ++head) {
            if (h.whole_map) {
                auto map = xt::view(h.w, head, xt::all(), xt::all());
                xt::xtensor<float, 1> flat = xt::flatten(map);
                xt::random::shuffle(flat);
                map = xt::reshape_view(flat, {h.w.shape(1), h.w.shape(2)});
                continue;
            }
            for (std::size_t q = 0; q < h.w.shape(1); ++q) {
                auto row = xt::view(h.w, head, q, xt::range(0, static_cast<index_t>(h.visible(0, q, 0))));
                xt::random::shuffle(row);
            }
        }
    }
};

template <class Policy>
struct edit<intervention::renormalized<Policy>> {
    template <class Heads>
    void operator()(Heads const& h) const {
        tensor const mass = xt::sum(h.w, rows, xt::keep_dims);
        edit<Policy>{}(h);
        tensor const total = xt::sum(h.w, rows, xt::keep_dims);
        h.w = h.w * (mass / total);
    }
};

/// The heads of a layout.
class maps {
  public:
    explicit maps(workload::patterns& patterns) : patterns_{patterns} {
        auto const& shape = patterns.shape();
        auto const queries = static_cast<std::size_t>(shape.extents[2]);
        auto const keys = static_cast<std::size_t>(shape.extents[3]);
        mask_ = xt::zeros<float>({std::size_t{1}, queries, keys});
        visible_ = xt::zeros<float>({std::size_t{1}, queries, std::size_t{1}});
        for (std::size_t q = 0; q < queries; ++q) {
            auto const visible = static_cast<std::size_t>(shape.visible(static_cast<index_t>(q)));
            for (std::size_t k = 0; k < visible; ++k) { mask_(0, q, k) = 1.0f; }
            visible_(0, q, 0) = static_cast<float>(visible);
        }
    }

    template <class Policy>
    void apply() {
        auto const view = patterns_.view();
        std::array<std::size_t, 3> const shape{static_cast<std::size_t>(view.extent(1)),
                                               static_cast<std::size_t>(view.extent(2)),
                                               static_cast<std::size_t>(view.extent(3))};
        auto w = xt::adapt(view.data, static_cast<std::size_t>(view.size()), xt::no_ownership(), shape);
        edit<Policy>{}(heads<decltype(w)>{w, mask_, visible_, patterns_.shape().vision});
    }

  private:
    workload::patterns& patterns_;
    tensor mask_;
    tensor visible_;
};

}   // namespace naive_xtensor
