// SPDX-License-Identifier: MIT
#include <llava/io/json.hpp>
#include <llava/io/utf8.hpp>
#include <llava/io/vocabulary.hpp>

#include <set>
#include <utility>

namespace llava::io {
namespace {

constexpr std::size_t most_pieces = std::size_t{1} << 20;
constexpr std::size_t most_merges = std::size_t{1} << 21;
constexpr std::size_t most_added = 4096;
constexpr std::size_t longest_piece = 1024;

bool flag(json_field const& from, std::string_view key) {
    auto const given = from.find(key);
    return given && given->boolean();
}

std::string kind_of(json_field const& from) { return from.object().at("type").text(); }

[[noreturn]] void unsupported(json_field const& field) { field.fail("not supported: " + quote(kind_of(field))); }

void require_absent(json_field const& from, std::string_view key) {
    auto const given = from.find(key);
    if (given && !(given->value().is_string() && given->text().empty())) given->fail("not supported");
}

void read_pieces(json_field const& field, vocabulary& out) {
    if (field.object().size() == 0) field.fail("empty");
    if (field.size() > most_pieces)
        field.fail(std::to_string(field.size()) + " pieces (at most " + std::to_string(most_pieces) + ")");
    std::vector<bool> taken(field.size(), false);
    out.pieces.resize(field.size());
    int const last = static_cast<int>(field.size()) - 1;
    for (auto const& [piece, unused] : field.value().items()) {
        json_field const entry = field.at(piece);
        if (piece.size() > longest_piece)
            entry.fail("piece of " + std::to_string(piece.size()) + " bytes (at most " + std::to_string(longest_piece) +
                       ")");
        auto const id = static_cast<std::size_t>(entry.integer(0, last));   // as many ids as pieces: no holes
        if (taken[id]) entry.fail("id " + std::to_string(id) + " is given twice");
        taken[id] = true;
        out.pieces[id] = piece;
        out.model.add_piece(piece, static_cast<int>(id));
    }
}

std::pair<std::string, std::string> merge_halves(json_field const& entry) {
    if (entry.value().is_array()) {
        if (entry.size() != 2) entry.fail("expected 2 pieces, found " + std::to_string(entry.size()));
        return {entry.at(std::size_t{0}).text(longest_piece), entry.at(std::size_t{1}).text(longest_piece)};
    }
    std::string const& both = entry.text(2 * longest_piece + 1);
    std::size_t const space = both.find(' ');
    if (space == std::string::npos || both.find(' ', space + 1) != std::string::npos)
        entry.fail("expected two pieces and one space, found " + quote(both));
    return {both.substr(0, space), both.substr(space + 1)};
}

void read_merges(json_field const& field, bpe& model) {
    if (field.array().size() > most_merges)
        field.fail(std::to_string(field.size()) + " merges (at most " + std::to_string(most_merges) + ")");
    for (std::size_t rank = 0; rank < field.size(); ++rank) {
        json_field const entry = field.at(rank);
        auto const [left, right] = merge_halves(entry);
        for (std::string const& piece : {left, right, left + right}) {
            if (model.find(piece) < 0) entry.fail("piece " + quote(piece) + " is not in the vocabulary");
        }
        model.add_merge(model.find(left), model.find(right),
                        {static_cast<std::uint32_t>(rank), model.find(left + right)});
    }
}

void read_model(json_field const& model, vocabulary& out) {
    if (kind_of(model) != "BPE") unsupported(model);
    for (auto const* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix"}) require_absent(model, key);
    if (flag(model, "ignore_merges")) model.at("ignore_merges").fail("true is not supported");
    read_pieces(model.at("vocab"), out);
    read_merges(model.at("merges"), out.model);
    int unknown = -1;
    if (auto const given = model.find("unk_token")) {
        unknown = out.model.find(given->text());
        if (unknown < 0) given->fail(quote(given->text()) + " is not in the vocabulary");
    }
    bool const fallback = flag(model, "byte_fallback");
    out.model.finish(unknown, flag(model, "fuse_unk"), fallback);
    if (unknown < 0 && !(fallback && out.model.has_all_bytes())) {
        model.fail("unk_token is missing, and byte_fallback with all of <0x00> to <0xFF> does not replace it");
    }
}

// The string of {"String": ...}; patterns that are regular expressions are never run.
std::string plain_pattern(json_field const& field) {
    auto const text = field.at("pattern").object().find("String");
    if (!text) field.at("pattern").fail("only a String pattern is supported");
    if (text->text().empty()) text->fail("empty");
    return text->text();
}

void read_normalizer(json_field const& field, vocabulary::normalizer& out) {
    std::string const kind = kind_of(field);
    if (kind == "Sequence") {
        json_field const steps = field.at("normalizers").array();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (kind_of(steps.at(i)) == "Sequence") unsupported(steps.at(i));
            read_normalizer(steps.at(i), out);
        }
    } else if (kind == "Prepend") {
        if (!out.prefix.empty() || !out.replacements.empty()) field.fail("Prepend is supported as the first step only");
        out.prefix = field.at("prepend").text(longest_piece);
    } else if (kind == "Replace") {
        std::string from = plain_pattern(field);
        if (character_size(from) != from.size())
            field.at("pattern").fail("only a pattern of one character is supported");
        out.replacements.push_back({std::move(from), field.at("content").text(longest_piece)});
    } else {
        unsupported(field);
    }
}

vocabulary::metaspace read_words(json_field const& field) {
    if (kind_of(field) != "Metaspace") unsupported(field);
    vocabulary::metaspace out;
    out.mark = field.at("replacement").text(longest_piece);
    if (out.mark.empty() || character_size(out.mark) != out.mark.size())
        field.at("replacement").fail("expected one character");
    if (auto const split = field.find("split")) out.split = split->boolean();
    if (auto const scheme = field.find("prepend_scheme")) {
        std::string const& name = scheme->text();
        if (name != "never" && name != "first" && name != "always")
            scheme->fail("expected never, first, always; found " + quote(name));
        out.when = name == "never"   ? vocabulary::prepend::never
                   : name == "first" ? vocabulary::prepend::first
                                     : vocabulary::prepend::always;
    } else if (auto const older = field.find("add_prefix_space"); older && !older->boolean()) {
        out.when = vocabulary::prepend::never;
    }
    return out;
}

void read_text_rules(json_field const& root, vocabulary& out) {
    auto const normalizer = root.find("normalizer");
    auto const words = root.find("pre_tokenizer");
    if (normalizer) read_normalizer(*normalizer, out.before);
    if (words) out.words = read_words(*words);
    if (normalizer && words) words->fail("a normalizer and a pre_tokenizer together are not supported");
}

// Ids follow the order of the list, as the library assigns them; the written id must agree.
void read_added_token(json_field const& field, vocabulary& out, std::set<std::string>& seen) {
    std::string const content = field.object().at("content").text(longest_piece);
    if (content.empty()) field.at("content").fail("empty");
    if (!seen.insert(content).second) field.at("content").fail(quote(content) + " is given twice");
    int const known = out.model.find(content);
    int const id = known >= 0 ? known : static_cast<int>(out.pieces.size());
    json_field const written = field.at("id");
    if (written.integer() != id)
        written.fail("expected " + std::to_string(id) + " for " + quote(content) + ", found " +
                     std::to_string(written.integer()));
    if (flag(field, "single_word")) field.at("single_word").fail("true is not supported");
    if (known < 0) out.pieces.push_back(content);
    out.special.resize(out.pieces.size(), false);
    out.texts.resize(out.pieces.size());
    out.special[static_cast<std::size_t>(id)] = flag(field, "special");
    if (content == "<image>") out.image_token = id;
    bool const normal = field.find("normalized") ? flag(field, "normalized") : !flag(field, "special");
    std::string const shape = normal ? replaced(out.before.prefix + content, out.before.replacements) : content;
    out.texts[static_cast<std::size_t>(id)] = shape;   // as the library does: the mark that was matched is given back
    (normal ? out.normalized : out.raw).add({shape, id, flag(field, "lstrip"), flag(field, "rstrip")});
}

void read_added(json_field const& root, vocabulary& out) {
    auto const list = root.find("added_tokens");
    out.special.resize(out.pieces.size(), false);
    out.texts = out.pieces;
    if (!list) return;
    if (list->array().size() > most_added)
        list->fail(std::to_string(list->size()) + " tokens (at most " + std::to_string(most_added) + ")");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) read_added_token(list->at(i), out, seen);
}

}   // namespace

vocabulary read_vocabulary(std::string_view json, std::string const& file) {
    auto const document = json_document::parse(json, file);
    json_field const root = document->root().object();
    vocabulary out;
    read_model(root.at("model"), out);
    read_text_rules(root, out);
    read_added(root, out);
    if (auto const post = root.find("post_processor")) read_postprocessor(*post, out);
    read_decoder(root.at("decoder"), out.after);
    finish_texts(out);
    return out;
}

void read_added_tokens(json_field const& field, vocabulary& out) {
    auto const first = static_cast<std::int64_t>(out.pieces.size());
    std::vector<std::string> by_id(field.object().size());
    if (by_id.size() > most_added)
        field.fail(std::to_string(by_id.size()) + " tokens (at most " + std::to_string(most_added) + ")");
    for (auto const& [content, unused] : field.value().items()) {
        json_field const entry = field.at(content);
        if (content.empty() || content.size() > longest_piece)
            entry.fail("a token of " + std::to_string(content.size()) + " bytes");
        auto const id = entry.integer(first, first + static_cast<std::int64_t>(by_id.size()) - 1);
        std::string& place = by_id[static_cast<std::size_t>(id - first)];
        if (!place.empty()) entry.fail("id " + std::to_string(id) + " is given twice");
        if (out.model.find(content) >= 0) entry.fail("is a piece of the model already");
        place = content;
    }
    for (std::string const& content : by_id) {
        int const id = static_cast<int>(out.pieces.size());
        out.raw.add({content, id, false, false});
        out.pieces.push_back(content);
        out.texts.push_back(content);
        out.special.push_back(true);
        if (content == "<image>") out.image_token = id;
    }
}

void finish_texts(vocabulary& out) {
    for (std::string& text : out.texts) text = replaced(std::move(text), out.after.replacements);
    for (std::string const& text : out.texts) out.bytes.push_back(byte_of_piece(text));
}

}   // namespace llava::io
