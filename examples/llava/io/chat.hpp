// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/tokenizer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace llava::io {

/// The prompt that llava-1.5-7b-hf documents: "USER: <image>\n{question} ASSISTANT:".
std::string llava_prompt(std::string_view question);

/// Token ids of llava_prompt(question), start token included, with exactly one image slot: whatever the question says, "<image>" and
/// "</s>" in it are the user's words. Equal to encode(llava_prompt(question)) for every question without such words.
std::vector<int> prompt_tokens(tokenizer const& words, std::string_view question);

}   // namespace llava::io
