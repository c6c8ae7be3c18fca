// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace evaluation {

/// One question to a judge.
///
/// shape   image: a picture to be sent along, or none
/// units   none
/// errors  none
/// source  judge.hpp
struct judge_request {
    std::string id;
    std::string judge;
    std::string prompt;
    std::filesystem::path image;
};

/// The request as a line of a batch file; temperature 0.
///
/// {"custom_id", "method": "POST", "url": "/v1/chat/completions", "body": {"model", "temperature", "messages"}}
///
/// shape   one JSON object, one line; a picture as a data URI
/// units   none
/// errors  llava::io::error: no_input if the picture cannot be read
/// source  OpenAI, Batch API
std::string request_line(judge_request const& request);

/// The text of a file with each {name} replaced once, wherever it stands.
///
/// shape   names that the file does not have are not used
/// units   at most 1 MiB, and 64 MiB once filled in
/// errors  llava::io::error: no_input if it cannot be read; bad_data if it has none of the names or is longer
/// source  judge.hpp
std::string filled(std::filesystem::path const& instructions, std::map<std::string, std::string> const& fields);

}   // namespace evaluation
