// SPDX-License-Identifier: MIT
// What a counterfactual costs on top of factual attention, without an attention matrix; f32, one thread.
//
// x_factual  time of a call that gives factual and counterfactual z, relative to factual streaming attention alone
// x_gemm     rate of factual streaming attention (products of queries, keys and values) relative to Eigen's matrix product
// MiB        memory beside inputs and outputs
// Both times of a ratio are taken in turns, in every iteration; the ratio is that of their medians.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <causalmm/attention/materialized.hpp>
#include <causalmm/attention/streaming.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility.hpp>

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

namespace {

namespace attention = causalmm::attention;
namespace intervention = causalmm::intervention;
using causalmm::index_t;
using causalmm::tensor_view;

/// CLIP ViT-L/14 at 336 pixels, LLaVA-1.5's prompt, longer ones, and one step of decoding.
struct shape {
    std::string_view name;
    index_t heads, queries, keys, dim;
    bool causal;
};
constexpr shape shapes[] = {
    {"vision_577x64", 4, 577, 577, 64, false},      {"prefill_640x128", 4, 640, 640, 128, true},
    {"prefill_1100x128", 4, 1100, 1100, 128, true}, {"prefill_2048x128", 2, 2048, 2048, 128, true},
    {"prefill_4096x128", 1, 4096, 4096, 128, true}, {"prefill_4096x64", 1, 4096, 4096, 64, true},
    {"decode_1100x128", 32, 1, 1100, 128, true},    {"decode_4096x128", 32, 1, 4096, 128, true}};

/// Queries, keys and values of one shape, and where the branches go.
class problem {
  public:
    explicit problem(shape const& of) : of_{of} {
        std::mt19937 generator(1);
        std::normal_distribution<float> normal;
        for (auto* const each : {&query_, &key_, &value_}) {
            each->resize(static_cast<std::size_t>(of.heads * (each == &query_ ? of.queries : of.keys) * of.dim));
            for (float& x : *each) { x = normal(generator); }
        }
        factual_.resize(query_.size());
        z_.resize(query_.size());
        sums_.resize(static_cast<std::size_t>(of.heads * of.dim));
        for (std::size_t i = 0; i < value_.size(); ++i) {
            auto const dim = static_cast<std::size_t>(of.dim);
            sums_[i / dim / static_cast<std::size_t>(of.keys) * dim + i % dim] += static_cast<double>(value_[i]);
        }
    }
    attention::inputs<float> inputs() const {
        return {.query = {query_.data(), {1, of_.heads, of_.queries, of_.dim}},
                .key = {key_.data(), {1, of_.heads, of_.keys, of_.dim}},
                .value = {value_.data(), {1, of_.heads, of_.keys, of_.dim}},
                .scale = 1.0f / std::sqrt(static_cast<float>(of_.dim))};
    }
    tensor_view<float, 4> factual() { return {factual_.data(), {1, of_.heads, of_.queries, of_.dim}}; }
    tensor_view<float, 4> z() { return {z_.data(), {1, of_.heads, of_.queries, of_.dim}}; }
    /// The sum that a cache keeps while it decodes; a prefill has none yet.
    tensor_view<double const, 3> kept_sum() const {
        if (of_.queries > 1) { return {}; }
        return {sums_.data(), {1, of_.heads, of_.dim}};
    }
    double flops() const {
        double const pairs = static_cast<double>(of_.queries) * static_cast<double>(of_.keys);
        return 4.0 * static_cast<double>(of_.heads * of_.dim) * (of_.causal && of_.queries > 1 ? pairs / 2 : pairs);
    }
    template <class Function>
    auto with_visibility(Function const& f) const {
        if (of_.causal) { return f(causalmm::visibility::causal{.offset = of_.keys - of_.queries}); }
        return f(causalmm::visibility::bidirectional{});
    }

  private:
    shape of_;
    std::vector<float> query_, key_, value_, factual_, z_;
    std::vector<double> sums_;
};

/// Processor time of this thread: what else runs on the machine is not the library's.
double processor_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Call>
double seconds(Call const& call) {
    double const start = processor_seconds();
    call();
    benchmark::ClobberMemory();
    return processor_seconds() - start;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// Takes both times in every iteration; that of `call` counts. Returns median(call) / median(reference).
template <class Call, class Reference>
double time_in_turns(benchmark::State& state, Call const& call, Reference const& reference) {
    std::vector<double> own, other;
    call();
    reference();
    for (auto iteration : state) {
        (void)iteration;
        other.push_back(seconds(reference));
        own.push_back(seconds(call));
        state.SetIterationTime(own.back());
    }
    return own.empty() ? 0.0 : median(own) / median(other);   // empty: skipped with an error
}

/// Factual attention alone, as a call.
auto factual_call(benchmark::State& state, problem& input, std::vector<std::byte>& workspace) {
    workspace.resize(attention::workspace_bytes(intervention::identity{}, input.inputs()));
    return [&] {
        auto const done = input.with_visibility([&](auto const& visibility) {
            return attention::streaming(causalmm::backend::serial{}, input.inputs(), visibility, {.z = input.factual()},
                                        workspace);
        });
        if (!done) { state.SkipWithError(done.what); }
    };
}

void time_factual(benchmark::State& state, shape const& of) {
    problem input{of};
    std::vector<std::byte> workspace;
    auto const call = factual_call(state, input, workspace);
#if __has_include(<Eigen/Core>)
    using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::Map<matrix const> const query(input.inputs().query.data, of.queries, of.dim);
    Eigen::Map<matrix const> const key(input.inputs().key.data, of.keys, of.dim);
    matrix scores(of.queries, of.keys);
    double const ratio = time_in_turns(state, call, [&] { scores.noalias() = query * key.transpose(); });
    double const gemm = 2.0 * static_cast<double>(of.queries * of.keys * of.dim);
    state.counters["x_gemm"] = input.flops() / (gemm * ratio);
#else
    time_in_turns(state, call, [] {});
#endif
    state.counters["flops"] = benchmark::Counter(input.flops(), benchmark::Counter::kIsIterationInvariantRate);
    state.counters["MiB"] = static_cast<double>(workspace.size()) / 1048576.0;
}

/// Runs `both`, which writes factual and counterfactual z, in turns with factual attention.
template <class Policy>
void time_counterfactual(benchmark::State& state, shape const& of, Policy policy) {
    problem input{of};
    if constexpr (requires { policy.over; } && intervention::affine_policy<Policy>) {
        policy.over = of.causal ? intervention::scope::row : intervention::scope::map;
    }
    std::vector<std::byte> workspace, memory(attention::workspace_bytes(policy, input.inputs()));
    auto const factual = factual_call(state, input, workspace);
    auto const both = [&] {
        auto const done = input.with_visibility([&](auto const& visibility) {
            return attention::streaming(
                causalmm::backend::serial{}, attention::edit{policy}, input.inputs(), visibility,
                {.z = input.z(), .factual = input.factual(), .value_sum = input.kept_sum()}, memory);
        });
        if (!done) { state.SkipWithError(done.what); }
    };
    state.counters["x_factual"] = time_in_turns(state, both, factual);
    state.counters["MiB"] = static_cast<double>(memory.size()) / 1048576.0;
}

/// A random branch reads neither queries nor keys: what it costs beside the factual one.
template <class Policy>
void time_alone(benchmark::State& state, shape const& of, Policy const& policy) {
    problem input{of};
    std::vector<std::byte> workspace, memory(attention::workspace_bytes(policy, input.inputs()));
    auto const factual = factual_call(state, input, workspace);
    auto const alone = [&] {
        auto const done = input.with_visibility([&](auto const& visibility) {
            return attention::streaming(causalmm::backend::serial{}, attention::edit{policy}, input.inputs(),
                                        visibility, {.z = input.z(), .value_sum = input.kept_sum()}, memory);
        });
        if (!done) { state.SkipWithError(done.what); }
    };
    state.counters["x_factual"] = time_in_turns(state, alone, factual);
    state.counters["MiB"] = static_cast<double>(memory.size()) / 1048576.0;
}

/// Factual attention and the edited pattern in memory: what the closed forms replace.
void time_materialized(benchmark::State& state, shape const& of) {
    problem input{of};
    std::vector<std::byte> workspace;
    std::vector<float> pattern(static_cast<std::size_t>(of.heads * of.queries * of.keys));
    tensor_view<float, 4> const maps{pattern.data(), {1, of.heads, of.queries, of.keys}};
    auto const factual = factual_call(state, input, workspace);
    auto const edited = [&] {
        auto const done = input.with_visibility([&](auto const& visibility) {
            return attention::materialized(causalmm::backend::serial{}, attention::edit{intervention::reversed{}},
                                           input.inputs(), visibility, maps, input.z());
        });
        if (!done) { state.SkipWithError(done.what); }
    };
    state.counters["x_factual"] = time_in_turns(state, edited, factual);
    state.counters["MiB"] = static_cast<double>(pattern.size() * sizeof(float)) / 1048576.0;
}

template <class Body>
void add(shape const& of, std::string_view what, Body const& body) {
    auto const name = std::string{of.name}.append("/").append(what);
    benchmark::RegisterBenchmark(name.c_str(), [&of, body](benchmark::State& state) { body(state, of); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

bool add_all() {
    for (shape const& of : shapes) {
        add(of, "factual", time_factual);
        intervention::list::for_each([&]<class Policy>() {
            add(of, std::string{Policy::name},
                [](benchmark::State& state, shape const& at) { time_counterfactual(state, at, Policy{}); });
        });
        add(of, "random_alone",
            [](benchmark::State& state, shape const& at) { time_alone(state, at, intervention::random{}); });
        add(of, "materialized_reversed", time_materialized);
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace
