// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <llava/edit_traits.hpp>
#include <llava/engine.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/schedule.hpp>
#include <llava/views.hpp>

namespace llava {

/// A method's branches: the factual one, the one that sees another picture, the one whose language model is edited.
enum class role : std::uint8_t { factual, vision, language };
inline constexpr std::size_t roles = 3;

/// One picture as one method sees it, and what all questions about it have in common: the vision tower's work, and each branch's
/// prompt up to the picture's end. Each part is computed by the question that first needs it.
///
/// A branch that draws by the question's sample has nothing in common with itself at another question, and keeps nothing.
/// One thread asks at a time. It holds a cache of these rows for each branch that keeps them.
class picture_prefix {
  public:
    /// Model and method must stay where they are.
    picture_prefix(model const& with, method const& by, io::image picture)
        : with_{&with}, by_{&by}, seen_{with, by, std::move(picture)} {}

    model const& asked() const noexcept { return *with_; }
    method const& way() const noexcept { return *by_; }
    views& seen() noexcept { return seen_; }

    /// Where each branch keeps its rows; null for a branch that keeps none. Rows of another form of attention are forgotten.
    std::array<prefix*, roles> kept(attention_form attention) {
        if (attention != attention_) { rows_ = {}; }
        attention_ = attention;
        std::array<prefix*, roles> places{};
        for (std::size_t i = 0; i < roles; ++i) {
            places[i] = keeps(role{static_cast<std::uint8_t>(i)}) ? &rows_[i] : nullptr;
        }
        return places;
    }

  private:
    bool keeps(role which) const noexcept {
        switch (which) {
            case role::factual: return true;
            case role::vision: return seen_.samples_alike();
            case role::language: return by_->language && edits_samples_alike(*by_->language);
        }
        return false;
    }

    model const* with_;
    method const* by_;
    views seen_;
    attention_form attention_ = attention_form::streaming;
    std::array<prefix, roles> rows_{};
};

}   // namespace llava
