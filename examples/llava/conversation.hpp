// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <causalmm/contrast.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility.hpp>
#include <causalmm/sampling.hpp>
#include <llava/answer.hpp>
#include <llava/engine.hpp>
#include <llava/picture_prefix.hpp>

namespace llava {

/// All branches of one question, from its prompt to its answer.
class conversation {
  public:
    /// `kept` says where the branches find and leave the rows up to the picture's end. All must stay where it is.
    conversation(picture_prefix& about, std::array<prefix*, roles> const& kept, answer_options const& options,
                 std::span<int const> prompt, std::int64_t capacity, scratch& memory);

    answer run(std::function<void(std::string_view)> const& on_text);

    /// Of a conversation that has run: the seconds of what its branches found and no answer has paid for yet.
    double settle();

    /// Of a conversation that has run, with wants_margin. What its branches did not compute at the first step it computes now.
    float margin();

  private:
    using sampler = causalmm::sampling::pipeline<causalmm::sampling::multinomial, causalmm::sampling::temperature,
                                                 causalmm::sampling::top_k, causalmm::sampling::top_p>;
    using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive, sampler>;
    using branch_set = std::array<std::optional<engine::branch>, roles>;
    static_assert(roles == 1 + step::branches);

    static step make_step(method const& by);
    std::optional<engine::branch> counterfactual(engine::branch const& factual, std::size_t which);
    std::vector<float> rows(std::int64_t first, role look);
    std::int64_t shared_rows() const noexcept;
    std::int64_t prefix_rows() const noexcept { return place_ + model_.image_rows(); }

    template <class Schedule>
    answer run_by(Schedule const& schedule, std::function<void(std::string_view)> const& on_text);
    template <class Schedule>
    answer run_beams(Schedule const& schedule, std::function<void(std::string_view)> const& on_text);

    void note_words(bool contrasted);
    std::vector<float> logits_of_words(engine::branch const& of);
    float best(std::size_t first, std::size_t last) const;
    void demand(causalmm::status const& outcome) const;

    model const& model_;
    answer_options const& options_;
    std::span<int const> prompt_;
    std::int64_t place_;   // of the picture in the prompt
    views& views_;
    scratch& memory_;
    std::array<prefix*, roles> kept_;
    std::array<double, roles> owed_{};   // for what was kept when this began
    engine engine_;
    step step_;
    std::vector<int> yes_, no_;   // ids of the tokens that spell these words
    std::optional<edit> language_edit_;
    std::vector<branch_set> sets_;                  // one a beam
    std::array<std::vector<float>, roles> words_;   // their logits of yes_ and no_ at the first step
};

}   // namespace llava
