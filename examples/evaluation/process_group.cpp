// SPDX-License-Identifier: MIT
#include <evaluation/process_group.hpp>

#include <evaluation/signals.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

void first_then_others(process_group const& group, std::function<void()> const& work) {
    if (group.rank != 0) {
        if (int const code = group.agree(0); code != 0) throw ended_by_first(code);
        work();
        return;
    }
    try {
        work();
    } catch (llava::io::error const& failure) {
        group.agree(static_cast<int>(failure.code));
        throw;
    } catch (interrupted const& by) {
        group.agree(by.code);
        throw;
    } catch (...) {
        group.agree(static_cast<int>(llava::io::exit_code::internal));
        throw;
    }
    group.agree(0);
}

}   // namespace evaluation
