// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace evaluation {

/// The texts and integers of one object in one of the arrays of a COCO file; what else it holds, such as outlines, was passed over.
///
/// shape   named like "annotations[12]"
/// units   none
/// errors  integer, text: llava::io::error (bad_data) naming file and field: missing, or of another kind
/// source  COCO, "Data format"
class coco_row {
  public:
    coco_row(std::string file, std::string_view array, std::size_t index);

    std::string const& name() const noexcept { return name_; }
    std::int64_t integer(std::string_view key) const;
    std::string const& text(std::string_view key) const;
    void set(std::string const& key, std::variant<std::int64_t, std::string> value) { fields_[key] = std::move(value); }
    [[noreturn]] void fail(std::string_view key, std::string_view why) const;

  private:
    template <class Value>
    Value const& get(std::string_view key, char const* kind) const;

    std::string file_;
    std::string name_;
    std::map<std::string, std::variant<std::int64_t, std::string>, std::less<>> fields_;
};

/// Calls visit(array, row) for each object in an array of a COCO annotation file, in the order of the file, one at a time: a file of
/// 150 MB takes no more memory than its longest row.
///
/// shape   {"images": [...], "annotations": [...], "categories": [...], ...}
/// units   none
/// errors  llava::io::error: bad_data naming file and byte if it is not JSON, or no object, or file and field for a key that is there twice;
///         no_input if it cannot be read
/// source  COCO, instances_val2014.json and captions_val2014.json
using coco_visitor = std::function<void(std::string_view array, coco_row const& row)>;
void read_coco(std::filesystem::path const& file, coco_visitor const& visit);

}   // namespace evaluation
