// SPDX-License-Identifier: MIT
#include <evaluation/coco_file.hpp>

#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

using llava::io::error;
using llava::io::exit_code;

namespace {

using parsed = nlohmann::json;

// The parser's events. Depth 1 is inside the file's object, 2 inside one of its arrays, 3 inside a row.
class row_reader final : public nlohmann::json_sax<parsed> {
  public:
    row_reader(std::filesystem::path const& file, coco_visitor const& visit) : file_(file.native()), visit_(visit) {}

    bool null() override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool number_float(double, std::string const&) override { return scalar(); }
    bool number_integer(std::int64_t value) override { return scalar(value); }
    bool number_unsigned(std::uint64_t value) override {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return scalar();
        return scalar(static_cast<std::int64_t>(value));
    }
    bool string(std::string& value) override { return scalar(std::move(value)); }
    bool binary(parsed::binary_t&) override { return scalar(); }
    bool key(std::string& name) override {
        if (depth_ == 1) {
            if (!arrays_.insert(name).second) fail(name, "is there twice");
            array_ = name;
        }
        if (depth_ == 3 && row_) {
            if (!keys_.insert(name).second) row_->fail(name, "is there twice");
            key_ = name;
        }
        return true;
    }
    bool start_object(std::size_t) override {
        if (depth_ == 2 && in_array_) {
            row_.emplace(file_, array_, index_++);
            keys_.clear();
        }
        return enter();
    }
    bool start_array(std::size_t) override {
        if (depth_ == 0) fail("", "is no object");
        if (depth_ == 1) {
            in_array_ = true;
            index_ = 0;
        } else if (depth_ == 2) {
            ++index_;
        }
        return enter();
    }
    bool end_object() override {
        if (--depth_ == 2 && row_) {
            visit_(array_, *row_);
            row_.reset();
        }
        return true;
    }
    bool end_array() override {
        if (--depth_ == 1) in_array_ = false;
        return true;
    }
    bool parse_error(std::size_t byte, std::string const&, nlohmann::detail::exception const&) override {
        fail("", "is not JSON at byte " + std::to_string(byte));
    }

  private:
    bool enter() {
        constexpr int deepest = 64;
        if (++depth_ > deepest) fail("", "is nested deeper than 64 levels");
        return true;
    }
    template <class... Value>
    bool scalar(Value... value) {
        if (depth_ == 0) fail("", "is no object");
        if (depth_ == 2) ++index_;
        if constexpr (sizeof...(Value) == 1) {
            if (depth_ == 3 && row_) row_->set(key_, std::move(value)...);
        }
        return true;
    }
    [[noreturn]] void fail(std::string const& field, std::string const& why) const {
        throw error(exit_code::bad_data, file_, field, why);
    }

    std::string file_;
    coco_visitor const& visit_;
    int depth_ = 0;
    bool in_array_ = false;
    std::size_t index_ = 0;   // of the next element, whatever it is
    std::set<std::string> arrays_;
    std::set<std::string> keys_;   // of the row
    std::string array_;
    std::string key_;
    std::optional<coco_row> row_;
};

}   // namespace

coco_row::coco_row(std::string file, std::string_view array, std::size_t index)
    : file_(std::move(file)), name_(std::string(array) + "[" + std::to_string(index) + "]") {}

void coco_row::fail(std::string_view key, std::string_view why) const {
    throw error(exit_code::bad_data, file_, name_ + "." + std::string(key), why);
}

template <class Value>
Value const& coco_row::get(std::string_view key, char const* kind) const {
    auto const found = fields_.find(key);
    if (found == fields_.end()) fail(key, std::string("is missing, or no ") + kind);
    auto const* value = std::get_if<Value>(&found->second);
    if (value == nullptr) fail(key, std::string("expected ") + kind);
    return *value;
}

std::int64_t coco_row::integer(std::string_view key) const { return get<std::int64_t>(key, "integer"); }

std::string const& coco_row::text(std::string_view key) const { return get<std::string>(key, "text"); }

void read_coco(std::filesystem::path const& file, coco_visitor const& visit) {
    llava::io::mapped_file const mapped(file);
    auto const bytes = mapped.bytes();
    auto const* const begin = reinterpret_cast<char const*>(bytes.data());
    row_reader reader(file, visit);
    parsed::sax_parse(begin, begin + bytes.size(), &reader);
}

}   // namespace evaluation
