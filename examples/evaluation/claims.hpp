// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include <evaluation/question.hpp>

namespace evaluation {

/// Pieces of work that processes share: piece n is had by whoever holds the lock on byte n of a file that all of them see.
///
/// The kernel frees a lock when its holder ends, killed or not. On a network file system the server does, for a machine that it
/// no longer hears of when the lease ends (NFSv4: 90 s).
///
/// shape   any number of pieces; the file is not changed, and may be shorter
/// units   none
/// errors  llava::io::error: as open_output; io_error if the file system has no locks
/// source  fcntl(2), open file description locks
class claims {
  public:
    explicit claims(std::filesystem::path file);
    claims(claims const&) = delete;
    claims& operator=(claims const&) = delete;
    ~claims();

    bool take(std::size_t piece);   // false while another has it
    void release(std::size_t piece);

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

/// The ends of the pieces that a list of questions is shared in: 8 to 64 neighbours, a picture's questions together.
///
/// shape   increasing; the last is the number of questions
/// units   questions
/// errors  none
/// source  a function of the questions alone, so every process cuts alike
std::vector<std::size_t> chunk_ends(std::span<question const> questions);

}   // namespace evaluation
