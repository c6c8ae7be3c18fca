// SPDX-License-Identifier: MIT
#include <evaluation/record.hpp>

#include <limits>

#include <evaluation/json_text.hpp>

namespace evaluation {

std::string record_line(record const& from) {
    auto const& [answer, failure] = from.what;
    std::string line = "{\"question_id\":" + std::to_string(from.question_id);
    if (!failure.empty()) return line + ",\"error\":" + json_string(failure) + "}\n";
    line += ",\"text\":" + json_string(answer.text);
    line += ",\"margin\":" + json_number(answer.margin);
    line += ",\"seconds\":" + json_number(answer.seconds);
    line += ",\"needed\":" + std::to_string(answer.needed);
    return line + ",\"skipped\":" + std::to_string(answer.skipped) + "}\n";
}

record read_record(llava::io::json_field const& object) {
    record result{.question_id = object.at("question_id").integer(), .what = {}};
    auto& [answer, failure] = result.what;
    if (auto const error = object.find("error")) {
        failure = error->text();
        if (failure.empty()) error->fail("is empty");
        return result;
    }
    constexpr double greatest = 3.4028235e38;   // the greatest float, as record_line writes it
    auto const margin = object.find("margin");
    answer.text = object.at("text").text();
    answer.margin =
        margin ? static_cast<float>(margin->number(-greatest, greatest)) : std::numeric_limits<float>::quiet_NaN();
    answer.seconds = object.at("seconds").number(0);
    answer.needed = object.at("needed").integer(0);
    answer.skipped = object.at("skipped").integer(0);
    return result;
}

}   // namespace evaluation
