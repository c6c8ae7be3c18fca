// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <stdlib.h>
#include <unistd.h>

#include <causalmm/core/counter_rng.hpp>
#include <evaluation/answerer.hpp>
#include <llava/io/error.hpp>

namespace support {

// The address sanitizer keeps what was freed.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool keeps_memory = true;
#elif defined(__has_feature)
inline constexpr bool keeps_memory = __has_feature(address_sanitizer);
#else
inline constexpr bool keeps_memory = false;
#endif

// A folder that is gone after the test.
class temporary_folder {
  public:
    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "causalmm.XXXXXX").native();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::filesystem::path write_file(std::filesystem::path const& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

inline std::string read_file(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What a call throws: its exit code and its one line; {0, ""} if it throws nothing.
struct thrown {
    int code = 0;
    std::string what;
};
inline thrown thrown_by(std::function<void()> const& call) {
    try {
        call();
    } catch (llava::io::error const& e) { return {static_cast<int>(e.code), e.what()}; }
    return {};
}

// Runs a call with stdout or stderr going to a file without a name, which a killed child leaves nothing of; gives what was written.
inline std::string captured(int descriptor, std::function<void()> const& call) {
    std::FILE* const stream = descriptor == STDOUT_FILENO ? stdout : stderr;
    std::fflush(stream);
    int const before = ::dup(descriptor);
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::tmpfile(), std::fclose};
    ::dup2(::fileno(file.get()), descriptor);
    auto const restore = [&] {
        std::fflush(stream);
        ::dup2(before, descriptor);
        ::close(before);
    };
    try {
        call();
    } catch (...) {
        restore();
        throw;
    }
    restore();
    std::rewind(file.get());
    std::string text;
    for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get())) { text += static_cast<char>(c); }
    return text;
}

// A valid PNG of one grey pixel.
inline std::string one_pixel() {
    constexpr std::array<unsigned char, 67> bytes = {
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
        0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
        0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81,
        0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
    return {bytes.begin(), bytes.end()};
}

// A POPE file of `count` questions, four to an image, yes and no in turn, and its pictures in folder/images.
inline std::filesystem::path write_pope(std::filesystem::path const& folder, std::string_view name, int count) {
    std::filesystem::create_directories(folder / "images");
    std::string lines;
    for (int i = 1; i <= count; ++i) {
        std::string const image = "scene_" + std::to_string((i - 1) / 4) + ".png";
        if (i % 4 == 1) write_file(folder / "images" / image, one_pixel());
        lines += "{\"question_id\": " + std::to_string(i) + ", \"image\": \"" + image +
                 "\", \"text\": \"Is there a thing " + std::to_string(i) + " in the image?\", \"label\": \"" +
                 (i % 2 == 1 ? "yes" : "no") + "\"}\n";
    }
    return write_file(folder / name, lines);
}

// A model whose answer is a function of (method, seed, sample) and whose delay is not, so that threads overtake each other.
class fake_answerer : public evaluation::answerer {
  public:
    explicit fake_answerer(std::function<void(evaluation::request const&)> before) : before_(std::move(before)) {}

    evaluation::reply ask(std::size_t method, evaluation::request const& wanted) const override {
        if (before_) before_(wanted);
        auto const sample = static_cast<std::uint32_t>(wanted.sample);
        auto const words = causalmm::philox4x32({sample, static_cast<std::uint32_t>(method), 0, 0},
                                                {static_cast<std::uint32_t>(wanted.seed), 0});
        float const margin = 4.0f * causalmm::unit_float(words[0]) - 2.0f + (sample % 2 == 1 ? 1.0f : -1.0f);
        std::this_thread::sleep_for(std::chrono::microseconds(words[1] % 400));
        std::string const text = margin > 0 ? " Yes" : "No, \"there\" is none.\n";
        return {.text = text,
                .margin = margin,
                .seconds = method == 0 ? 0.25 : 0.5,
                .needed = static_cast<std::int64_t>(method),
                .skipped = static_cast<std::int64_t>(3 * method)};
    }

  private:
    std::function<void(evaluation::request const&)> before_;
};

inline evaluation::engine fake_engine(std::function<void(evaluation::request const&)> before = {}) {
    evaluation::engine result;
    result.check_method = [](std::string const& method) {
        if (method.starts_with("greedy") || method.starts_with("fake")) return;
        throw llava::io::error(llava::io::exit_code::usage, "", "--method", llava::io::quote(method) + " is unknown");
    };
    result.check_fit = [](std::filesystem::path const&, std::vector<std::string> const& methods) {
        for (auto const& method : methods) {
            if (!method.ends_with("absent")) continue;
            throw llava::io::error(llava::io::exit_code::usage, "", "method", method + ": the model has none");
        }
    };
    result.names = {"greedy", "fake"};
    result.check_computation = [](evaluation::computation const& by) {
        if (by.schedule == "lazy" || by.schedule == "batched") return;
        throw llava::io::error(llava::io::exit_code::usage, "", "--schedule",
                               llava::io::quote(by.schedule) + " is unknown");
    };
    result.identity = [](std::filesystem::path const& model) {
        return evaluation::engine::pairs{{"model_id", model.filename().native()}, {"weights_sha256", "none"}};
    };
    result.summary = [](std::filesystem::path const&) { return std::vector<std::string>{"config.json: fake"}; };
    result.open = [before](std::filesystem::path const&, std::vector<std::string> const&,
                           evaluation::computation const&) { return std::make_unique<fake_answerer>(before); };
    return result;
}

}   // namespace support
