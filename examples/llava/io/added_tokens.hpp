// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llava::io {

/// Tokens that are found in the text before it is split into pieces: "<image>", "</s>".
class added_tokens {
  public:
    struct token {
        std::string content;
        int id;
        bool strip_left, strip_right;   // take the white space on that side into the match
    };

    /// A stretch of text that is one added token (id >= 0) or ordinary text (id -1).
    struct part {
        std::size_t first, size;
        int id;
    };

    /// Bytes [first, last) in which no token is to be found.
    struct quote_range {
        std::size_t first = 0, last = 0;
    };

    void add(token added);

    /// Cuts text at the leftmost, and there the longest, tokens. Ordinary parts are never empty.
    [[nodiscard]] std::vector<part> split(std::string_view text, quote_range quoted) const;

  private:
    [[nodiscard]] token const* longest_at(std::string_view rest) const noexcept;
    std::array<std::vector<token>, 256> by_first_byte_;   // longest first
};

}   // namespace llava::io
