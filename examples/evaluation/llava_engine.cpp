// SPDX-License-Identifier: MIT
#include <evaluation/llava_engine.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <evaluation/console.hpp>
#include <evaluation/llava_attention.hpp>
#include <evaluation/sha256.hpp>
#include <llava/answer.hpp>
#include <llava/io/error.hpp>
#include <llava/io/image.hpp>
#include <llava/method.hpp>
#include <llava/model.hpp>
#include <llava/picture_prefix.hpp>
#include <llava/schedule.hpp>

namespace evaluation {

namespace {

namespace fs = std::filesystem;

// What a question without a picture is asked about: LLaVA's prompt has an image slot in any case.
llava::io::image black() { return {.width = 336, .height = 336, .rgb = std::vector<std::uint8_t>(336 * 336 * 3, 0)}; }

llava::io::image picture_of(fs::path const& image) { return image.empty() ? black() : llava::io::read_image(image); }

// Said where a model is opened for a whole command: once.
llava::model opened(fs::path const& folder) {
    auto model = llava::model::open(folder, 1);
    for (auto const& line : model.config().warnings) say("warning: " + line);
    return model;
}

class llava_answerer : public answerer {
  public:
    llava_answerer(fs::path const& folder, std::vector<std::string> const& methods, computation const& by)
        : model_(opened(folder)),
          schedule_(llava::schedule_named(by.schedule)),
          attention_(llava::attention_named(by.attention)),
          shares_prefixes_(by.shares_prefixes()) {
        for (auto const& text : methods) {
            methods_.push_back(llava::parse_method(text));
            llava::check_method(model_.config(), methods_.back());
        }
    }

    reply ask(std::size_t method, request const& wanted) const override {
        llava::answer_options options;
        options.max_new_tokens = wanted.max_new_tokens;
        options.seed = wanted.seed;
        options.sample = wanted.sample;
        options.schedule = schedule_;
        options.attention = attention_;
        options.wants_margin = true;
        auto const answer =
            shares_prefixes_ ? llava::ask(picture(method, wanted.image), wanted.prompt, options)
                             : llava::ask(model_, methods_[method], picture_of(wanted.image), wanted.prompt, options);
        model_.require_unchanged();
        return {.text = answer.text,
                .margin = answer.yes_margin,
                .seconds = answer.seconds,
                .needed = static_cast<std::int64_t>(answer.contrasts.needed),
                .skipped = static_cast<std::int64_t>(answer.contrasts.skipped)};
    }

  private:
    struct seen_picture {
        std::size_t method;
        fs::path image;
        llava::picture_prefix prefix;
    };

    // The picture as the method sees it: what is known of it if this thread's last question was the same method's about it.
    llava::picture_prefix& picture(std::size_t method, fs::path const& image) const {
        auto& last = last_of_this_thread();
        if (!last || last->method != method || last->image != image) {
            last.reset();   // two need not be held at once
            last.emplace(seen_picture{method, image, {model_, methods_[method], picture_of(image)}});
        }
        return last->prefix;
    }

    std::optional<seen_picture>& last_of_this_thread() const {
        std::scoped_lock const hold(mutex_);
        return last_[std::this_thread::get_id()];
    }

    llava::model model_;
    std::vector<llava::method> methods_;
    llava::any_schedule schedule_;
    llava::attention_form attention_;
    bool shares_prefixes_;
    mutable std::mutex mutex_;                                              // for the map; an entry is its thread's own
    mutable std::map<std::thread::id, std::optional<seen_picture>> last_;   // one for each thread that asks
};

// The files an answer depends on, in order of their names.
std::vector<fs::path> model_files(fs::path const& folder, std::string_view extension) {
    std::vector<fs::path> files;
    std::error_code failure;
    for (auto const& entry : fs::directory_iterator(folder, failure)) {
        if (entry.path().extension() == extension) files.push_back(entry.path());
    }
    if (failure)
        throw llava::io::error(llava::io::exit_code::no_input, folder.native(), "--model",
                               "cannot be read: " + failure.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::string hash_files(std::vector<fs::path> const& files) {
    sha256 hash;
    for (auto const& file : files)
        hash.add(file.filename().native()).add(std::string_view("\0", 1)).add(hash_file(file));
    return hash.hex();
}

void check_name(char const* option, std::string const& name, std::vector<std::string> const& known) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    std::string text;
    for (std::string const& each : known) text += (text.empty() ? "" : ", ") + each;
    throw llava::io::error(llava::io::exit_code::usage, "", option,
                           llava::io::quote(name) + " is unknown; there are " + text);
}

void check_computation(computation const& by) {
    check_name("--schedule", by.schedule, llava::schedule_names());
    check_name("--attention", by.attention, llava::attention_names());
    check_name("--prefixes", by.prefixes, {"shared", "separate"});
}

void check_fit(fs::path const& folder, std::vector<std::string> const& methods) {
    auto const config = llava::io::read_config(folder);
    for (auto const& text : methods) llava::check_method(config, llava::parse_method(text));
}

engine::pairs identity(fs::path const& folder) {
    return {{"model_id", fs::weakly_canonical(folder).filename().native()},
            {"config_sha256", hash_files(model_files(folder, ".json"))},
            {"weights_sha256", hash_files(model_files(folder, ".safetensors"))}};
}

engine::look look_at(fs::path const& folder) {
    auto const with = std::make_shared<llava::model const>(llava::model::open(folder, 1));
    return [with](request const& asked, std::string const& method) {
        return llava_attention(*with, llava::parse_method(method), asked);
    };
}

std::vector<std::string> summary(fs::path const& folder) {
    auto const model = opened(folder);
    auto const text = [](auto number) { return std::to_string(number); };
    auto const& vision = model.config().vision;
    auto const& language = model.config().text;
    auto const& pictures = model.preprocessor();
    std::vector<std::string> lines = {
        "config.json: vision " + text(vision.layers) + " x " + text(vision.hidden) + ", " + text(vision.heads) +
            " heads, " + text(vision.image_size) + " pixels in patches of " + text(vision.patch_size) + "; language " +
            text(language.layers) + " x " + text(language.hidden) + ", " + text(language.heads) + " query heads, " +
            text(language.kv_heads) + " key/value heads, vocabulary " + text(language.vocabulary),
        "preprocessor: shortest edge " + text(pictures.shortest_edge) + ", crop " + text(pictures.crop_width) + " x " +
            text(pictures.crop_height) + (pictures.pad_to_square ? ", padded to square" : ""),
        "tokenizer.json: " + text(model.tokenizer().size()) + " tokens, image token " +
            text(model.tokenizer().image_token())};
    for (auto const& file : model_files(folder, ".safetensors")) {
        lines.push_back(file.filename().native() + ": " + text(fs::file_size(file)) + " bytes, sha256 " +
                        hash_file(file).substr(0, 16));
    }
    lines.push_back("model: every tensor present, in its shape");
    return lines;
}

}   // namespace

engine llava_engine() {
    return {.check_method = [](std::string const& method) { llava::parse_method(method); },
            .check_fit = check_fit,
            .check_computation = check_computation,
            .identity = identity,
            .summary = summary,
            .open = [](fs::path const& folder, std::vector<std::string> const& methods,
                       computation const& by) { return std::make_unique<llava_answerer>(folder, methods, by); },
            .attention = look_at,
            .controls = {"greedy", "sample", "sample:seed=1", "sample:seed=2", "plausible",
                         "causalmm:vision=identity,language=identity,gamma=1,epsilon=0.1"},
            .names = llava::method_names()};
}

}   // namespace evaluation
