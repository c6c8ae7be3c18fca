// SPDX-License-Identifier: MIT
#include <llava/io/config.hpp>
#include <llava/io/json.hpp>

#include <memory>
#include <string_view>

namespace llava::io {
namespace {

constexpr int largest_edge = 1024;   // a 1:200 picture then still resizes within 0.7 GB

void read(json_field const& from, std::string_view key, bool& into) {
    if (auto const given = from.find(key)) into = given->boolean();
}

void read(json_field const& from, std::string_view key, std::array<float, 3>& into, double lowest, double highest) {
    auto const given = from.find(key);
    if (!given) return;
    if (given->array().size() != into.size()) given->fail("expected 3 numbers, found " + std::to_string(given->size()));
    for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<float>(given->at(i).number(lowest, highest));
}

void read_sizes(json_field const& from, preprocessor& out) {
    if (auto const size = from.find("size")) {
        bool const plain = size->value().is_number();   // files of 2022 and earlier
        out.shortest_edge = (plain ? *size : size->at("shortest_edge")).small_integer(1, largest_edge);
        if (!plain && size->find("longest_edge")) size->at("longest_edge").fail("not supported");
    }
    if (auto const crop = from.find("crop_size")) {
        bool const plain = crop->value().is_number();
        out.crop_height = (plain ? *crop : crop->at("height")).small_integer(1, largest_edge);
        out.crop_width = (plain ? *crop : crop->at("width")).small_integer(1, largest_edge);
    }
}

// Both processors do the same but for the padding, which only LLaVA's knows. Names of 4.x and 5.x, with and without a backend suffix.
bool pads(json_field const& from) {
    auto const kind = from.find("image_processor_type");
    auto const feature_extractor = from.find("feature_extractor_type");
    std::string const name = kind ? kind->text() : feature_extractor ? feature_extractor->text() : "CLIPImageProcessor";
    bool const clip = name.starts_with("CLIPImageProcessor") || name == "CLIPFeatureExtractor";
    bool const llava = name.starts_with("LlavaImageProcessor");
    if (!clip && !llava)
        (kind ? *kind : *feature_extractor)
            .fail("expected CLIPImageProcessor or LlavaImageProcessor, found " + quote(name));
    bool pad = false;
    read(from, "do_pad", pad);
    return llava && pad;
}

preprocessor read_fields(json_field const& from) {
    constexpr int bicubic = 3;   // Pillow's number for it
    preprocessor out;
    out.pad_to_square = pads(from.object());
    read_sizes(from, out);
    read(from, "do_resize", out.do_resize);
    read(from, "do_center_crop", out.do_center_crop);
    read(from, "do_rescale", out.do_rescale);
    read(from, "do_normalize", out.do_normalize);
    read(from, "image_mean", out.mean, -10.0, 10.0);
    read(from, "image_std", out.std, 1e-6, 1e3);
    if (auto const factor = from.find("rescale_factor")) out.rescale_factor = factor->number(1e-9, 1e3);
    if (auto const filter = from.find("resample"); filter && filter->integer() != bicubic)
        filter->fail("only 3 (bicubic) is supported");
    return out;
}

}   // namespace

preprocessor read_preprocessor(std::filesystem::path const& model_dir) {
    // The order of transformers 5: a processor_config.json with an image_processor inside wins over the older separate file.
    auto const nested = model_dir / "processor_config.json";
    if (std::error_code ignored; std::filesystem::exists(nested, ignored)) {
        auto const document = json_document::read(nested);
        if (auto const inside = document->root().object().find("image_processor")) return read_fields(*inside);
    }
    auto const document = json_document::read(model_dir / "preprocessor_config.json");
    return read_fields(document->root());
}

}   // namespace llava::io
