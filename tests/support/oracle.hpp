// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include <causalmm/intervention.hpp>   // the policies' names and parameters, none of their verbs

#include "support/philox.hpp"

/// Every formula of the documentation once more: dense, in double, one weight at a time, in no hurry.
namespace oracle {

using index = std::int64_t;
namespace policy = causalmm::intervention;

/// A dense (batch, head, row, column) array.
struct array4 {
    index batches = 0, heads = 0, rows = 0, columns = 0;
    std::vector<double> x = std::vector<double>(static_cast<std::size_t>(batches * heads * rows * columns));

    double& at(index b, index h, index r, index c) {
        return x[static_cast<std::size_t>(((b * heads + h) * rows + r) * columns + c)];
    }
    double at(index b, index h, index r, index c) const { return const_cast<array4*>(this)->at(b, h, r, c); }
};

/// Positions an edit selects on one axis: those in one of the ranges, so never a negative one.
struct positions {
    std::vector<std::pair<index, index>> ranges{{0, index{1} << 40}};
    bool contains(index i) const {
        return std::any_of(ranges.begin(), ranges.end(), [i](auto r) { return r.first <= i && i < r.second; });
    }
};

/// Everything that decides which weights an edit touches and which random numbers it draws.
struct setting {
    std::function<bool(index batch, index query, index key)> visible = [](index, index, index) { return true; };
    std::function<index(index batch)> origin = [](index) { return index{0}; };   // the cell of position 0
    positions heads{}, queries{}, keys{};
    std::vector<std::uint64_t> samples{};
    bool vision = false;
    index layer = 0;
    index first_query = 0;   // the cell of query row 0
};

/// The map of one head: its weights and the cells an edit of each row touches.
struct map {
    array4& w;
    setting const& s;
    index b, h;

    double& at(index q, index k) const { return w.at(b, h, q, k); }
    index query_position(index q) const { return s.first_query + q - s.origin(b); }
    std::uint64_t sample() const { return s.samples.empty() ? 0 : s.samples[static_cast<std::size_t>(b)]; }
    std::vector<index> keys(index q) const {
        std::vector<index> cells;
        if (!s.heads.contains(h) || !s.queries.contains(query_position(q))) { return cells; }
        for (index k = 0; k < w.columns; ++k) {
            if (s.visible(b, q, k) && s.keys.contains(k - s.origin(b))) { cells.push_back(k); }
        }
        return cells;
    }
    /// The groups that a policy treats as one: each row's touched entries, or those of all rows.
    std::vector<std::vector<double*>> groups(policy::scope over) const {
        std::vector<std::vector<double*>> all;
        for (index q = 0; q < w.rows; ++q) {
            if (q == 0 || over == policy::scope::row) { all.emplace_back(); }
            for (index const k : keys(q)) { all.back().push_back(&at(q, k)); }
        }
        return all;
    }
};

inline double sum(std::vector<double*> const& group) {
    return std::accumulate(group.begin(), group.end(), 0.0, [](double s, double const* w) { return s + *w; });
}

inline void edit(policy::identity const&, map const&) {}

inline void edit(policy::uniform const& p, map const& m) {
    for (auto const& group : m.groups(p.over)) {
        double const mean = sum(group) / static_cast<double>(group.size());
        for (double* const w : group) { *w = mean; }
    }
}

inline void edit(policy::reversed const& p, map const& m) {
    for (auto const& group : m.groups(p.over)) {
        double largest = 0.0;
        for (double const* const w : group) { largest = std::max(largest, *w); }
        for (double* const w : group) { *w = largest - *w; }
    }
}

inline void edit(policy::random const& p, map const& m) {
    words2 const key = key_of(p.seed, m.sample(), m.s.vision ? attention_vision : attention_language);
    for (index q = 0; q < m.w.rows; ++q) {
        for (index const k : m.keys(q)) {
            m.at(q, k) = static_cast<double>(p.scale) * row_draw(key, static_cast<std::uint64_t>(m.s.layer),
                                                                 static_cast<std::uint64_t>(m.h),
                                                                 static_cast<std::uint64_t>(m.query_position(q)),
                                                                 static_cast<std::uint64_t>(k - m.s.origin(m.b)));
        }
    }
}

inline void edit(policy::shuffled const& p, map const& m) {
    words2 const key = key_of(p.seed, m.sample(), m.s.vision ? permutation_vision : permutation_language);
    for (auto const& group : m.groups(p.over)) {
        for (std::size_t i = 1; i < group.size(); ++i) {
            auto const j = static_cast<std::size_t>(
                swap_partner(key, static_cast<std::uint64_t>(m.s.layer), static_cast<std::uint64_t>(m.h), i));
            std::swap(*group[i], *group[j]);
        }
    }
}

template <class Policy>
void edit(policy::renormalized<Policy> const& p, map const& m) {
    std::vector<double> masses;
    for (auto const& row : m.groups(policy::scope::row)) { masses.push_back(sum(row)); }
    edit(p.policy, m);
    auto mass = masses.begin();
    for (auto const& row : m.groups(policy::scope::row)) {
        double const before = *mass++, left = sum(row);
        double const nothing =
            policy::affine_policy<Policy> ? 1e-6 * before : 0.0;   // what a difference of floats leaves
        for (double* const w : row) {
            *w = left > nothing ? *w * (before / left) : before / static_cast<double>(row.size());
        }
    }
}

template <class Policy>
void edit(policy::interpolated<Policy> const& p, map const& m) {
    double const share = static_cast<double>(p.share);
    array4 const before = m.w;
    edit(p.policy, m);
    for (index q = 0; q < m.w.rows; ++q) {
        for (index const k : m.keys(q)) { m.at(q, k) = (1.0 - share) * before.at(m.b, m.h, q, k) + share * m.at(q, k); }
    }
}

template <class... Policies>
void edit(policy::chain<Policies...> const& p, map const& m) {
    std::apply([&](auto const&... each) { (edit(each, m), ...); }, p.policies);
}

template <class Policy>
concept known = requires(Policy const& p, map const& m) {
    edit(p, m);
};

/// The pattern that an intervention leaves; entries it does not touch keep their value.
template <known Policy>
array4 edited(Policy const& p, array4 pattern, setting const& s) {
    for (index b = 0; b < pattern.batches; ++b) {
        for (index h = 0; h < pattern.heads; ++h) { edit(p, map{pattern, s, b, h}); }
    }
    return pattern;
}

inline double score(policy::knockout const&, double) { return -HUGE_VAL; }
inline double score(policy::amplified const& p, double s) { return s + static_cast<double>(p.alpha) * std::abs(s); }
inline double score(policy::tempered const& p, double s) { return s / static_cast<double>(p.temperature); }

template <class Policy>
concept scoring = requires(Policy const& p, double s) {
    score(p, s);
};

/// scale q k^T at visible keys.
inline array4 scores(array4 const& query, array4 const& key, double scale, setting const& s) {
    array4 all{query.batches, query.heads, query.rows, key.rows};
    index const group = query.heads / key.heads;
    for (index b = 0; b < all.batches; ++b) {
        for (index h = 0; h < all.heads; ++h) {
            for (index q = 0; q < all.rows; ++q) {
                for (index k = 0; k < all.columns; ++k) {
                    if (!s.visible(b, q, k)) { continue; }
                    double dot = 0.0;
                    for (index d = 0; d < query.columns; ++d) {
                        dot += query.at(b, h, q, d) * key.at(b, h / group, k, d);
                    }
                    all.at(b, h, q, k) = scale * dot;
                }
            }
        }
    }
    return all;
}

/// Softmax over visible keys; masked weights and rows without a finite score are 0.
inline array4 softmax(array4 w, setting const& s) {
    for (index b = 0; b < w.batches; ++b) {
        for (index h = 0; h < w.heads; ++h) {
            for (index q = 0; q < w.rows; ++q) {
                double top = -HUGE_VAL, total = 0.0;
                for (index k = 0; k < w.columns; ++k) {
                    if (s.visible(b, q, k)) { top = std::max(top, w.at(b, h, q, k)); }
                }
                for (index k = 0; k < w.columns; ++k) {
                    bool const seen = s.visible(b, q, k) && w.at(b, h, q, k) > -HUGE_VAL;
                    w.at(b, h, q, k) = seen ? std::exp(w.at(b, h, q, k) - top) : 0.0;
                    total += w.at(b, h, q, k);
                }
                for (index k = 0; k < w.columns; ++k) { w.at(b, h, q, k) /= total > 0.0 ? total : 1.0; }
            }
        }
    }
    return w;
}

/// softmax(scale q k^T) over visible keys; masked weights and fully masked rows are 0.
inline array4 pattern(array4 const& query, array4 const& key, double scale, setting const& s) {
    return softmax(scores(query, key, scale, s), s);
}

/// The pattern of attention under an intervention, on its scores or on its weights.
template <class Policy>
array4 attended(Policy const& p, array4 const& query, array4 const& key, double scale, setting const& s) {
    array4 all = scores(query, key, scale, s);
    if constexpr (scoring<Policy>) {
        for (index b = 0; b < all.batches; ++b) {
            for (index h = 0; h < all.heads; ++h) {
                map const edited{all, s, b, h};
                for (index q = 0; q < all.rows; ++q) {
                    for (index const k : edited.keys(q)) { edited.at(q, k) = score(p, edited.at(q, k)); }
                }
            }
        }
        return softmax(std::move(all), s);
    } else {
        return edited(p, softmax(std::move(all), s), s);
    }
}

/// z(q) = sum of w(q,k) value_k over visible keys.
inline array4 weighted(array4 const& w, array4 const& value, setting const& s) {
    array4 z{w.batches, w.heads, w.rows, value.columns};
    index const group = value.heads == 0 ? 1 : w.heads / value.heads;
    for (index b = 0; b < z.batches; ++b) {
        for (index h = 0; h < z.heads; ++h) {
            for (index q = 0; q < z.rows; ++q) {
                for (index k = 0; k < w.columns; ++k) {
                    if (!s.visible(b, q, k)) { continue; }
                    for (index d = 0; d < z.columns; ++d) {
                        z.at(b, h, q, d) += w.at(b, h, q, k) * value.at(b, h / group, k, d);
                    }
                }
            }
        }
    }
    return z;
}

}   // namespace oracle
