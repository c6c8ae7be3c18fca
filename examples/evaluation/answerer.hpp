// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <evaluation/attention_pair.hpp>

namespace evaluation {

/// What the harness asks a model.
///
/// shape   one picture, or an empty path for a question without one, and one prompt
/// units   sample keys all randomness, together with seed
/// errors  none
/// source  causalmm: a result is a function of (seed, sample) only
struct request {
    std::filesystem::path image;
    std::string prompt;
    std::uint64_t seed = 0;
    std::uint64_t sample = 0;
    int max_new_tokens = 0;
};

/// What the model gives back.
///
/// shape   the text and the margin of its first token
/// units   margin in logits, yes minus no; processor seconds of the answering thread, for reading the picture and the margin left
///         out; steps whose contrast was needed and steps where it could not change the token
/// errors  none
/// source  llava::answer
struct reply {
    std::string text;
    float margin = 0;
    double seconds = 0;
    std::int64_t needed = 0;
    std::int64_t skipped = 0;
};

/// A loaded model; ask() is called by several threads at once.
///
/// shape   method indexes the list the model was opened with
/// units   none
/// errors  whatever llava::io::error the engine throws
/// source  the seam between harness and engine; tests put a fake here
class answerer {
  public:
    virtual ~answerer() = default;
    virtual reply ask(std::size_t method, request const& wanted) const = 0;
};

/// What decides on the cost of an answer alone.
///
/// shape   three names
/// units   none
/// errors  none
/// source  command line
struct computation {
    std::string schedule = "lazy";
    std::string attention = "streaming";
    std::string prefixes =
        "shared";   // whether what questions of one picture have in common is computed once, or "separate"

    bool shares_prefixes() const noexcept { return prefixes == "shared"; }
};

/// How the harness reaches a model without knowing one.
///
/// check_method  throws on a method string that is malformed; reads no file
/// check_fit     throws on methods that ask for what the model has not; reads its configuration, no weights
/// check_computation  the same as check_method for what decides on costs alone
/// identity      (name, value) pairs that must be equal for a run to be continued: the model's name and hashes; loads nothing
/// summary       one line per input file, after every input has been validated
/// open          the model itself, ready for these methods, computed in that way
/// attention     where a method's branches look when they read a question; nothing for a method that contrasts no attention. May be empty
/// controls      methods that stand beside every other, the baseline first
/// names         of methods, as check_method reads them before a colon: for help
///
/// shape   seven functions and two lists
/// units   none
/// errors  llava::io::error
/// source  the seam between harness and engine
struct engine {
    using pairs = std::vector<std::pair<std::string, std::string>>;
    std::function<void(std::string const& method)> check_method;
    std::function<void(std::filesystem::path const& model, std::vector<std::string> const& methods)> check_fit;
    std::function<void(computation const&)> check_computation;
    std::function<pairs(std::filesystem::path const& model)> identity;
    std::function<std::vector<std::string>(std::filesystem::path const& model)> summary;
    std::function<std::unique_ptr<answerer>(std::filesystem::path const& model, std::vector<std::string> const& methods,
                                            computation const& by)>
        open;
    using look = std::function<std::optional<attention_pair>(request const& asked, std::string const& method)>;
    std::function<look(std::filesystem::path const& model)> attention;
    std::vector<std::string> controls;
    std::vector<std::string_view> names;
};

}   // namespace evaluation
