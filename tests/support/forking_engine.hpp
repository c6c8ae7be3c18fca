// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "support/fake_engine.hpp"

namespace support {

/// A fake engine, Base, that forks; its rows may be told it.
template <class Base>
class forking : public Base {
  public:
    using Base::Base;
    using typename Base::branch_type;
    using row_of = std::function<std::vector<float>(std::span<token const> text, float dose)>;

    forking(std::size_t vocabulary, row_of its_rows) : Base{vocabulary}, rows{std::move(its_rows)} {}

    status forward(std::span<branch_type* const> several) noexcept {
        auto const queued = [](branch_type* each) { return !each->cache().pending.empty(); };
        rows_run += static_cast<int>(std::ranges::count_if(several, queued));
        status const outcome = Base::forward(several);
        for (branch_type* const each : several) {
            if (outcome && rows) { each->cache().logits = rows(each->cache().text, each->cache().past.dose); }
        }
        return outcome;
    }
    status fork(branch_type const& from, branch_type& to) noexcept {
        ++forks;
        if (forks == fail_fork) { return {errc::out_of_capacity, "fake: no room for a fork"}; }
        if (!from.cache().pending.empty() || from.cache().past.dose != to.cache().past.dose) {
            return {errc::engine_failure, "fake: a queued token, or a branch of another role"};
        }
        to.cache().past = from.cache().past;
        to.cache().text = from.cache().text;
        to.cache().pending.clear();
        to.cache().logits.clear();
        return {};
    }

    row_of rows{};
    int rows_run = 0;
    int forks = 0;
    int fail_fork = 0;   // the number of the call that fails; 0: none
};

}   // namespace support
