// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <evaluation/question.hpp>

namespace evaluation {

/// The folder of a benchmark's pictures; no question can name a file outside it, by "..", an absolute path or a link.
///
/// shape   relative names -> paths of regular files
/// units   none
/// errors  llava::io::error: usage without a folder, no_input if the folder or a file is absent or no regular file, bad_data if a name leads out of the folder, out_of_memory if the process may open no more files
/// source  openat2(2) RESOLVE_BENEATH, reliability.md F6
class image_folder {
  public:
    explicit image_folder(std::filesystem::path folder);
    image_folder(image_folder const&) = delete;
    image_folder& operator=(image_folder const&) = delete;
    ~image_folder();

    /// The path to read; `where` names file and line of the question for messages.
    std::filesystem::path find(std::string_view name, std::string_view where) const;

  private:
    std::filesystem::path folder_;
    int descriptor_ = -1;
};

/// Finds and decodes every picture of the questions once.
///
/// shape   questions -> one hash over names and bytes of the distinct pictures, and how many they are
/// units   none
/// errors  as image_folder::find, and as llava::io::read_image for a picture that cannot be decoded; interrupted (signals.hpp)
/// source  reliability.md 2.1: nothing is found broken in the middle of a run
struct checked_images {
    std::string hash;
    std::size_t count = 0;
};
checked_images check_images(image_folder const& folder, std::span<question const> questions);

}   // namespace evaluation
