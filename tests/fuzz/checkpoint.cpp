// SPDX-License-Identifier: MIT
// The index, and the headers of two shards whose tensors are of zero size: model.safetensors.index.json, a.safetensors, b.safetensors.
#include <llava/io/safetensors.hpp>

#include <llava/io/json.hpp>

#include "fuzz.hpp"

namespace {

using namespace llava::io;

constexpr char const* index_name = "model.safetensors.index.json";

std::string framed(std::string_view header) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 8)
        out += static_cast<char>(std::uint64_t{header.size()} >> shift & 255U);
    return out.append(header);
}

void check(checkpoint const& read, std::filesystem::path const& folder) {
    auto const document = json_document::read(folder / index_name);
    json_field const weights = document->root().at("weight_map");
    fuzz::require(read.tensors().size() == weights.size(), "as many tensors as the index lists");
    for (auto const& [name, unused] : weights.value().items()) {
        fuzz::require(read.contains(name), "every listed tensor is there");
        fuzz::require(base_name(read.at(name).file) == weights.at(name).text(), "in the shard that the index says");
    }
    for (auto const& [name, each] : read.tensors()) {
        fuzz::require(canonical_name(name) == name, "a canonical name stays as it is");
        fuzz::require(std::filesystem::path(each.file).parent_path() == folder, "no shard lies elsewhere");
    }
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 3);
    folder.write(index_name, files[0]);
    folder.write("a.safetensors", framed(files[1]));
    folder.write("b.safetensors", framed(files[2]));
    fuzz::accepts([&] { check(checkpoint::open(folder.path()), folder.path()); });
}

std::vector<std::string> seeds() {
    std::string const a = R"({"lm_head.weight":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})";
    std::string const b = R"({"vision_tower.x":{"dtype":"F16","shape":[0,2],"data_offsets":[0,0]}})";
    return {fuzz::joined({R"({"metadata":{"total_size":0},"weight_map":{"lm_head.weight":"a.safetensors",)"
                          R"("vision_tower.vision_model.x":"b.safetensors"}})",
                          a, b}),
            fuzz::joined({R"({"weight_map":{"language_model.lm_head.weight":"a.safetensors"}})", a, "{}"})};
}

fuzz::target const here("checkpoint", run, seeds);

}   // namespace
