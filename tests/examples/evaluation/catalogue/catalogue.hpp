// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <evaluation/check.hpp>
#include <evaluation/llava_engine.hpp>

#include "catch.hpp"
#include "examples/evaluation/support.hpp"

/// The bad-file catalogue of reliability.md 2.2, through the program's own `check`: each case has its name there, or one like it.
namespace catalogue {

namespace fs = std::filesystem;

inline fs::path const tiny = fs::path(CAUSALMM_SOURCE_DIR) / "examples/tiny_llava";
inline std::string model_file(std::string_view name) { return support::read_file(tiny / "model" / name); }

/// One file and what must be said of it; says empty: it must be accepted.
struct entry {
    std::string name;
    std::string bytes;
    std::string says;
    int code = 65;
};

/// A line that names the file first, is printable, and holds what is expected.
inline void check_refusal(support::thrown const& found, std::string_view file, entry const& expected) {
    CHECK(found.code == expected.code);
    CHECK_THAT(found.what, Catch::StartsWith(std::string(file)) && Catch::Contains(expected.says));
    CHECK(found.what.size() <= 400);
    CHECK(std::all_of(found.what.begin(), found.what.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
}

/// What refusing a file may cost at most (2.1), and with the address sanitizer, which is slow and keeps what was freed.
struct cost {
    double seconds;     // the processor's, so that other programs on the machine do not count
    double megabytes;   // the largest the process ever was
};
constexpr cost highest = support::keeps_memory ? cost{20, 2000} : cost{2, 500};

/// The cost of a call; of its memory less is not known where the system does not let the process forget its peak before.
inline cost cost_of(std::function<void()> const& call) {
    std::ofstream("/proc/self/clear_refs") << 5;
    auto const before = std::clock();
    call();
    auto const after = std::clock();
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return {static_cast<double>(after - before) / CLOCKS_PER_SEC, static_cast<double>(used.ru_maxrss) / 1000};
}

/// What `check` throws; whatever it prints is only printed if it throws nothing.
inline support::thrown checked(evaluation::check_options const& options, evaluation::engine const& engine) {
    support::thrown found;
    cost used{};
    auto const printed = support::captured(STDOUT_FILENO, [&] {
        used = cost_of([&] { found = support::thrown_by([&] { evaluation::check(options, engine); }); });
    });
    CHECK(printed.empty() == (found.code != 0));
    if (found.code != 0) {
        CHECK(used.seconds < highest.seconds);
        CHECK(used.megabytes < highest.megabytes);
    }
    return found;
}

/// The embedded model with one file in place of its own.
class model_folder {
  public:
    explicit model_folder(std::initializer_list<std::string_view> without = {}) {
        for (auto const& each : fs::directory_iterator(tiny / "model")) {
            auto const name = each.path().filename();
            if (std::find(without.begin(), without.end(), name.native()) == without.end())
                fs::create_symlink(each.path(), folder_.path() / name);
        }
    }
    fs::path replace(std::string_view name, std::string_view bytes) const {
        fs::remove(folder_ / name);
        return support::write_file(folder_ / name, bytes);
    }
    support::thrown check() const {
        return checked({.model = folder_.path(), .tasks = {}, .images = {}}, evaluation::llava_engine());
    }
    fs::path const& path() const { return folder_.path(); }

  private:
    support::temporary_folder folder_;
};

/// Each case as that file of the model.
inline void check_cases(model_folder const& model, std::string_view file, std::vector<entry> const& cases) {
    for (entry const& each : cases) {
        INFO(file << ", " << each.name);
        model.replace(file, each.bytes);
        auto const found = model.check();
        if (each.says.empty()) {
            CHECK(found.what == "");
        } else {
            check_refusal(found, file, each);
        }
    }
}

/// JSON with the value at a pointer replaced by text that need not be JSON.
inline std::string with(std::string const& json, std::string const& pointer, std::string_view text) {
    auto document = nlohmann::json::parse(json);
    document[nlohmann::json::json_pointer(pointer)] = "@@";
    std::string out = document.dump();
    return out.replace(out.find("\"@@\""), 4, text);
}
inline std::string without(std::string const& json, std::string const& pointer, std::string const& key) {
    auto document = nlohmann::json::parse(json);
    document.at(nlohmann::json::json_pointer(pointer)).erase(key);
    return document.dump();
}

inline std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

/// Little-endian, as safetensors has its length.
inline std::string eight_bytes(std::uint64_t value) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(value >> shift & 255U);
    return out;
}

/// What other programs leave under any name.
inline std::vector<entry> foreign_files() {
    return {{"zip (pickle)", "PK\x03\x04 archive", "ZIP"},
            {"git-LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"},
            {"HTML page", "<!DOCTYPE html><html>sign in</html>", "HTML page"},
            {"GGUF under the wrong name", "GGUF\x03", "GGUF"}};
}

}   // namespace catalogue
