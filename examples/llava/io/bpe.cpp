// SPDX-License-Identifier: MIT
#include <llava/io/bpe.hpp>
#include <llava/io/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <queue>
#include <tuple>

namespace llava::io {
namespace {

// A token of the word under way; neighbours by index, -1 at the ends. A merged-away right half is dead.
struct symbol {
    int id;
    int previous, next;
    bool dead;
};

struct candidate {
    std::uint32_t rank;
    int position;
    int result;
    bool operator<(
        candidate const& other) const noexcept {   // the queue's top is its largest: lowest rank, then leftmost
        return std::tie(other.rank, other.position) < std::tie(rank, position);
    }
};

}   // namespace

int byte_of_piece(std::string_view piece) noexcept {
    if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>') return -1;
    int value = -1;
    auto const [end, status] = std::from_chars(piece.data() + 3, piece.data() + 5, value, 16);
    return status == std::errc{} && end == piece.data() + 5 && value >= 0 ? value : -1;
}

void bpe::finish(int unknown, bool fuse_unknown, bool byte_fallback) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    unknown_ = unknown;
    fuse_unknown_ = fuse_unknown;
    byte_fallback_ = byte_fallback;
    for (std::size_t b = 0; b < bytes_.size(); ++b)
        bytes_[b] = find(std::string("<0x") + digits[b >> 4U] + digits[b & 15U] + ">");
    has_all_bytes_ = std::none_of(bytes_.begin(), bytes_.end(), [](int id) { return id < 0; });
}

int bpe::find(std::string_view piece) const noexcept {
    auto const found = ids_.find(piece);
    return found == ids_.end() ? -1 : found->second;
}

// Either all bytes of the character or none.
bool bpe::append_bytes(std::string_view character, std::vector<int>& out) const {
    if (!byte_fallback_) return false;
    for (char const c : character) {
        if (bytes_[static_cast<unsigned char>(c)] < 0) return false;
    }
    for (char const c : character) out.push_back(bytes_[static_cast<unsigned char>(c)]);
    return true;
}

std::vector<int> bpe::characters(std::string_view word) const {
    std::vector<int> out;
    bool pending =
        false;   // an unknown run; as in the original it is written before the next known character, not before bytes
    while (!word.empty()) {
        std::size_t const size = std::max<std::size_t>(1, character_size(word));
        auto const character = word.substr(0, size);
        word.remove_prefix(size);
        if (int const id = find(character); id >= 0) {
            if (pending) out.push_back(unknown_);
            pending = false;
            out.push_back(id);
        } else if (!append_bytes(character, out) && unknown_ >= 0) {
            if (pending && !fuse_unknown_) out.push_back(unknown_);
            pending = true;
        }
    }
    if (pending) out.push_back(unknown_);
    return out;
}

void bpe::encode(std::string_view word, std::vector<int>& out) const {
    for (auto const& part : whole_.split(word, {})) {
        if (part.id >= 0) {
            out.push_back(part.id);
        } else {
            merge_pairs(word.substr(part.first, part.size), out);
        }
    }
}

void bpe::merge_pairs(std::string_view word, std::vector<int>& out) const {
    std::vector<symbol> symbols;
    for (int const id : characters(word)) {
        int const index = static_cast<int>(symbols.size());
        symbols.push_back({.id = id, .previous = index - 1, .next = index + 1, .dead = false});
    }
    if (symbols.empty()) return;
    symbols.back().next = -1;
    auto const at = [&symbols](int index) -> symbol& { return symbols[static_cast<std::size_t>(index)]; };
    std::priority_queue<candidate> queue;
    auto const propose = [&](int left) {   // the pair that starts at `left`, if there is one and it has a merge
        if (left < 0 || at(left).next < 0) return;
        auto const found = merges_.find(key(at(left).id, at(at(left).next).id));
        if (found != merges_.end()) queue.push({found->second.rank, left, found->second.result});
    };
    for (int i = 0; i < static_cast<int>(symbols.size()); ++i) propose(i);
    while (!queue.empty()) {
        candidate const best = queue.top();
        queue.pop();
        symbol& left = at(best.position);
        if (left.dead || left.next < 0) continue;
        symbol& right = at(left.next);
        auto const still = merges_.find(key(left.id, right.id));   // either half may have changed since it was proposed
        if (still == merges_.end() || still->second.result != best.result) continue;
        left.id = best.result;
        left.next = right.next;
        right.dead = true;
        if (left.next >= 0) at(left.next).previous = best.position;
        propose(left.previous);
        propose(best.position);
    }
    for (int i = 0; i >= 0; i = at(i).next) out.push_back(at(i).id);
}

}   // namespace llava::io
