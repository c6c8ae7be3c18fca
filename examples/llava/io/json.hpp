// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace llava::io {

class json_document;

/// One value of a document together with the name of its field, so that each getter can say what was wrong and where.
///
/// The getters throw error{bad_data}; they never convert: "1", 1.0 and true are not the integer 1. Valid while the document lives.
class json_field {
  public:
    [[nodiscard]] nlohmann::json const& value() const noexcept { return *value_; }
    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    [[nodiscard]] std::string const& file() const noexcept;

    /// Members of an object, elements of an array. find() gives nothing if the key is absent or null.
    [[nodiscard]] json_field at(std::string_view key) const;
    [[nodiscard]] std::optional<json_field> find(std::string_view key) const;
    [[nodiscard]] json_field at(std::size_t index) const;
    [[nodiscard]] std::size_t size() const noexcept { return value_->size(); }
    json_field const& object() const;   // *this, or throws
    json_field const& array() const;

    /// Scalars; both bounds are inclusive.
    [[nodiscard]] std::int64_t integer(std::int64_t lowest = std::numeric_limits<std::int64_t>::min(),
                                       std::int64_t highest = std::numeric_limits<std::int64_t>::max()) const;
    [[nodiscard]] int small_integer(int lowest, int highest) const;
    [[nodiscard]] double number(double lowest = std::numeric_limits<double>::lowest(),
                                double highest = std::numeric_limits<double>::max()) const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::string const& text(std::size_t longest = std::size_t{1} << 20) const;

    /// Throws error{bad_data} for this field.
    [[noreturn]] void fail(std::string_view why) const;

  private:
    friend class json_document;
    json_field(json_document const& owner, nlohmann::json const& value, std::string name);
    json_document const* owner_;
    nlohmann::json const* value_;
    std::string name_;
};

/// A strictly read JSON text: at most 64 levels deep, no key twice in an object, UTF-8 without lone surrogates, no NaN or Infinity.
class json_document {
  public:
    /// `file` is the name that errors will carry; for one line of a file write "answers.jsonl line 3".
    static std::unique_ptr<json_document const> parse(std::string_view text, std::string file);
    static std::unique_ptr<json_document const> read(std::filesystem::path const& file,
                                                     std::size_t largest = std::size_t{64} << 20);

    [[nodiscard]] json_field root() const { return {*this, value_, ""}; }
    [[nodiscard]] std::string const& file() const noexcept { return file_; }

  private:
    json_document() = default;
    std::string file_;
    nlohmann::json value_;
};

}   // namespace llava::io
