// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/protobuf.hpp>
#include <llava/io/utf8.hpp>
#include <llava/io/vocabulary.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace llava::io {
namespace {

constexpr std::size_t most_pieces = std::size_t{1} << 20;
constexpr std::size_t most_user_defined = 4096;   // each is compared where its first byte stands
constexpr std::size_t longest_piece = 256;        // LLaMA's longest has 48; every split of every piece is tried
constexpr std::string_view mark = "\xE2\x96\x81";

enum class kind : std::uint64_t { normal = 1, unknown = 2, control = 3, user_defined = 4, byte = 6 };

struct piece {
    std::string text;
    float score = 0.0f;
    kind type = kind::normal;
};

// sentencepiece_model.proto: ModelProto{1 pieces, 2 trainer_spec, 3 normalizer_spec}, with the defaults it gives.
struct model {
    std::vector<piece> pieces;
    std::uint64_t type = 1;   // 2: BPE
    bool byte_fallback = false;
    std::uint64_t start = 1;
    bool add_prefix = true, squeeze_spaces = true, escape_spaces = true, has_charsmap = false;
};

struct reader {
    std::string const& file;

    [[noreturn]] void refuse(std::string const& field, std::string const& why) const {
        throw error(exit_code::bad_data, file, field, why);
    }

    piece read_piece(std::string_view bytes, std::string const& name) const {
        piece out;
        protobuf_message message(bytes, file);
        while (auto const field = message.next()) {
            if (field->number == 1) out.text = field->bytes;
            if (field->number == 2) out.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
            if (field->number == 3) out.type = static_cast<kind>(field->value);
        }
        bool const known = out.type == kind::normal || out.type == kind::unknown || out.type == kind::control ||
                           out.type == kind::user_defined || out.type == kind::byte;
        if (!known) refuse(name, "type " + std::to_string(static_cast<std::uint64_t>(out.type)) + " is not supported");
        if (out.text.empty() || out.text.size() > longest_piece)
            refuse(name, "a piece of " + std::to_string(out.text.size()) + " bytes (1 to 256)");
        if (!is_utf8(out.text) || out.text.find('\0') != std::string::npos)
            refuse(name, quote(out.text) + " is not text");
        if (!(out.score <= 1e30f && out.score >= -1e30f)) refuse(name, "score is not a finite number");
        if (out.type == kind::byte && byte_of_piece(out.text) < 0) refuse(name, quote(out.text) + " names no byte");
        return out;
    }

    void read_trainer(std::string_view bytes, model& out) const {
        protobuf_message message(bytes, file);
        while (auto const field = message.next()) {
            if (field->number == 3) out.type = field->value;
            if (field->number == 35) out.byte_fallback = field->value != 0;
            if (field->number == 41) out.start = field->value;
        }
    }

    void read_normalizer(std::string_view bytes, model& out) const {
        protobuf_message message(bytes, file);
        while (auto const field = message.next()) {
            if (field->number == 2) out.has_charsmap = !field->bytes.empty();
            if (field->number == 3) out.add_prefix = field->value != 0;
            if (field->number == 4) out.squeeze_spaces = field->value != 0;
            if (field->number == 5) out.escape_spaces = field->value != 0;
        }
    }

    model read(std::string_view bytes) const {
        model out;
        protobuf_message message(bytes, file);
        while (auto const field = message.next()) {
            if (field->number == 1)
                out.pieces.push_back(read_piece(field->bytes, "pieces[" + std::to_string(out.pieces.size()) + "]"));
            if (field->number == 2) read_trainer(field->bytes, out);
            if (field->number == 3) read_normalizer(field->bytes, out);
            if (out.pieces.size() > most_pieces) refuse("pieces", "more than " + std::to_string(most_pieces));
        }
        if (out.pieces.empty()) refuse("pieces", "missing");
        if (out.type != 2) refuse("trainer_spec.model_type", "expected 2 (BPE), found " + std::to_string(out.type));
        if (out.has_charsmap)
            refuse("normalizer_spec.precompiled_charsmap", "only the identity normalization is supported");
        if (out.squeeze_spaces || !out.escape_spaces)
            refuse("normalizer_spec", "only remove_extra_whitespaces false and escape_whitespaces true are supported");
        return out;
    }
};

// Any neighbours whose join is a piece may merge, best score first: so every split of a piece is a merge of the same rank.
void add_merges(model const& from, bpe& into) {
    std::vector<int> order;
    for (std::size_t id = 0; id < from.pieces.size(); ++id) {
        if (from.pieces[id].type == kind::normal) order.push_back(static_cast<int>(id));
    }
    auto const score = [&from](int id) { return from.pieces[static_cast<std::size_t>(id)].score; };
    std::stable_sort(order.begin(), order.end(), [&score](int a, int b) { return score(a) > score(b); });
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && score(order[i]) < score(order[i - 1])) ++rank;
        std::string_view const text = from.pieces[static_cast<std::size_t>(order[i])].text;
        for (std::size_t cut = character_size(text); cut < text.size(); cut += character_size(text.substr(cut))) {
            int const left = into.find(text.substr(0, cut));
            int const right = into.find(text.substr(cut));
            if (left >= 0 && right >= 0) into.add_merge(left, right, {.rank = rank, .result = order[i]});
        }
    }
}

}   // namespace

vocabulary read_sentencepiece(std::string_view bytes, std::string const& file) {
    reader const from{file};
    model const read = from.read(bytes);
    vocabulary out;
    int unknown = -1;
    std::size_t user_defined = 0;
    for (piece const& one : read.pieces) {
        int const id = static_cast<int>(out.pieces.size());
        std::string const name = "pieces[" + std::to_string(id) + "]";
        if (out.model.find(one.text) >= 0) from.refuse(name, quote(one.text) + " is given twice");
        if (one.type == kind::unknown && unknown >= 0) from.refuse(name, "a second unknown piece");
        if (one.type == kind::unknown) unknown = id;
        bool const special = one.type == kind::unknown || one.type == kind::control;
        if (special) out.raw.add({one.text, id, false, false});
        if (one.type == kind::user_defined) {
            if (++user_defined > most_user_defined)
                from.refuse(name, "more than " + std::to_string(most_user_defined) + " user-defined pieces");
            out.model.add_whole_piece(one.text, id);
        } else {
            out.model.add_piece(one.text, id);
        }
        out.pieces.push_back(one.text);
        out.special.push_back(special);
    }
    if (unknown < 0) from.refuse("pieces", "none is of type unknown");
    if (read.start >= out.pieces.size()) from.refuse("trainer_spec.bos_id", "is not a piece");
    add_merges(read, out.model);
    out.model.finish(unknown, true, read.byte_fallback);
    if (read.byte_fallback && !out.model.has_all_bytes())   // the library refuses it, too
        from.refuse("pieces", "byte_fallback without all of <0x00> to <0xFF>");
    out.before = {.prefix = read.add_prefix ? std::string(mark) : "", .replacements = {{" ", std::string(mark)}}};
    out.after = {.replacements = {{std::string(mark), " "}},
                 .byte_fallback = read.byte_fallback,
                 .strip_left = read.add_prefix ? 1U : 0U};
    out.start = {static_cast<int>(read.start)};
    out.texts = out.pieces;
    return out;
}

}   // namespace llava::io
