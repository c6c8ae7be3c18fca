// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/added_tokens.hpp>
#include <llava/io/bpe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llava::io {

/// What a tokenizer.json or tokenizer.model says, checked and ready for use.
struct vocabulary {
    struct replacement {
        std::string from, to;
    };

    /// Ordinary text before it is cut into words. `prefix` stands in front of every non-empty stretch between added tokens.
    struct normalizer {
        std::string prefix;
        std::vector<replacement> replacements;   // of one character each
    };

    enum class prepend { never, first, always };

    /// The newer form of the same: the space mark in place of spaces, and in front of the text as `when` says.
    struct metaspace {
        std::string mark;
        prepend when = prepend::always;
        bool split = true;   // words are cut before each mark
    };

    struct decoder {
        std::vector<replacement> replacements;   // in each piece
        bool byte_fallback = false;
        std::size_t strip_left = 0;   // spaces dropped from the start of the whole text
    };

    bpe model;
    std::vector<std::string> pieces;   // by id, as the file spells them
    std::vector<std::string> texts;    // by id, as they read in a decoded text
    std::vector<bool> special;         // by id
    std::vector<int> bytes;            // by id: the byte a byte token stands for, else -1
    added_tokens raw, normalized;      // found in the text as it is, and after the normalizer
    normalizer before;
    std::optional<metaspace> words;
    std::vector<int> start;   // tokens that the post-processor puts in front
    decoder after;
    int image_token = -1;
};

vocabulary read_vocabulary(std::string_view json, std::string const& file);

/// A SentencePiece model of type BPE without a normalization of its own, as LLaMA's tokenizer.model is. User-defined pieces are
/// words like others, not special tokens: found in what a user asks, too, and printed.
/// Call finish_texts() after tokens were added to it.
vocabulary read_sentencepiece(std::string_view bytes, std::string const& file);

/// The ids of the older added_tokens.json: {"<image>": 32000}, in any order, following the model's. All count as special.
class json_field;
void read_added_tokens(json_field const& field, vocabulary& out);
void finish_texts(vocabulary& out);

// Two parts of a tokenizer.json: what is put around token ids, and how they become text again.
void read_postprocessor(json_field const& field, vocabulary& out);
void read_decoder(json_field const& field, vocabulary::decoder& out);

/// Every `from` in text as `to`.
std::string replaced(std::string text, std::vector<vocabulary::replacement> const& all);

}   // namespace llava::io
