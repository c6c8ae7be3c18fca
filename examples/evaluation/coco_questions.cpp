// SPDX-License-Identifier: MIT
#include <evaluation/coco_questions.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <evaluation/coco_file.hpp>
#include <evaluation/console.hpp>
#include <evaluation/json_text.hpp>
#include <evaluation/jsonl.hpp>
#include <evaluation/question.hpp>
#include <evaluation/store.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;
using llava::io::error;
using llava::io::exit_code;

struct annotated_picture {
    std::string file;
    std::set<std::int64_t> classes;
    std::vector<std::string> captions;
};

class annotations {
  public:
    void read_instances(fs::path const& file) {
        std::map<std::int64_t, std::string> first_use;   // classes come behind what uses them
        std::set<std::int64_t> known;
        read_coco(file, [&](std::string_view array, coco_row const& row) {
            if (array == "images") add_picture(row);
            if (array == "categories") {
                known.insert(row.integer("id"));
                add_class(row);
            }
            if (array != "annotations") return;
            auto const id = row.integer("category_id");
            first_use.emplace(id, row.name() + ".category_id");
            classes_[row.integer("image_id")].insert(id);
            places_.emplace(row.integer("image_id"), file.native() + "\n" + row.name() + ".image_id");
        });
        for (auto const& [id, place] : first_use) {
            if (!known.contains(id))
                throw error(exit_code::bad_data, file.native(), place, std::to_string(id) + " is in no category");
        }
    }

    void read_captions(fs::path const& file) {
        read_coco(file, [&](std::string_view array, coco_row const& row) {
            if (array == "images") add_picture(row);
            if (array != "annotations") return;
            captions_[row.integer("image_id")].push_back(row.text("caption"));
            places_.emplace(row.integer("image_id"), file.native() + "\n" + row.name() + ".image_id");
        });
    }

    std::map<std::int64_t, annotated_picture> pictures() {
        for (auto const& [id, place] : places_) {
            auto const cut = place.find('\n');
            if (!pictures_.contains(id))
                throw error(exit_code::bad_data, place.substr(0, cut), place.substr(cut + 1),
                            std::to_string(id) + " is in no images");
        }
        for (auto& [id, picture] : pictures_) {
            picture.classes = classes_[id];
            picture.captions = std::move(captions_[id]);
        }
        return std::move(pictures_);
    }

    std::string const& name(std::int64_t id) const { return names_.at(id); }
    std::size_t classes() const { return names_.size(); }

  private:
    void add_picture(coco_row const& row) {
        constexpr std::size_t longest = 4096;   // what the benchmark takes for a picture's name
        auto const& file = row.text("file_name");
        if (file.empty() || file.find('\0') != std::string::npos) row.fail("file_name", "is empty or holds a NUL byte");
        if (file.size() > longest) row.fail("file_name", "is longer than 4096 bytes");
        auto const id = row.integer("id");
        if (id < 0) row.fail("id", std::to_string(id) + " is negative");
        auto const& known = pictures_.try_emplace(id, annotated_picture{.file = file, .classes = {}, .captions = {}});
        require_same(row, "file_name", file, known.first->second.file);
    }

    void add_class(coco_row const& row) {
        auto const& name = row.text("name");
        require_same(row, "name", name, names_.try_emplace(row.integer("id"), name).first->second);
    }

    // Files may repeat what others say, as COCO's do, but an id is one thing.
    static void require_same(coco_row const& row, std::string_view key, std::string const& now,
                             std::string const& before) {
        if (now == before) return;
        row.fail(key, llava::io::quote(now) + " is not the " + llava::io::quote(before) + " that " +
                          std::to_string(row.integer("id")) + " was before");
    }

    std::map<std::int64_t, annotated_picture> pictures_;
    std::map<std::int64_t, std::set<std::int64_t>> classes_;
    std::map<std::int64_t, std::vector<std::string>> captions_;
    std::map<std::int64_t, std::string> names_;
    std::map<std::int64_t, std::string> places_;   // file and field of a picture's first annotation
};

template <class Items, class Text>
std::string json_list(Items const& items, Text const& text) {
    std::string list = "[";
    for (auto const& item : items) list.append(list.size() == 1 ? "" : ", ").append(json_string(text(item)));
    return list + "]";
}

std::string line_of(std::int64_t id, annotated_picture const& picture, annotations const& all) {
    auto const names = json_list(picture.classes, [&](std::int64_t each) { return all.name(each); });
    auto const captions = json_list(picture.captions, [](std::string const& each) { return each; });
    return "{\"image_id\": " + std::to_string(id) + ", \"image\": " + json_string(picture.file) +
           ", \"objects\": " + names + ", \"captions\": " + captions + "}\n";
}

}   // namespace

int write_coco_questions(coco_options const& options) {
    annotations all;
    for (auto const& file : options.instances) all.read_instances(file);
    for (auto const& file : options.captions) all.read_captions(file);
    auto const pictures = all.pictures();
    std::string text;
    std::size_t count = 0, captions = 0;
    auto const add = [&](std::int64_t id, annotated_picture const& picture) {
        text += line_of(id, picture, all);
        captions += picture.captions.size();
        ++count;
    };
    if (options.pictures) {
        unique_ids ids;
        read_rows(*options.pictures, [&](llava::io::json_field const& object) {
            auto const field = object.at("image_id");
            auto const found = pictures.find(ids.take(field));
            if (found == pictures.end()) field.fail(std::to_string(field.integer()) + " is in no images");
            if (found->second.captions.empty()) field.fail(std::to_string(found->first) + " has no captions");
            add(found->first, found->second);
        });
    } else {
        for (auto const& [id, picture] : pictures) {
            if (picture.captions.empty())
                throw error(exit_code::bad_data, options.captions.front().native(), "image_id",
                            "there are no captions of picture " + std::to_string(id));
            add(id, picture);
        }
    }
    if (count == 0) throw error(exit_code::bad_data, options.instances.front().native(), "images", "there are none");
    write_whole(options.out, text);
    print(std::to_string(count) + " pictures, " + std::to_string(all.classes()) + " classes, " +
          std::to_string(captions) + " captions\n");
    return 0;
}

}   // namespace evaluation
