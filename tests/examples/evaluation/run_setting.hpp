// SPDX-License-Identifier: MIT
#pragma once

#include <map>

#include <unistd.h>

#include <evaluation/run.hpp>

#include "catch.hpp"
#include "support.hpp"

namespace support {

// Two splits of 24 and 20 questions, and runs over them with the fake model.
struct run_setting {
    temporary_folder folder;

    run_setting() {
        write_pope(folder.path(), "random.jsonl", 24);
        write_pope(folder.path(), "popular.jsonl", 20);
    }

    evaluation::run_options options(std::string const& out) const {
        evaluation::run_options result;
        result.model = folder / "model";
        result.tasks = {"pope:" + (folder / "random.jsonl").native(), "pope:" + (folder / "popular.jsonl").native()};
        result.images = folder / "images";
        result.methods = {"greedy", "fake:a=1"};
        result.out = folder / out;
        result.seed = 3;
        return result;
    }

    // The files that are promised to be equal, by name.
    std::map<std::string, std::string> files(std::string const& out) const {
        std::map<std::string, std::string> result;
        for (auto const& entry : std::filesystem::directory_iterator(folder / out)) {
            auto const name = entry.path().filename().native();
            if (name.ends_with("answers.jsonl") || name.ends_with("margins.jsonl"))
                result[name] = read_file(entry.path());
        }
        return result;
    }
};

inline int run_quietly(evaluation::run_options const& options, evaluation::engine const& engine = fake_engine()) {
    int code = -1;
    captured(STDOUT_FILENO, [&] { code = evaluation::run(options, engine); });
    return code;
}

}   // namespace support
