// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <evaluation/manifest.hpp>
#include <evaluation/shards.hpp>
#include <evaluation/task.hpp>

namespace evaluation {

/// What a run left of one method on one split.
///
/// shape   as job
/// units   none
/// errors  as the members
/// source  job.hpp
struct stored_job {
    stored_job(std::string name_in, manifest header_in, task split_in, std::filesystem::path const& folder)
        : name(std::move(name_in)),
          header(std::move(header_in)),
          split(std::move(split_in)),
          answers(folder / (name + ".shards"), split.questions) {}

    std::string name;   // SPLIT@METHOD
    manifest header;
    task split;
    shards answers;
};

/// Everything in an output folder, in the order of its names. Nothing is changed, also while processes write there.
///
/// shape   one for each SPLIT@METHOD.run.json
/// units   tasks are BENCHMARK:FILE, for question files, or folders, that are no longer where the run found them, by the names they
///         had; images, unless empty, the folder of the pictures in place of the run's
/// errors  llava::io::error: no_input if there is none or a question file is gone; config if a question file is another one than it
///         was; usage for a task that is none of the run's, or images if all pictures lie beside their questions; as manifest, read_task
///         and shards
/// source  job.hpp
std::deque<stored_job> read_run(std::filesystem::path const& folder, std::vector<std::string> const& tasks = {},
                                std::filesystem::path const& images = {});

}   // namespace evaluation
