// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>
#include <llava/io/error.hpp>
#include <llava/io/json.hpp>
#include <llava/io/mapped_file.hpp>
#include <llava/io/tokenizer.hpp>
#include <llava/io/utf8.hpp>
#include <llava/io/vocabulary.hpp>

#include <algorithm>
#include <utility>

namespace llava::io {
namespace {

constexpr std::size_t largest_file = std::size_t{256} << 20;
constexpr std::size_t largest_model = std::size_t{16} << 20;

std::string_view text_of(mapped_file const& file) {
    auto const bytes = file.bytes();
    if (bytes.empty()) throw error(exit_code::bad_data, file.name(), "", "the file is empty");
    auto const other = known_content(bytes);
    if (!other.empty()) throw error(exit_code::bad_data, file.name(), "", "not a tokenizer but " + std::string(other));
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::string normalize(vocabulary const& words, std::string_view text) {
    if (text.empty()) return {};
    return replaced(words.before.prefix + std::string(text), words.before.replacements);
}

// Metaspace: marks instead of spaces, one in front, and a cut before each mark if the file asks for it.
void encode_marked(vocabulary const& words, std::string_view text, bool at_start, std::vector<int>& out) {
    vocabulary::metaspace const& rule = *words.words;
    std::string marked = replaced(std::string(text), {{" ", rule.mark}});
    bool const wanted =
        rule.when == vocabulary::prepend::always || (rule.when == vocabulary::prepend::first && at_start);
    if (wanted && !marked.starts_with(rule.mark)) marked.insert(0, rule.mark);
    std::size_t first = 0;
    while (rule.split && first < marked.size()) {
        std::size_t const cut = std::min(marked.size(), marked.find(rule.mark, first + 1));
        words.model.encode(std::string_view(marked).substr(first, cut - first), out);
        first = cut;
    }
    if (!rule.split) words.model.encode(marked, out);
}

// Text between the added tokens that stand in it as it is.
void encode_between(vocabulary const& words, std::string_view text, bool at_start, added_tokens::quote_range quoted,
                    std::vector<int>& out) {
    std::string const normal = normalize(words, text);
    // Replacements are of single characters, so the normal form of a prefix is the prefix of the normal form.
    added_tokens::quote_range const moved{normalize(words, text.substr(0, quoted.first)).size(),
                                          normalize(words, text.substr(0, quoted.last)).size()};
    for (auto const& part : words.normalized.split(normal, moved)) {
        auto const piece = std::string_view(normal).substr(part.first, part.size);
        if (part.id >= 0) {
            out.push_back(part.id);
        } else if (words.words) {
            encode_marked(words, piece, at_start && part.first == 0, out);
        } else {
            words.model.encode(piece, out);
        }
    }
}

// The part of a range that lies in [first, first + size), seen from first.
added_tokens::quote_range within(added_tokens::quote_range range, std::size_t first, std::size_t size) {
    auto const moved = [first, size](std::size_t place) { return std::clamp(place, first, first + size) - first; };
    return {moved(range.first), moved(range.last)};
}

void require_known(vocabulary const& words, int id) {
    int const size = static_cast<int>(words.pieces.size());
    if (id >= 0 && id < size) return;
    std::string const why = "id " + std::to_string(id) + " is not in the vocabulary of " + std::to_string(size);
    throw error(exit_code::internal, "", "token", why);
}

}   // namespace

std::string replaced(std::string text, std::vector<vocabulary::replacement> const& all) {
    for (auto const& [from, to] : all) {
        std::string out;
        std::size_t done = 0;
        for (std::size_t found = text.find(from); found != std::string::npos; found = text.find(from, done)) {
            out.append(text, done, found - done).append(to);
            done = found + from.size();
        }
        if (done != 0) text = std::move(out.append(text, done));
    }
    return text;
}

tokenizer tokenizer::open(std::filesystem::path const& model_dir) {
    auto const json = model_dir / "tokenizer.json";
    auto const model = model_dir / "tokenizer.model";
    std::error_code ignored;
    bool const only_model = !std::filesystem::exists(json, ignored) && std::filesystem::exists(model, ignored);
    mapped_file const mapped(only_model ? model : json, only_model ? largest_model : largest_file);
    std::string_view const text = text_of(mapped);
    if (!only_model) return parse(text, mapped.name());
    vocabulary words = read_sentencepiece(text, mapped.name());
    auto const added = model_dir / "added_tokens.json";
    if (std::filesystem::exists(added, ignored)) read_added_tokens(json_document::read(added)->root(), words);
    finish_texts(words);
    return tokenizer(std::make_shared<vocabulary const>(std::move(words)));
}

tokenizer tokenizer::parse(std::string_view json, std::string const& file) {
    return tokenizer(std::make_shared<vocabulary const>(read_vocabulary(json, file)));
}

std::vector<int> tokenizer::encode(std::string_view text, bool add_bos) const {
    return encode_quoting(text, 0, 0, add_bos);
}

std::vector<int> tokenizer::encode_quoting(std::string_view text, std::size_t first, std::size_t size,
                                           bool add_bos) const {
    if (!is_utf8(text)) throw error(exit_code::usage, "", "text", "is not UTF-8");
    added_tokens::quote_range const quoted{first, first + size};
    std::vector<int> out = add_bos ? vocabulary_->start : std::vector<int>{};
    for (auto const& part : vocabulary_->raw.split(text, quoted)) {
        if (part.id >= 0) {
            out.push_back(part.id);
        } else {
            encode_between(*vocabulary_, text.substr(part.first, part.size), part.first == 0,
                           within(quoted, part.first, part.size), out);
        }
    }
    return out;
}

std::string tokenizer::decode(std::span<int const> ids, bool skip_special) const {
    stream rest(*this, skip_special);
    std::string out;
    for (int const id : ids) out += rest.put(id);
    return out + rest.finish();
}

std::string tokenizer::piece(int id) const {
    require_known(*vocabulary_, id);
    return vocabulary_->pieces[static_cast<std::size_t>(id)];
}

int tokenizer::find(std::string_view piece) const noexcept {
    auto const& pieces = vocabulary_->pieces;
    if (int const id = vocabulary_->model.find(piece); id >= 0) return id;
    for (std::size_t id = vocabulary_->model.size(); id < pieces.size(); ++id) {
        if (pieces[id] == piece) return static_cast<int>(id);
    }
    return -1;
}

bool tokenizer::is_special(int id) const noexcept {
    return id >= 0 && id < size() && vocabulary_->special[static_cast<std::size_t>(id)];
}
int tokenizer::image_token() const noexcept { return vocabulary_->image_token; }
int tokenizer::size() const noexcept { return static_cast<int>(vocabulary_->pieces.size()); }

tokenizer::stream::stream(tokenizer const& owner, bool skip_special)
    : vocabulary_(owner.vocabulary_), skip_special_(skip_special), to_strip_(owner.vocabulary_->after.strip_left) {}

std::string tokenizer::stream::put(int id) {
    auto const index = static_cast<std::size_t>(id);
    if (id >= 0 && index >= vocabulary_->pieces.size()) return {};   // a row that only pads the model's vocabulary
    require_known(*vocabulary_, id);
    if (skip_special_ && vocabulary_->special[index]) return {};
    if (vocabulary_->after.byte_fallback && vocabulary_->bytes[index] >= 0) {
        bytes_ += static_cast<char>(vocabulary_->bytes[index]);
        return {};
    }
    return strip(flush_bytes() + vocabulary_->texts[index]);
}

std::string tokenizer::stream::finish() { return strip(flush_bytes()); }

// A run of byte tokens is text if it is UTF-8 as a whole, and else one replacement character for each byte.
std::string tokenizer::stream::flush_bytes() {
    std::string run = std::exchange(bytes_, {});
    if (is_utf8(run)) return run;
    std::string out;
    for (std::size_t i = 0; i < run.size(); ++i) out += "\xEF\xBF\xBD";
    return out;
}

std::string tokenizer::stream::strip(std::string text) {
    std::size_t cut = 0;
    while (cut < text.size() && to_strip_ > 0 && text[cut] == ' ') {
        ++cut;
        --to_strip_;
    }
    if (cut < text.size()) to_strip_ = 0;
    return text.substr(cut);
}

}   // namespace llava::io
