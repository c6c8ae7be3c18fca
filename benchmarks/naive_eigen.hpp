// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <random>

#include <Eigen/Core>

#include <causalmm/intervention.hpp>

#include "workload.hpp"

namespace naive_eigen {

namespace intervention = causalmm::intervention;
using causalmm::index_t;
using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using vector = Eigen::VectorXf;

/// One head's map, and what stays the same from call to call: the mask of visible keys (1 or 0) and their number.
struct head {
    Eigen::Map<matrix> w;   // (query, key)
    matrix const& mask;
    vector const& visible;
    bool whole_map;
    std::mt19937_64& generator;
};

/// The edit as a user of Eigen would write it down; a policy without a specialisation is not compared.
template <class Policy>
struct edit;

template <>
struct edit<intervention::uniform> {
    void operator()(head& h) const {
        if (h.whole_map) {
            h.w.setConstant(h.w.mean());
        } else {
            vector const mean = h.w.rowwise().sum().cwiseQuotient(h.visible);
            h.w = mean.replicate(1, h.w.cols()).cwiseProduct(h.mask);
        }
    }
};

template <>
struct edit<intervention::random> {
    void operator()(head& h) const {
        h.w = (0.5f * matrix::Random(h.w.rows(), h.w.cols()).array() + 0.5f) * h.mask.array();
    }
};

template <>
struct edit<intervention::reversed> {
    void operator()(head& h) const {
        if (h.whole_map) {
            h.w = h.w.maxCoeff() - h.w.array();
        } else {
            vector const largest = h.w.rowwise().maxCoeff();
            h.w = ((-h.w).colwise() + largest).cwiseProduct(h.mask);
        }
    }
};

template <>
struct edit<intervention::shuffled> {
    void operator()(head& h) const {
        if (h.whole_map) {
            std::shuffle(h.w.data(), h.w.data() + h.w.size(), h.generator);
            return;
        }
        for (Eigen::Index q = 0; q < h.w.rows(); ++q) {
            float* const row = h.w.data() + q * h.w.cols();
            std::shuffle(row, row + static_cast<index_t>(h.visible[q]), h.generator);
        }
    }
};

template <class Policy>
struct edit<intervention::renormalized<Policy>> {
    void operator()(head& h) const {
        vector const mass = h.w.rowwise().sum();
        edit<Policy>{}(h);
        vector const total = h.w.rowwise().sum();
        h.w = h.w.array().colwise() * mass.cwiseQuotient(total).array();
    }
};

/// All heads of a layout, one after the other.
class maps {
  public:
    explicit maps(workload::patterns& patterns) : patterns_{patterns} {
        auto const& shape = patterns.shape();
        mask_ = matrix::Zero(shape.extents[2], shape.extents[3]);
        visible_ = vector::Zero(shape.extents[2]);
        for (index_t q = 0; q < shape.extents[2]; ++q) {
            mask_.row(q).head(shape.visible(q)).setOnes();
            visible_[q] = static_cast<float>(shape.visible(q));
        }
    }

    template <class Policy>
    void apply() {
        auto const view = patterns_.view();
        for (index_t h = 0; h < view.extent(1); ++h) {
            head one{{&view(0, h, 0, 0), view.extent(2), view.extent(3)},
                     mask_,
                     visible_,
                     patterns_.shape().vision,
                     generator_};
            edit<Policy>{}(one);
        }
    }

  private:
    workload::patterns& patterns_;
    matrix mask_;
    vector visible_;
    std::mt19937_64 generator_{1};
};

}   // namespace naive_eigen
