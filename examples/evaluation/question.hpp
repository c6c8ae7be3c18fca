// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace evaluation {

/// One yes/no question about a picture, as the benchmarks' readers yield it.
///
/// shape   plain data
/// units   line counts from 1
/// errors  none
/// source  POPE's question files
struct question {
    std::int64_t id = 0;
    std::string image;   // relative to the image folder
    std::string text;
    bool label_is_yes = false;
    std::size_t line = 0;   // of the question file, for messages
};

/// An answer as it was read back from a file.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  VCD's answer files
struct given_answer {
    std::int64_t id = 0;
    std::string text;
};

}   // namespace evaluation
