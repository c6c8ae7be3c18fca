// SPDX-License-Identifier: MIT
#include <llava/io/chat.hpp>

namespace llava::io {
namespace {

constexpr std::string_view before = "USER: <image>\n";
constexpr std::string_view after = " ASSISTANT:";

}   // namespace

std::string llava_prompt(std::string_view question) { return std::string(before).append(question).append(after); }

std::vector<int> prompt_tokens(tokenizer const& words, std::string_view question) {
    return words.encode_quoting(llava_prompt(question), before.size(), question.size());
}

}   // namespace llava::io
