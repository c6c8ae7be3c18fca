// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>
#include <llava/io/json.hpp>
#include <llava/io/mapped_file.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace llava::io {
namespace {

using nlohmann::json;

// Builds the value from parser events: unlike json::parse it can refuse depth and repeated keys before they cost anything.
class builder final : public nlohmann::json_sax<json> {
  public:
    explicit builder(json& root) : root_(root) {}

    bool null() override { return put(nullptr); }
    bool boolean(bool v) override { return put(v); }
    bool number_integer(number_integer_t v) override { return put(v); }
    bool number_unsigned(number_unsigned_t v) override { return put(v); }
    bool number_float(number_float_t v, string_t const&) override { return put(v); }
    bool string(string_t& v) override { return put(std::move(v)); }
    bool binary(binary_t&) override { return refuse("binary value"); }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        json& object = *open_.back();
        auto const [place, added] = object.get_ref<json::object_t&>().emplace(name, nullptr);
        if (!added) return refuse("key " + quote(name) + " is given twice");
        member_ = &place->second;
        return true;
    }

    bool parse_error(std::size_t position, std::string const&, json::exception const& why) override {
        position_ = position;
        bool const out_of_range = std::strstr(why.what(), "out_of_range") != nullptr;
        return refuse(out_of_range ? "number out of range" : "not valid JSON");
    }

    [[nodiscard]] std::string const& failure() const noexcept { return failure_; }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }

  private:
    static constexpr std::size_t deepest = 64;

    bool refuse(std::string why) {
        failure_ = std::move(why);
        return false;
    }

    json* place(json value) {
        if (open_.empty()) return &(root_ = std::move(value));
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            return &open_.back()->back();
        }
        return &(*member_ = std::move(value));
    }

    bool put(json value) {
        place(std::move(value));
        return true;
    }

    bool open(json value) {
        if (open_.size() == deepest) return refuse("nested deeper than 64 levels");
        open_.push_back(place(std::move(value)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    json& root_;
    std::vector<json*> open_;
    json* member_ = nullptr;
    std::string failure_;
    std::size_t position_ = 0;
};

std::string where(std::string_view text, std::size_t position) {
    if (position == 0) return {};
    auto const before = text.substr(0, std::min(position, text.size()));
    auto const line = std::count(before.begin(), before.end(), '\n') + 1;
    auto const last = before.find_last_of('\n');
    auto const column = last == std::string_view::npos ? before.size() : before.size() - last - 1;
    return " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

std::string shown(json const& value) {
    if (value.is_string()) return quote(value.get_ref<std::string const&>());
    if (value.is_structured()) return value.is_array() ? "an array" : "an object";
    return value.dump();   // null, true, false, a number: nothing that could be deep or hold foreign bytes
}

std::string joined(std::string const& parent, std::string_view key) {
    constexpr std::size_t longest_key = 64;
    std::string name = parent.empty() ? std::string() : parent + ".";
    name += key.substr(0, longest_key);
    return name;
}

}   // namespace

json_field::json_field(json_document const& owner, nlohmann::json const& value, std::string name)
    : owner_(&owner), value_(&value), name_(std::move(name)) {}

std::string const& json_field::file() const noexcept { return owner_->file(); }

void json_field::fail(std::string_view why) const { throw error(exit_code::bad_data, file(), name_, why); }

std::optional<json_field> json_field::find(std::string_view key) const {
    object();
    auto const& members = value_->get_ref<json::object_t const&>();
    auto const found = members.find(std::string(key));
    if (found == members.end() || found->second.is_null()) return std::nullopt;
    return json_field(*owner_, found->second, joined(name_, key));
}

json_field json_field::at(std::string_view key) const {
    object();
    auto const& members = value_->get_ref<json::object_t const&>();
    auto const found = members.find(std::string(key));
    if (found == members.end()) throw error(exit_code::bad_data, file(), joined(name_, key), "missing");
    return {*owner_, found->second, joined(name_, key)};
}

json_field json_field::at(std::size_t index) const {
    array();
    std::string name = name_ + "[" + std::to_string(index) + "]";
    if (index >= value_->size()) throw error(exit_code::bad_data, file(), name, "missing");
    return {*owner_, (*value_)[index], std::move(name)};
}

json_field const& json_field::object() const {
    if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
    return *this;
}

json_field const& json_field::array() const {
    if (!value_->is_array()) fail("expected an array, found " + shown(*value_));
    return *this;
}

std::int64_t json_field::integer(std::int64_t lowest, std::int64_t highest) const {
    // An integer above 2^64 - 1 arrives as a float; one above 2^63 - 1 is unsigned and would turn negative if cast.
    bool const fits =
        value_->is_number_unsigned()
            ? value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
            : value_->is_number_integer();
    auto const found = fits ? value_->get<std::int64_t>() : 0;
    if (!fits || found < lowest || found > highest) {
        fail("expected an integer from " + std::to_string(lowest) + " to " + std::to_string(highest) + ", found " +
             shown(*value_));
    }
    return found;
}

int json_field::small_integer(int lowest, int highest) const { return static_cast<int>(integer(lowest, highest)); }

double json_field::number(double lowest, double highest) const {
    double const found = value_->is_number() ? value_->get<double>() : 0.0;
    if (!value_->is_number() || !(found >= lowest && found <= highest)) {
        fail("expected a number from " + json(lowest).dump() + " to " + json(highest).dump() + ", found " +
             shown(*value_));
    }
    return found;
}

bool json_field::boolean() const {
    if (!value_->is_boolean()) fail("expected true or false, found " + shown(*value_));
    return value_->get<bool>();
}

std::string const& json_field::text(std::size_t longest) const {
    if (!value_->is_string()) fail("expected a string, found " + shown(*value_));
    auto const& found = value_->get_ref<std::string const&>();
    if (found.size() > longest)
        fail("a string of " + std::to_string(found.size()) + " bytes (at most " + std::to_string(longest) + ")");
    return found;
}

std::unique_ptr<json_document const> json_document::parse(std::string_view text, std::string file) {
    std::unique_ptr<json_document> document(new json_document);
    document->file_ = std::move(file);
    if (auto const nul = text.find('\0'); nul != std::string_view::npos) {   // the parser would take it for the end
        throw error(exit_code::bad_data, document->file_, "", "not valid JSON: a NUL byte" + where(text, nul + 1));
    }
    builder events(document->value_);
    bool const accepted = json::sax_parse(text.begin(), text.end(), &events);
    if (!accepted)
        throw error(exit_code::bad_data, document->file_, "", events.failure() + where(text, events.position()));
    return document;
}

std::unique_ptr<json_document const> json_document::read(std::filesystem::path const& file, std::size_t largest) {
    mapped_file const mapped(file, largest);
    auto const bytes = mapped.bytes();
    if (bytes.empty()) throw error(exit_code::bad_data, mapped.name(), "", "the file is empty");
    if (auto const other = known_content(bytes); !other.empty()) {
        throw error(exit_code::bad_data, mapped.name(), "", "not JSON but " + std::string(other));
    }
    return parse({reinterpret_cast<char const*>(bytes.data()), bytes.size()}, mapped.name());
}

}   // namespace llava::io
