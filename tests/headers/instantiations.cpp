// SPDX-License-Identifier: MIT
// Every policy with every element type, compiled and not run: a template that nobody instantiates has no lines for coverage to
// miss, and no frame for a compiler to warn of (N83).
#include <array>
#include <cstddef>
#include <span>

#include <causalmm/causalmm.hpp>

namespace every_policy {

namespace attention = causalmm::attention;
namespace intervention = causalmm::intervention;
using causalmm::tensor_view;
using causalmm::backend::serial;
using sight = causalmm::visibility::padding<causalmm::visibility::causal>;
using scalars = causalmm::type_list<float, double, causalmm::f16, causalmm::bf16>;

/// Keeps a function that is not called.
template <class Function>
void keep(Function* function) {
    [[maybe_unused]] Function* volatile const kept = function;
}

template <class Policy, class T>
void keep_attention() {
    using edit = attention::edit<Policy>;
    using inputs = attention::inputs<float, T>;
    using status = causalmm::status;
    keep(static_cast<status (*)(serial const&, edit const&, inputs const&, sight const&, attention::streams const&,
                                std::span<std::byte>) noexcept>(&attention::streaming));
    keep(static_cast<status (*)(serial const&, edit const&, inputs const&, sight const&, tensor_view<float, 4>,
                                tensor_view<float, 4>) noexcept>(&attention::materialized));
    if constexpr (!intervention::score_policy<Policy>) {
        keep(static_cast<status (*)(serial const&, edit const&, tensor_view<T, 4>&, sight const&) noexcept>(
            &attention::intervene));
    }
    if constexpr (intervention::affine_policy<Policy>) {
        keep(static_cast<status (*)(serial const&, edit const&, attention::kernel_outputs<T> const&, sight const&,
                                    tensor_view<float, 4>) noexcept>(&attention::epilogue));
    }
}

template <class Contrast, class Plausibility>
void keep_step() {
    namespace sampling = causalmm::sampling;
    using sampler = sampling::pipeline<sampling::multinomial, sampling::temperature, sampling::top_k, sampling::top_p>;
    using step = causalmm::decode::step<Contrast, Plausibility, sampler>;
    keep(+[](step const& one, std::span<float const> factual, typename step::rows const& others,
             std::span<sampling::candidate> scratch) { return one(factual, others, {}, scratch).value; });
}

void instantiate() {
    intervention::list::for_each(
        []<class Policy>() { scalars::for_each([]<class T>() { keep_attention<Policy, T>(); }); });
    causalmm::contrast::list::for_each([]<class Contrast>() {
        causalmm::plausibility::list::for_each([]<class Plausibility>() { keep_step<Contrast, Plausibility>(); });
    });
}

}   // namespace every_policy
