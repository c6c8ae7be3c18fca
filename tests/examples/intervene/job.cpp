// SPDX-License-Identifier: MIT
#include <intervene/job.hpp>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <intervene/color_map.hpp>
#include <intervene/command_line.hpp>
#include <llava/io/image.hpp>
#include <llava/io/mapped_file.hpp>

#include "catch.hpp"
#include "support.hpp"

using causalmm::bf16;
using causalmm::f16;
using llava::io::tensor;
using support::contents;
using support::failure;
using support::folder;
using support::names;
using support::tensor_of;

namespace {

/// Runs the program's words as its main() does; file names are below the folder.
void run_words(folder const& where, std::vector<std::string> words, std::vector<std::string> const& files) {
    for (std::string const& file : files) { words.push_back(where.path() / file); }
    std::vector<char const*> argv{"causalmm-intervene"};
    for (std::string const& word : words) { argv.push_back(word.c_str()); }
    intervene::run(intervene::parse_command_line(static_cast<int>(argv.size()), argv.data()).value());
}

std::optional<std::string> refused(folder const& where, std::vector<std::string> const& words,
                                   std::vector<std::string> const& files = {"in.safetensors", "out.safetensors"}) {
    return failure([&] { return run_words(where, words, files), 0; });
}

template <class T>
std::vector<float> floats(tensor const& from) {
    std::vector<T> values(from.bytes / sizeof(T));
    std::memcpy(values.data(), from.data, from.bytes);
    return {values.begin(), values.end()};
}
template <class T>
std::vector<T> stored(std::vector<float> const& from) {
    return {from.begin(), from.end()};
}

std::vector<float> const causal{1.0f, 0.0f, 0.25f, 0.75f};   // (2, 2)
std::vector<float> const reversed{0.0f, 0.0f, 0.5f, 0.0f};   // its causal rows turned round
std::vector<std::int32_t> const others{7, 8, 9};

/// A file with attention of every rank and type, and with tensors that are none.
void write_input(folder const& where, std::string const& name = "in.safetensors") {
    std::vector<float> two = causal, bias{1.0f, 2.0f};
    two.insert(two.end(), causal.begin(), causal.end());
    auto const half = stored<f16>(two);
    auto const brain = stored<bf16>(two);
    auto whole = tensor_of("ids", {3}, std::vector<float>{});
    whole.type = llava::io::dtype::i32;
    whole.data = reinterpret_cast<std::byte const*>(others.data());
    whole.bytes = 12;
    llava::io::write_safetensors(where.path() / name,
                                 {whole, tensor_of("layers.1", {2, 2}, causal), tensor_of("bias", {2}, bias),
                                  tensor_of("layers.0", {2, 2, 2}, half), tensor_of("x", {1, 2, 2, 2}, brain)},
                                 {{"made", "by hand"}});
}

auto files_in(folder const& where) {
    auto const list = std::filesystem::directory_iterator(where.path());
    return std::distance(begin(list), end(list));
}

}   // namespace

TEST_CASE("job: edits every attention tensor and leaves all else as it was", "[intervene]") {
    folder const where;
    write_input(where);
    run_words(where, {"--policy", "reversed", "--visibility", "causal"}, {"in.safetensors", "out.safetensors"});
    llava::io::mapped_file const file{where.path() / "out.safetensors"};
    auto const tensors = llava::io::read_safetensors(file);
    REQUIRE(tensors.size() == 5);
    CHECK(llava::io::read_metadata(file) == llava::io::metadata{{"made", "by hand"}});
    CHECK(tensors[0].name == "ids");
    CHECK(std::memcmp(tensors[0].data, others.data(), 12) == 0);
    CHECK(floats<float>(tensors[2]) == std::vector<float>{1.0f, 2.0f});
    std::vector<float> twice = reversed;
    twice.insert(twice.end(), reversed.begin(), reversed.end());
    CHECK(floats<float>(tensors[1]) == reversed);
    CHECK(floats<f16>(tensors[3]) == twice);
    CHECK(floats<bf16>(tensors[4]) == twice);
    CHECK(tensors[3].shape == std::vector<std::int64_t>{2, 2, 2});
    CHECK(files_in(where) == 2);
}

TEST_CASE("job: identity gives the input back, byte for byte", "[intervene]") {
    folder const where;
    write_input(where);
    run_words(where, {"--policy", "identity"}, {"in.safetensors", "out.safetensors"});
    CHECK(contents(where.path() / "out.safetensors") == contents(where.path() / "in.safetensors"));
}

TEST_CASE("job: the output may be the input, and only named tensors are edited if wanted", "[intervene]") {
    folder const where;
    write_input(where);
    run_words(where, {"--policy", "reversed", "--visibility", "causal", "--tensors", "layers.[1-9]"},
              {"in.safetensors", "in.safetensors"});
    llava::io::mapped_file const file{where.path() / "in.safetensors"};
    auto const tensors = llava::io::read_safetensors(file);
    CHECK(floats<float>(tensors[1]) == reversed);
    CHECK(floats<bf16>(tensors[4])[0] == 1.0f);
    CHECK(files_in(where) == 1);
}

TEST_CASE("job: the published arithmetic, its NaN rows included", "[intervene]") {
    folder const where;
    write_input(where);
    run_words(where, {"--released", "reverse_and_normalize_attention", "--tensors", "layers.1"},
              {"in.safetensors", "out.safetensors"});
    llava::io::mapped_file const file{where.path() / "out.safetensors"};
    auto const edited = floats<float>(llava::io::read_safetensors(file)[1]);
    CHECK(std::isnan(edited[0]));
    CHECK(edited[2] == 1.0f);
    CHECK(edited[3] == 0.0f);
}

TEST_CASE("job: the picture shows the first edited tensor, before and after", "[intervene]") {
    folder const where;
    write_input(where);
    run_words(where,
              {"--policy", "reversed", "--policy", "uniform", "--visibility", "causal", "--tensors", "layers.0",
               "--head", "1", "--picture", where.path() / "p.png"},
              {"in.safetensors"});
    auto const picture = llava::io::read_image(where.path() / "p.png");
    CHECK(picture.width > 1500);   // three panels
    CHECK(picture.height > 600);
    CHECK(files_in(where) == 2);
    run_words(where, {"--policy", "reversed", "--picture", where.path() / "p.png"},
              {"in.safetensors", "out.safetensors"});
    CHECK(llava::io::read_image(where.path() / "p.png").width < picture.width);
    CHECK(files_in(where) == 3);
}

TEST_CASE("job: bad input is one line, an exit code, and nothing lost", "[intervene]") {
    folder const where;
    write_input(where);
    where.write("out.safetensors", "before");
    std::string const out = where.path() / "out.safetensors";
    CHECK(names(refused(where, {"--policy", "random"}, {"none.safetensors", "out.safetensors"}), 66,
                {"none.safetensors: cannot be opened"}));
    where.write("cut.safetensors", contents(where.path() / "in.safetensors").substr(0, 400));
    CHECK(names(refused(where, {"--policy", "random"}, {"cut.safetensors", "out.safetensors"}), 65,
                {"cut.safetensors: ", "truncated"}));
    CHECK(names(refused(where, {"--policy", "random", "--tensors", "vision*"}), 65,
                {"in.safetensors: tensors: none of 5 is named \"vision*\""}));
    CHECK(names(refused(where, {"--policy", "random", "--tensors", "ids"}), 65, {"none of 5"}));
    CHECK(names(refused(where, {"--policy", "amplified"}), 64, {"in.safetensors: layers.1: ", "needs the scores"}));
    CHECK(names(
        refused(where, {"--policy", "random", "--head", "2", "--tensors", "x", "--picture", where.path() / "p.png"}),
        64, {"--head: 2, but \"x\" has heads 0-1"}));
    CHECK(names(refused(where, {"--policy", "random", "--picture", where.path() / "no/p.png"}), 73,
                {"p.png: cannot be created"}));
    CHECK(names(refused(where, {"--policy", "random"}, {"in.safetensors", "no/out.safetensors"}), 73,
                {"out.safetensors: cannot be created"}));
    CHECK(names(refused(where, {"--policy", "random"}, {"in.safetensors", "."}), 73, {"is not a regular file"}));
    CHECK(contents(out) == "before");
    CHECK(files_in(where) == 3);
}

TEST_CASE("job: a tensor in the middle that is not finite leaves no half-written file", "[intervene]") {
    folder const where;
    std::vector<float> broken = causal;
    broken[2] = std::numeric_limits<float>::infinity();
    llava::io::write_safetensors(where.path() / "in.safetensors",
                                 {tensor_of("good", {2, 2}, causal), tensor_of("bad", {2, 2}, broken)}, {});
    where.write("out.safetensors", "before");
    CHECK(names(refused(where, {"--policy", "reversed", "--picture", where.path() / "p.png"}), 65,
                {"in.safetensors: bad: ", "NaN or infinity"}));
    CHECK(contents(where.path() / "out.safetensors") == "before");
    CHECK(files_in(where) == 2);
    std::vector<float> const wide(6, 0.5f);
    llava::io::write_safetensors(where.path() / "in.safetensors", {tensor_of("wide", {2, 3}, wide)}, {});
    CHECK(names(refused(where, {"--released", "reverse_attention"}), 65, {"in.safetensors: wide: released: "}));
    CHECK(contents(where.path() / "out.safetensors") == "before");
}
