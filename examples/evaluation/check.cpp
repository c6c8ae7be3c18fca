// SPDX-License-Identifier: MIT
#include <evaluation/check.hpp>

#include <algorithm>

#include <evaluation/console.hpp>
#include <evaluation/image_folder.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

namespace {

std::string labels_of(std::span<question const> questions) {
    auto const open =
        std::count_if(questions.begin(), questions.end(), [](auto const& q) { return q.kind == truth::text; });
    if (open > 0) return "";
    auto const yes = std::count_if(questions.begin(), questions.end(), [](auto const& q) { return q.label_is_yes; });
    bool const is_true = questions.front().kind == truth::true_or_false;
    return ", " + std::to_string(yes) + " with label " + (is_true ? "true" : "yes");
}

}   // namespace

int check(check_options const& options, engine const& model) {
    std::string text;
    for (auto const& line : model.summary(options.model)) text += line + "\n";
    for (auto const& name : options.tasks) {
        auto const read = read_task(name, options.images, options.how);
        text += read.file.filename().native() + ": " + std::to_string(read.questions.size()) + " questions" +
                labels_of(read.questions) + "\n";
        auto const images = check_images(image_folder(read.images), read.questions);
        text +=
            read.images.native() + ": " + std::to_string(images.count) + " pictures of " + read.split + " decoded\n";
    }
    print(text);
    return 0;
}

}   // namespace evaluation
