// SPDX-License-Identifier: MIT
// Compiled once for each width of registers (N94): z is within a tolerance of double precision, and the tokens it prints are to be
// the same, though sums run in another order.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "library.hpp"

namespace {

constexpr std::size_t rows = 40, dim = 24, vocabulary = 100;

/// `count` numbers in [-2, 2) from a linear congruence.
std::vector<float> numbers(std::size_t count, std::uint32_t seed) {
    std::vector<float> all(count);
    for (float& each : all) {
        seed = seed * 1664525u + 1013904223u;
        each = static_cast<float>(seed >> 8) * 0x1p-22f - 2.0f;
    }
    return all;
}

causalmm::tensor_view<float const, 4> view(std::vector<float> const& of) { return {of.data(), {1, 1, rows, dim}}; }
causalmm::tensor_view<float, 4> view(std::vector<float>& of) { return {of.data(), {1, 1, rows, dim}}; }

/// Rows of queries, keys and values.
struct problem {
    std::vector<float> query = numbers(rows * dim, 1), key = numbers(rows * dim, 2), value = numbers(rows * dim, 3);

    causalmm::attention::inputs<float> inputs() const {
        return {.query = view(query), .key = view(key), .value = view(value), .scale = 0.5f};
    }
    /// z of one row over the keys up to it.
    std::vector<double> expected(std::size_t row) const {
        std::vector<double> z(dim);
        double total = 0.0;
        for (std::size_t k = 0; k <= row; ++k) {
            double score = 0.0;
            for (std::size_t i = 0; i < dim; ++i) {
                score += 0.5 * static_cast<double>(query[row * dim + i]) * static_cast<double>(key[k * dim + i]);
            }
            total += std::exp(score);
            for (std::size_t i = 0; i < dim; ++i) { z[i] += std::exp(score) * static_cast<double>(value[k * dim + i]); }
        }
        for (double& each : z) { each /= total; }
        return z;
    }
};

/// Streaming attention with both branches; false if it fails.
template <class Policy>
bool attend(problem const& of, Policy const& policy, std::vector<float>& factual, std::vector<float>& z) {
    using namespace causalmm;
    std::vector<std::byte> workspace(attention::workspace_bytes(policy, of.inputs()));
    return bool{attention::streaming(backend::serial{}, attention::edit{policy}, of.inputs(), visibility::causal{},
                                     {.z = view(z), .factual = view(factual)}, workspace)};
}

bool close_to_double(problem const& of, std::vector<float> const& z) {
    for (std::size_t row = 0; row < rows; ++row) {
        auto const expected = of.expected(row);
        for (std::size_t i = 0; i < dim; ++i) {
            if (!(std::abs(static_cast<double>(z[row * dim + i]) - expected[i]) < 1e-5)) { return false; }
        }
    }
    return true;
}

/// The greedy token of the contrast of two rows of z, each times a matrix.
int token(float const* factual, float const* counterfactual, std::vector<float> const& head) {
    using namespace causalmm;
    std::array<std::array<float, vocabulary>, 2> logits{};
    for (std::size_t i = 0; i < vocabulary * dim; ++i) {
        logits[0][i / dim] += head[i] * factual[i % dim];
        logits[1][i / dim] += head[i] * counterfactual[i % dim];
    }
    decode::step<contrast::linear<1>, plausibility::adaptive, sampling::pipeline<sampling::greedy>> const step{
        .contrast = {.gamma = {1.0f}}, .plausibility = {.epsilon = 0.1f}, .sampler = {}};
    std::array<sampling::candidate, vocabulary> scratch;
    auto const chosen = step(logits[0], {logits[1]}, {}, scratch);
    return chosen ? chosen.value : -1;
}

template <class Policy>
bool print_tokens(problem const& of, Policy const& policy) {
    std::vector<float> factual(rows * dim), z(rows * dim);
    if (!attend(of, policy, factual, z) || !close_to_double(of, factual)) { return false; }
    auto const head = numbers(vocabulary * dim, 4);
    for (std::size_t row = 0; row < rows; ++row) {
        std::printf("%d ", token(factual.data() + row * dim, z.data() + row * dim, head));
    }
    return true;
}

}   // namespace

int main() {
    problem const of;
    bool const good = print_tokens(of, causalmm::intervention::reversed{}) &&
                      print_tokens(of, causalmm::intervention::random{.seed = 7}) &&
                      print_tokens(of, causalmm::intervention::shuffled{.seed = 7});
    return good ? 0 : 1;
}
