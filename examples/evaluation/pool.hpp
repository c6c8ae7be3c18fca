// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include <evaluation/record.hpp>

namespace evaluation {

/// One question of one job. Those of a job about one picture are for one thread, which then knows the picture.
///
/// shape   three indices; pieces of a job with one `picture` go together
/// units   none
/// errors  none
/// source  run
struct piece {
    std::size_t job = 0;
    std::size_t question = 0;
    std::size_t picture = 0;

    bool goes_with(piece const& other) const noexcept { return job == other.job && picture == other.picture; }
};

/// Work done by several threads and written by one, in the order in which it is done.
///
/// more   on the calling thread: further pieces; none if there are none at present. Asked again and again until
/// over   there will be none
/// work   on any thread, once a piece; pieces that go together are done one after the other
/// write  on the calling thread, with the outcomes that are ready
/// stop   asked before each piece is begun; what was begun is finished and written, if that takes no longer than `grace`
/// idle   on the calling thread, about ten times a second
/// late   on the calling thread, for a piece in work longer than `longest`, or longer than `grace` after a stop (then it is null). Threads
///        cannot be taken back from what they do: it must not return
///
/// shape   returns when nothing is in work
/// units   steady clock
/// errors  an exception of work is thrown again after what else was begun was written; one of more, write or idle at once
/// source  reliability.md R1, R2, R14, R17, R18
struct shared_work {
    using batch = std::vector<std::pair<piece, outcome>>;
    int threads = 1;
    std::function<std::vector<piece>()> more;
    std::function<bool()> over;
    std::function<outcome(piece)> work;
    std::function<void(batch const&)> write;
    std::function<bool()> stop;
    std::function<void()> idle;
    std::function<void(piece const*)> late;
    std::chrono::duration<double> longest = std::chrono::hours(1);
    std::chrono::duration<double> grace = std::chrono::milliseconds(500);
};
void run_shared(shared_work const& task);

}   // namespace evaluation
