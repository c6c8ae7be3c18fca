// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include <evaluation/answerer.hpp>

namespace evaluation {

/// Work done by several threads, written by one, in order.
///
/// work   called for first, first + 1, ..., count - 1, each once, on any thread
/// write  called on the calling thread with the replies that are ready, in order and without gaps
/// stop   asked before each piece of work is begun; what was begun is finished and written
/// idle   called on the calling thread about ten times a second
///
/// shape   returns the index after the last reply written
/// units   none
/// errors  an exception of work is thrown again after the replies before it were written; one of write or idle at once
/// source  ordered pipeline
struct ordered_work {
    using batch = std::vector<std::pair<std::size_t, reply>>;
    std::size_t first = 0;
    std::size_t count = 0;
    int threads = 1;
    std::function<reply(std::size_t)> work;
    std::function<void(batch const&)> write;
    std::function<bool()> stop;
    std::function<void()> idle;
};
std::size_t run_in_order(ordered_work const& task);

}   // namespace evaluation
