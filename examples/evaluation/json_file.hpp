// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <llava/io/json.hpp>

namespace evaluation {

/// A JSON file with its keys in their order, for writing it again with more in it.
///
/// shape   one that json_document::read accepted
/// units   none
/// errors  llava::io::error: as json_document::read
/// source  VLind-Bench and HallusionBench add predictions to their own questions
nlohmann::ordered_json read_ordered(std::filesystem::path const& file);

/// As Python's json.dump(value, indent=4) writes it: ASCII; bytes that are not UTF-8 become U+FFFD.
///
/// shape   one value -> text with a line end
/// units   none
/// errors  none
/// source  the official scripts
std::string ascii_json(nlohmann::ordered_json const& value);

/// Where a field is, for messages: "a.jsonl line 3" for one of a line, "a.json [3].id" for one of an array.
///
/// shape   one field
/// units   none
/// errors  none
/// source  reliability.md 2.1
std::string place_of(llava::io::json_field const& field);

/// The text of a field that some files write as a number.
///
/// shape   "7" for "7" and 7
/// units   at most 4096 bytes
/// errors  llava::io::error (bad_data) if it is neither text nor an integer
/// source  HallusionBench's ids, VLind-Bench's best_img_id
std::string text_or_integer(llava::io::json_field const& field);

/// What stands before this ending in the object's first key that has it: "MID_pred_" for "MID_pred_a1_image".
///
/// shape   one object
/// units   none
/// errors  llava::io::error (bad_data) if no key ends so
/// source  VLind-Bench, --model_identifier
std::string prefix_before(llava::io::json_field const& object, std::string_view ending);

}   // namespace evaluation
