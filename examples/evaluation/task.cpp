// SPDX-License-Identifier: MIT
#include <evaluation/task.hpp>

#include <evaluation/sha256.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

std::string hash_of(std::span<question const> questions) {
    sha256 hash;
    for (auto const& q : questions) {
        hash.add(std::to_string(q.id) + " " + std::to_string(q.prompt.size()) + (q.label_is_yes ? " yes " : " no "));
        hash.add(q.image).add(std::string_view("\0", 1)).add(q.prompt);
    }
    return hash.hex();
}

}   // namespace

task read_task(std::string_view text, std::filesystem::path const& images, reading const& how) {
    auto const colon = text.find(':');
    auto const kind = find_benchmark(text.substr(0, colon));
    if (colon == std::string_view::npos || colon + 1 == text.size()) {
        throw llava::io::error(llava::io::exit_code::usage, "", "--task",
                               llava::io::quote(text) + ": expected BENCHMARK:FILE");
    }
    std::filesystem::path const file(text.substr(colon + 1));
    auto contents = kind.open(file, how);
    auto own = contents->images();
    std::span const questions = contents->questions();
    return {.kind = kind,
            .file = file,
            .images = own.empty() ? images : std::move(own),
            .split = split_name(file),
            .hash = hash_of(questions),
            .contents = std::move(contents),
            .questions = questions};
}

std::string split_name(std::filesystem::path const& file) {
    return (file.has_filename() ? file : file.parent_path()).stem().native();
}

std::string file_name_of(std::string_view name) {
    constexpr std::size_t longest = 120;
    constexpr std::string_view kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-=,";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (char const c : name) {
        auto const byte = static_cast<unsigned char>(c);
        if (kept.find(c) != std::string_view::npos)
            result += c;
        else if (c == ':')
            result += '+';
        else
            result += {'%', digits[byte >> 4], digits[byte & 15u]};
    }
    if (result.size() <= longest) return result;
    return result.substr(0, longest) + "~" + sha256().add(name).hex().substr(0, 16);
}

}   // namespace evaluation
