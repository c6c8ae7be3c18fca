// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <evaluation/answerer.hpp>
#include <llava/io/json.hpp>

namespace evaluation {

/// An answer, or why there is none.
///
/// shape   plain data
/// units   as reply
/// errors  none
/// source  reliability.md R17
struct outcome {
    reply answer;
    std::string failure;   // empty: there is an answer
};

/// One line of a shard; all that is known about one question, so that a record is whole or torn:
///
/// {"question_id", "text", "margin", "seconds", "needed", "skipped"}, or {"question_id", "error"}
///
/// shape   one line of JSON
/// units   as reply; a margin that is not finite is null
/// errors  read_record: llava::io::error (bad_data) naming line and field
/// source  reliability.md 3.1
struct record {
    std::int64_t question_id = 0;
    outcome what;
};
std::string record_line(record const& from);
record read_record(llava::io::json_field const& object);

}   // namespace evaluation
