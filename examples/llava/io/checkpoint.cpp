// SPDX-License-Identifier: MIT
#include <llava/io/json.hpp>
#include <llava/io/safetensors.hpp>

#include <set>
#include <utility>

namespace llava::io {
namespace {

constexpr std::string_view single_name = "model.safetensors";
constexpr std::string_view index_name = "model.safetensors.index.json";

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// A shard is a plain name inside the folder: an index must not reach elsewhere.
void check_shard_name(json_field const& field) {
    std::string const& name = field.text();
    bool const inside = !name.empty() && name.find('/') == std::string::npos && name.find('\0') == std::string::npos &&
                        name != "." && name != "..";
    if (!inside) field.fail("expected a file name without a folder, found " + quote(name));
}

}   // namespace

std::string canonical_name(std::string_view name) {
    std::string_view rest = name;
    if (rest.starts_with("model.vision_tower.") || rest.starts_with("model.language_model.") ||
        rest.starts_with("model.multi_modal_projector.")) {
        take(rest, "model.");
    }
    if (rest.starts_with("lm_head.")) return "language_model." + std::string(rest);
    if (take(rest, "vision_tower.")) {
        take(rest, "vision_model.");
        return "vision_tower.vision_model." + std::string(rest);
    }
    if (take(rest, "language_model.")) {
        bool const whole = rest.starts_with("lm_head.") || rest.starts_with("model.");
        return (whole ? "language_model." : "language_model.model.") + std::string(rest);
    }
    return std::string(rest);
}

void checkpoint::add_file(std::filesystem::path const& file) {
    mapped_file const& mapped = files_.emplace_back(file);
    for (tensor& found : read_safetensors(mapped)) {
        std::string const spelled = found.name;
        auto const [place, added] = tensors_.emplace(canonical_name(spelled), std::move(found));
        if (!added) {
            throw error(exit_code::bad_data, mapped.name(), spelled,
                        "the same tensor as " + quote(place->second.name) + " in " +
                            std::string(base_name(place->second.file)));
        }
    }
}

void checkpoint::add_shards(std::filesystem::path const& model_dir, std::filesystem::path const& index) {
    auto const document = json_document::read(index);
    json_field const weights = document->root().at("weight_map").object();
    std::set<std::string> shards;
    for (auto const& [name, unused] : weights.value().items()) {
        json_field const shard = weights.at(name);
        check_shard_name(shard);
        shards.insert(shard.text());
    }
    if (shards.empty()) weights.fail("lists no tensor");
    for (std::string const& shard : shards) add_file(model_dir / shard);
    for (auto const& [name, unused] : weights.value().items()) {
        json_field const shard = weights.at(name);
        if (!contains(name)) shard.fail("the tensor is not in " + quote(shard.text()));
        std::string_view const found = base_name(at(name).file);
        if (found != shard.text()) shard.fail("the tensor is in " + quote(found) + ", not in " + quote(shard.text()));
    }
    if (tensors_.size() != weights.size()) {
        weights.fail("lists " + std::to_string(weights.size()) + " tensors, the shards hold " +
                     std::to_string(tensors_.size()));
    }
}

checkpoint checkpoint::open(std::filesystem::path const& model_dir) {
    checkpoint out;
    auto const single = model_dir / single_name;
    auto const index = model_dir / index_name;
    std::error_code ignored;
    bool const sharded = !std::filesystem::exists(single, ignored) && std::filesystem::exists(index, ignored);
    out.origin_ = (sharded ? index : single).string();
    if (sharded) {
        out.add_shards(model_dir, index);
    } else {
        out.add_file(single);
    }
    return out;
}

void checkpoint::require_unchanged() const {
    for (mapped_file const& file : files_) {
        if (!file.unchanged())
            throw error(exit_code::io_error, file.name(), "",
                        "was written to while it was in use; what it gave is void");
    }
}

bool checkpoint::contains(std::string_view name) const { return tensors_.find(canonical_name(name)) != tensors_.end(); }

tensor const& checkpoint::at(std::string_view name) const {
    auto const found = tensors_.find(canonical_name(name));
    if (found == tensors_.end()) throw error(exit_code::bad_data, origin_, name, "tensor missing");
    return found->second;
}

}   // namespace llava::io
