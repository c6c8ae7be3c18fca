// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace evaluation {

/// How far a run is.
///
/// shape   plain data
/// units   answers; seconds since this process began to answer
/// errors  none
/// source  evaluation.md 2.3
struct progress_state {
    std::size_t done = 0;
    std::size_t before = 0;   // of them, found in the output at the start; the others are anybody's
    std::size_t total = 0;
    double seconds = 0;
};

/// "120/4500 2.7% 35.2/s 2:04 left", then what is in work.
///
/// shape   one line without its end
/// units   answers a second; h:mm:ss
/// errors  none
/// source  evaluation.md 2.3
std::string progress_line(progress_state const& state, std::string const& in_work);

/// Writes that line to stderr: in place on a terminal, cut at its width, four times a second; as a plain line every 30 s otherwise.
///
/// shape   update() as often as one likes
/// units   steady clock
/// errors  none: a closed stderr is ignored
/// source  evaluation.md 2.3
class progress {
  public:
    progress(std::size_t total, std::size_t before);
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;
    ~progress();

    void update(std::size_t done, std::string const& in_work);
    void clear();   // the line in place

  private:
    using clock = std::chrono::steady_clock;
    progress_state state_;
    bool terminal_;
    bool shown_ = false;
    clock::time_point begin_ = clock::now();
    clock::time_point last_ = clock::now();
};

}   // namespace evaluation
