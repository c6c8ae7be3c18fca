// SPDX-License-Identifier: MIT
#include <llava/answer.hpp>

#include <algorithm>
#include <string>

#include <llava/conversation.hpp>
#include <llava/io/chat.hpp>
#include <llava/io/error.hpp>
#include <llava/thread_seconds.hpp>

namespace llava {
namespace {

answer answer_about(picture_prefix& about, std::array<prefix*, roles> const& kept, std::string_view question,
                    answer_options const& options, std::function<void(std::string_view)> const& on_text) {
    double const start = thread_seconds();
    model const& with = about.asked();
    method const& by = about.way();
    check_method(with.config(), by);
    std::vector<int> const prompt = io::prompt_tokens(with.tokenizer(), question);
    auto const rows = static_cast<std::int64_t>(prompt.size()) - 1 + with.image_rows();
    std::int64_t const room = with.language().positions() - rows;
    if (room < 1) {
        throw io::error{
            io::exit_code::usage, "", "prompt",
            std::to_string(rows) + " positions, the model has " + std::to_string(with.language().positions())};
    }
    answer_options limited = options;
    limited.seed = by.seed.value_or(options.seed);
    limited.max_new_tokens = static_cast<int>(std::min<std::int64_t>(options.max_new_tokens, room));
    thread_local scratch memory;
    memory.materialized = options.attention == attention_form::materialized;
    conversation talk{about, kept, limited, prompt, rows + limited.max_new_tokens, memory};
    answer result = talk.run(on_text);
    result.seconds = thread_seconds() - start + talk.settle();
    if (options.wants_margin) { result.yes_margin = talk.margin(); }
    return result;
}

}   // namespace

answer ask(model const& with, method const& by, io::image const& picture, std::string_view question,
           answer_options const& options, std::function<void(std::string_view)> const& on_text) {
    picture_prefix alone{with, by, picture};
    return answer_about(alone, {}, question, options, on_text);
}

answer ask(picture_prefix& about, std::string_view question, answer_options const& options,
           std::function<void(std::string_view)> const& on_text) {
    return answer_about(about, about.kept(options.attention), question, options, on_text);
}

}   // namespace llava
