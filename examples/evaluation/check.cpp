// SPDX-License-Identifier: MIT
#include <evaluation/check.hpp>

#include <algorithm>

#include <evaluation/console.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

int check(check_options const& options, engine const& model) {
    for (auto const& line : model.summary(options.model)) print(line + "\n");
    for (auto const& text : options.tasks) {
        auto const read = read_task(text);
        auto const yes =
            std::count_if(read.questions.begin(), read.questions.end(), [](auto const& q) { return q.label_is_yes; });
        print(read.file.filename().native() + ": " + std::to_string(read.questions.size()) + " questions, " +
              std::to_string(yes) + " with label yes\n");
        auto const images = check_images(image_folder(options.images), read.questions, read.file);
        print(options.images.native() + ": " + std::to_string(images.count) + " pictures of " + read.split +
              " decoded\n");
    }
    return 0;
}

}   // namespace evaluation
