// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>

#include <causalmm/contrast/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::contrast {

namespace detail {

/// The probabilities of a row of logits: p(i) = exp(l_i - max l) / sum_j exp(l_j - max l).
template <class Logit>
class distribution {
  public:
    distribution(std::size_t size, Logit const& logit) noexcept : logit_{logit}, top_{logit(0)} {
        for (std::size_t i = 1; i < size; ++i) { top_ = logit(i) > top_ ? logit(i) : top_; }
        for (std::size_t i = 0; i < size; ++i) { total_ += weight(i); }
    }
    double operator()(std::size_t i) const noexcept { return weight(i) / total_; }

  private:
    double weight(std::size_t i) const noexcept {
        return std::exp(static_cast<double>(logit_(i)) - static_cast<double>(top_));
    }

    Logit logit_;
    float top_;
    double total_ = 0.0;
};

/// Sums term(p, q) over the plausible tokens, p of the factual row, q of a branch.
template <plausible_rows Rows, class Term>
double sum_over(Rows const& rows, std::size_t branch, Term const& term) noexcept {
    if (rows.size() == 0) { return 0.0; }
    distribution const p(rows.size(), [&rows](std::size_t i) noexcept { return rows.factual(i); });
    distribution const q(rows.size(),
                         [&rows, branch](std::size_t i) noexcept { return rows.counterfactual(branch, i); });
    double sum = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) { sum += term(p(i), q(i)); }
    return sum;
}

}   // namespace detail

/// How far a branch's distribution over the plausible tokens is from the factual one: total variation and Jensen-Shannon.
///
/// tv = 1/2 sum |p - q|;  js = 1/2 sum p log(p / m) + 1/2 sum q log(q / m),  m = (p + q) / 2
///
/// shape   one branch
/// units   tv in [0, 1]; js in nats, [0, log 2]
/// errors  none: no token gives 0
/// source  Lin, "Divergence measures based on the Shannon entropy", 1991
template <plausible_rows Rows>
double total_variation(Rows const& rows, std::size_t branch) noexcept {
    return 0.5 * detail::sum_over(rows, branch, [](double p, double q) noexcept { return p < q ? q - p : p - q; });
}
template <plausible_rows Rows>
double jensen_shannon(Rows const& rows, std::size_t branch) noexcept {
    return 0.5 * detail::sum_over(rows, branch, [](double p, double q) noexcept {
               auto const part = [middle = 0.5 * (p + q)](double x) noexcept {
                   return x > 0.0 ? x * std::log(x / middle) : 0.0;
               };
               return part(p) + part(q);
           });
}

/// Which of the two a policy goes by, as data.
///
/// shape   one of two
/// units   none
/// errors  none
/// source  Jensen-Shannon in nats is at most log 2 times total variation, so a threshold belongs to one of them
enum class divergence { total_variation, jensen_shannon };

namespace detail {

template <plausible_rows Rows>
double measured(divergence by, Rows const& rows, std::size_t branch) noexcept {
    return by == divergence::jensen_shannon ? jensen_shannon(rows, branch) : total_variation(rows, branch);
}

}   // namespace detail

}   // namespace causalmm::contrast
