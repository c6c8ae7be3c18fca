// SPDX-License-Identifier: MIT
// An intervention of the library on a pattern of any shape, layout, element type and content.
#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/serial.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/visibility/causal.hpp>

#include "fuzz.hpp"
#include "support/tensor.hpp"

namespace {

using causalmm::errc;
using causalmm::index_t;
using fuzz::require;

constexpr float special[] = {0.0f, -0.0f, 1.0f, 0.5f, 1e-45f, 3e38f, -1.0f, 65504.0f};

template <class T>
bool finite(T value) {
    return causalmm::is_finite(static_cast<float>(value));
}

float number(fuzz::numbers& from) {
    std::size_t const kind = from.below(16);
    return kind < 8    ? special[kind]
           : kind < 12 ? static_cast<float>(from.next<std::uint8_t>()) / 255.0f
                       : from.next<float>();
}

template <class T>
struct patterns {
    support::tensor<T> there, contiguous;   // the same numbers

    patterns(support::shape4 const& shape, support::layout how, fuzz::numbers& from)
        : there(shape, how), contiguous(shape) {
        for_each([&](auto... at) { there.view()(at...) = contiguous.view()(at...) = static_cast<T>(number(from)); });
    }
    template <class Visit>
    void for_each(Visit const& visit) const {
        auto const& [batches, heads, rows, keys] = there.view().extents;
        for (index_t b = 0; b < batches; ++b)
            for (index_t h = 0; h < heads; ++h)
                for (index_t q = 0; q < rows; ++q)
                    for (index_t k = 0; k < keys; ++k) visit(b, h, q, k);
    }
};

template <class T>
bool same(T a, T b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class Policy>
void set_parameters(Policy& policy, fuzz::numbers& from) {
    if constexpr (requires { policy.scale; }) policy.scale = number(from);
    if constexpr (requires { policy.seed; }) policy.seed = from.next<std::uint64_t>();
    if constexpr (requires { policy.share; }) policy.share = number(from);
    if constexpr (requires { policy.policy; }) set_parameters(policy.policy, from);
}

template <class T, class Policy>
void check(fuzz::numbers& from) {
    Policy policy{};
    set_parameters(policy, from);
    auto const size = [&] { return static_cast<index_t>(from.below(6)); };
    support::shape4 const shape{size(), size(), size(), 3 * size()};
    causalmm::visibility::causal const sight{.offset = from.below(8) == 7 ? -1 : static_cast<index_t>(from.below(20))};
    auto const how = support::every_layout[from.below(support::every_layout.size())];
    patterns<T> made(shape, how, from);
    patterns<T> const before = made;
    causalmm::attention::edit const change{policy};
    auto const outcome = causalmm::attention::intervene(causalmm::backend::serial{}, change, made.there.view(), sight);
    auto const other =
        causalmm::attention::intervene(causalmm::backend::serial{}, change, made.contiguous.view(), sight);
    require(outcome.code == other.code, "the layout decides on no outcome");
    // Nothing is asked about the sight of an empty pattern.
    bool const legal = policy.check() && (made.there.view().size() == 0 || sight.check(shape[0], shape[3]));
    require(legal != (outcome == errc::bad_parameter), "a bad parameter is refused as such, and nothing else is");
    require(legal || made.there.same_bits(before.there), "a bad parameter changes nothing");
    made.for_each([&](index_t b, index_t h, index_t q, index_t k) {
        T const now = made.there.view()(b, h, q, k), was = before.there.view()(b, h, q, k);
        require(same(now, made.contiguous.view()(b, h, q, k)), "the layout changes no bit");
        auto const keys = sight.keys(b, q, shape[3]);
        if (k < keys.begin || k >= keys.end) require(same(now, was), "a key that is not visible keeps its bits");
        if (outcome == errc::ok && legal && k >= keys.begin && k < keys.end)
            require(finite(was), "an accepted pattern is finite where it is visible");
    });
}

void run(std::string_view bytes) {
    fuzz::numbers from(bytes);
    std::size_t const type = from.below(4), wanted = from.below(8);
    std::size_t at = 0;
    causalmm::intervention::pattern_list::for_each([&]<class Policy>() {
        if (at++ != wanted) return;
        if (type == 0) check<float, Policy>(from);
        if (type == 1) check<double, Policy>(from);
        if (type == 2) check<causalmm::f16, Policy>(from);
        if (type == 3) check<causalmm::bf16, Policy>(from);
    });
}

std::vector<std::string> seeds() {
    std::vector<std::string> out;
    for (char policy = 0; policy < 8; ++policy) {
        std::string seed{static_cast<char>(policy % 4), policy};
        for (int i = 0; i < 200; ++i) seed += static_cast<char>(i * 37 + policy);
        out.push_back(seed);
    }
    return out;
}

fuzz::target const here("policy", run, seeds);

}   // namespace
