// SPDX-License-Identifier: MIT
// COCO's instances, its captions, and perhaps which pictures are wanted.
#include <evaluation/coco_questions.hpp>

#include <set>

#include <evaluation/chair.hpp>
#include <evaluation/coco_file.hpp>
#include <evaluation/jsonl.hpp>

#include "fuzz.hpp"
#include "output.hpp"

namespace {

using fuzz::require;
using nlohmann::json;

// A row's field is what another parser finds at the row's place, and absent where that finds nothing of the kind.
void check_field(evaluation::coco_row const& row, json const& found, std::string const& key) {
    auto const at = found.find(key);
    bool const is_text = at != found.end() && at->is_string();
    bool const is_integer = at != found.end() && at->is_number_integer() &&
                            !(at->is_number_unsigned() && at->get<std::uint64_t>() >> 63 != 0);
    std::string text;
    std::int64_t integer = 0;
    require(fuzz::accepts([&] { text = row.text(key); }) == is_text, "texts are texts");
    require(fuzz::accepts([&] { integer = row.integer(key); }) == is_integer, "integers are integers");
    if (is_text) require(text == at->get<std::string>(), "and those of the file");
    if (is_integer) require(integer == at->get<std::int64_t>(), "and those of the file");
}

void check_rows(std::filesystem::path const& file, std::string_view text) {
    std::vector<std::pair<std::string, evaluation::coco_row>> rows;
    if (!fuzz::accepts([&] {
            evaluation::read_coco(
                file, [&](std::string_view array, evaluation::coco_row const& row) { rows.emplace_back(array, row); });
        }))
        return;
    auto const whole = json::parse(text);
    std::size_t objects = 0;
    for (auto const& member : whole) {
        for (auto const& each : member.is_array() ? member : json::array()) objects += std::size_t{each.is_object()};
    }
    require(rows.size() == objects, "every object of every array is a row");
    for (auto const& [array, row] : rows) {
        auto const& name = row.name();
        require(name.starts_with(array + "[") && name.ends_with("]"), "a row is named after its array");
        auto const& found = whole.at(array).at(std::stoul(name.substr(array.size() + 1)));
        require(found.is_object(), "a row's name is its place");
        for (char const* key : {"id", "image_id", "category_id", "file_name", "name", "caption"})
            check_field(row, found, key);
    }
}

// Each picture is the one of that name in both files.
void check_pictures(std::string_view annotations, std::map<std::int64_t, std::string> const& written) {
    auto const whole = json::parse(annotations);
    for (auto const& each : whole.value("images", json())) {
        if (!each.is_object()) continue;
        auto const found = written.find(each.value("id", std::int64_t{-1}));
        require(found == written.end() || found->second == each.value("file_name", ""), "an id is of one picture");
    }
}

void check_written(std::filesystem::path const& file, bool in_order, std::vector<std::string_view> const& files) {
    std::map<std::int64_t, std::string> pictures;
    require(fuzz::accepts([&] {
                evaluation::read_lines(file, [&](llava::io::json_field const& object, std::size_t) {
                    auto const id = object.at("image_id").integer(0);
                    require(!in_order || pictures.empty() || pictures.rbegin()->first < id, "pictures are in order");
                    require(pictures.emplace(id, object.at("image").text()).second, "no picture comes twice");
                    require(object.at("captions").array().size() > 0, "every picture has captions");
                });
            }),
            "what is written can be read");
    require(!pictures.empty(), "there are pictures");
    for (std::size_t i = 0; i < 2; ++i) check_pictures(files[i], pictures);
    try {
        evaluation::chair const read(file);
        require(read.questions().size() == pictures.size(), "the benchmark asks about each");
    } catch (llava::io::error const& why) {
        require(std::string_view(why.what()).find(": objects[") != std::string_view::npos,
                "only a class that the table lacks keeps the benchmark from it: " + std::string(why.what()));
    }
}

void run(std::string_view bytes) {
    static fuzz::folder const folder;
    auto const files = fuzz::parts(bytes, 3);
    evaluation::coco_options options;
    options.instances = {folder.write("instances.json", files[0])};
    options.captions = {folder.write("captions.json", files[1])};
    options.out = folder.path() / "q.jsonl";
    if (!files[2].empty()) options.pictures = folder.write("pictures.jsonl", files[2]);
    check_rows(options.instances[0], files[0]);
    check_rows(options.captions[0], files[1]);
    std::filesystem::remove(options.out);
    fuzz::output const printed;
    if (fuzz::accepts([&] { evaluation::write_coco_questions(options); }))
        return check_written(options.out, files[2].empty(), files);
    require(printed.empty() && !std::filesystem::exists(options.out), "a refused file leaves nothing behind");
}

std::vector<std::string> seeds() {
    std::string const instances =
        R"({"info":{"id":9},"images":[{"id":42,"file_name":"b.jpg"},{"id":7,"file_name":"a.jpg"}],)"
        R"("annotations":[{"id":1,"image_id":42,"category_id":18,"segmentation":[[1.0,2.5]]},)"
        R"({"id":2,"image_id":42,"category_id":1,"segmentation":{"counts":[3],"id":1}}],)"
        R"("categories":[{"id":1,"name":"person"},{"id":18,"name":"dog"}]})";
    std::string const captions = R"({"images":[{"id":7,"file_name":"a.jpg"}],"annotations":[)"
                                 R"({"image_id":7,"id":1,"caption":"A \"sofa\"."},)"
                                 R"({"image_id":42,"id":2,"caption":"Two dogs \u00e9."}]})";
    return {fuzz::joined({instances, captions}),
            fuzz::joined({instances, captions, "{\"image_id\":42}\n{\"image_id\":7}\n"})};
}

fuzz::target const here("coco", run, seeds);

}   // namespace
