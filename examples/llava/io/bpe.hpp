// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/added_tokens.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace llava::io {

/// Byte-pair encoding over characters, with byte fallback: the `BPE` model of the tokenizers library.
class bpe {
  public:
    /// What a pair of neighbours becomes, and how early: rank 0 first.
    struct merge {
        std::uint32_t rank;
        int result;
    };

    void add_piece(std::string_view piece, int id) { ids_.emplace(piece, id); }
    /// A piece that is cut out whole before any merge, the leftmost first and there the longest, and merges with no neighbour.
    void add_whole_piece(std::string_view piece, int id) {
        add_piece(piece, id);
        whole_.add({std::string(piece), id, false, false});
    }
    void add_merge(int left, int right, merge made) { merges_.insert_or_assign(key(left, right), made); }

    /// After all pieces. unknown -1: none; then byte fallback must be complete. fuse: a run of unknown characters is one token.
    void finish(int unknown, bool fuse_unknown, bool byte_fallback);

    [[nodiscard]] int find(std::string_view piece) const noexcept;   // id, or -1
    [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
    [[nodiscard]] bool has_all_bytes() const noexcept { return has_all_bytes_; }

    /// Appends the tokens of one word of valid UTF-8. O(n log n) in its length.
    void encode(std::string_view word, std::vector<int>& out) const;

  private:
    struct transparent {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };
    static std::uint64_t key(int left, int right) noexcept {
        return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) |
               static_cast<std::uint32_t>(right);
    }
    [[nodiscard]] std::vector<int> characters(std::string_view word) const;
    void merge_pairs(std::string_view word, std::vector<int>& out) const;
    bool append_bytes(std::string_view character, std::vector<int>& out) const;

    std::unordered_map<std::string, int, transparent, std::equal_to<>> ids_;
    std::unordered_map<std::uint64_t, merge> merges_;
    added_tokens whole_;
    std::array<int, 256> bytes_{};   // ids of <0x00> .. <0xFF>, -1 where the vocabulary has none
    int unknown_ = -1;
    bool fuse_unknown_ = false, byte_fallback_ = false, has_all_bytes_ = false;
};

/// The byte that a piece "<0xNN>" stands for, or -1.
int byte_of_piece(std::string_view piece) noexcept;

}   // namespace llava::io
