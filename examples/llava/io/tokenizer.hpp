// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llava::io {

struct vocabulary;

/// The LLaMA BPE tokenizer of a tokenizer.json, with the results of the `tokenizers` library.
///
/// Both ways of marking a word start are read: a Prepend + Replace normalizer (files of the hub) and a Metaspace pre-tokenizer
/// (files transformers 5 writes). Copies share one vocabulary; const calls are safe from several threads.
///
/// errors  no_input if the file is absent; bad_data naming the field for anything malformed or of another kind of tokenizer
class tokenizer {
  public:
    /// Reads model_dir/tokenizer.json; without one, the SentencePiece tokenizer.model with its added_tokens.json.
    static tokenizer open(std::filesystem::path const& model_dir);
    static tokenizer parse(std::string_view json, std::string const& file);

    /// Token ids of UTF-8 text. Added tokens ("<image>", "</s>") are recognised wherever they stand, as `tokenizers` does.
    /// add_bos puts the leading special tokens of the file's post-processor in front. Throws error{usage} if text is not UTF-8.
    [[nodiscard]] std::vector<int> encode(std::string_view text, bool add_bos = true) const;

    /// The same, but the `size` bytes from `first` are a user's words: "<image>" in there stays plain text.
    [[nodiscard]] std::vector<int> encode_quoting(std::string_view text, std::size_t first, std::size_t size,
                                                  bool add_bos = true) const;

    /// Text of token ids, byte tokens joined to characters; invalid UTF-8 becomes U+FFFD. Ids from size() on, rows that only pad
    /// a model's vocabulary, have no text. Throws error{internal} for a negative id.
    [[nodiscard]] std::string decode(std::span<int const> ids, bool skip_special = true) const;

    [[nodiscard]] std::string piece(int id) const;                   // as the file spells it
    [[nodiscard]] int find(std::string_view piece) const noexcept;   // id, or -1
    [[nodiscard]] bool is_special(int id) const noexcept;
    [[nodiscard]] int image_token() const noexcept;   // id of "<image>", or -1
    [[nodiscard]] int size() const noexcept;          // number of ids, added tokens included

    /// decode() piece by piece: the texts that put() and finish() return, joined, are decode() of the ids put.
    class stream {
      public:
        explicit stream(tokenizer const& owner, bool skip_special = true);
        [[nodiscard]] std::string put(int id);
        [[nodiscard]] std::string finish();

      private:
        std::string flush_bytes();
        std::string strip(std::string text);
        std::shared_ptr<vocabulary const> vocabulary_;
        bool skip_special_;
        std::string bytes_;      // of byte tokens whose run may go on: only at its end is it known to be UTF-8 or not
        std::size_t to_strip_;   // spaces at the start of the text still to drop
    };

  private:
    explicit tokenizer(std::shared_ptr<vocabulary const> vocabulary) : vocabulary_(std::move(vocabulary)) {}
    std::shared_ptr<vocabulary const> vocabulary_;
};

}   // namespace llava::io
