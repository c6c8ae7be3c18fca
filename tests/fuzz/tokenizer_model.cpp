// SPDX-License-Identifier: MIT
// added_tokens.json, perhaps empty, and tokenizer.model.
#include "fuzz.hpp"
#include "tokenizer_laws.hpp"

namespace {

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 2);
    folder.write("added_tokens.json", files[0].empty() ? "{}" : files[0]);
    folder.write("tokenizer.model", files[1]);
    fuzz::accepts([] { fuzz::check_words(llava::io::tokenizer::open(folder.path())); });
}

std::string varint(std::size_t value) {
    std::string out;
    for (; value >= 128; value >>= 7U) out += static_cast<char>(value | 128U);
    return out + static_cast<char>(value);
}
std::string field(unsigned number, std::string const& bytes) {
    return varint(number << 3U | 2U) + varint(bytes.size()) + bytes;
}
std::string field(unsigned number, std::size_t value) { return varint(number << 3U) + varint(value); }
std::string piece(std::string const& text, unsigned kind, char score) {
    return field(1, field(1, text) + "\x15" + std::string(2, '\0') + score + "\xBF" + field(3, kind));
}

std::vector<std::string> seeds() {
    std::string const start = piece("<unk>", 2, 0) + piece("<s>", 3, 0) + piece("</s>", 3, 0);
    std::string every_byte, model = piece("<0x41>", 6, 0) + piece("ba", 4, 0);
    for (unsigned byte = 0; byte < 256; ++byte) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (byte != 0x41) every_byte += piece(std::string("<0x") + digits[byte >> 4U] + digits[byte & 15U] + ">", 6, 0);
    }
    for (char const* text : {"\xE2\x96\x81", "a", "b", "ab",
                             "\xE2\x96\x81"
                             "ab"})
        model += piece(text, 1, *text & 127);
    std::string const rules = field(3, field(3, 1) + field(4, 0) + field(5, 1));
    return {
        fuzz::joined({"{}", start + every_byte + model + field(2, field(3, 2) + field(35, 1) + field(41, 1)) + rules}),
        fuzz::joined({R"({"<image>":10,"<pad>":11})", start + model + field(2, field(3, 2) + field(35, 0)) + rules})};
}

fuzz::target const here("tokenizer_model", run, seeds);

}   // namespace
