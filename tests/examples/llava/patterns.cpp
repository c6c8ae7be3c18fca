// SPDX-License-Identifier: MIT
#include <llava/patterns.hpp>

#include <cstring>
#include <string>
#include <vector>

#include <llava/io/image.hpp>
#include <llava/io/mapped_file.hpp>
#include <llava/io/safetensors.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"
#include "examples/llava/io/support.hpp"

namespace {

char const* const question = "Is there a dog in the image?";   // of make_goldens.py's prompt

llava::io::image picture() { return llava::io::read_image(golden::folder / "picture.png"); }

std::vector<float> floats(llava::io::tensor const& from) {
    std::vector<float> values(from.bytes / sizeof(float));
    std::memcpy(values.data(), from.data, from.bytes);
    return values;
}

std::string name_of(llava::layer_pattern const& one) {
    return (one.tower == causalmm::tower::vision ? "vision.layers." : "language.layers.") + std::to_string(one.layer);
}

/// The last row of every head.
std::vector<float> last_rows(llava::layer_pattern const& one) {
    auto const [batch, heads, queries, keys] = one.shape;
    std::vector<float> rows;
    for (std::int64_t head = 0; head < heads; ++head) {
        auto const end = one.weights.begin() + (head + 1) * queries * keys;
        rows.insert(rows.end(), end - keys, end);
    }
    return rows;
}

}   // namespace

// Expected: what transformers' eager attention returns, written by make_attention_goldens.py.
TEST_CASE("patterns: both towers look where they do in transformers", "[llava]") {
    for (std::string const name : {"plain", "gqa_sharded"}) {
        INFO(name);
        llava::io::mapped_file const file{golden::folder / "attention" / (name + ".safetensors")};
        auto const wanted = llava::io::read_safetensors(file);
        auto const found = llava::factual_patterns(golden::open(name), picture(), question);
        REQUIRE(found.size() == wanted.size());
        for (llava::layer_pattern const& one : found) {
            INFO(name_of(one));
            for (llava::io::tensor const& other : wanted) {
                if (other.name == name_of(one)) { CHECK(golden::distance(last_rows(one), floats(other)) < 1e-4); }
            }
        }
    }
}

TEST_CASE("patterns: rows sum to 1 and a language row sees nothing behind it", "[llava]") {
    for (llava::layer_pattern const& one : llava::factual_patterns(golden::open("plain"), picture(), question)) {
        INFO(name_of(one));
        auto const [batch, heads, queries, keys] = one.shape;
        REQUIRE(batch == 1);
        REQUIRE(heads == 4);
        REQUIRE(queries == keys);
        REQUIRE(static_cast<std::int64_t>(one.weights.size()) == heads * queries * keys);
        float const* weight = one.weights.data();
        for (std::int64_t row = 0; row < heads * queries; ++row) {
            double mass = 0.0;
            for (std::int64_t key = 0; key < keys; ++key, ++weight) {
                mass += static_cast<double>(*weight);
                bool const hidden = one.tower == causalmm::tower::language && key > row % queries;
                if (hidden && *weight != 0.0f) { FAIL("a hidden key has weight"); }
            }
            CHECK(mass == Approx(1.0).epsilon(1e-5));
        }
    }
}

TEST_CASE("patterns: the file holds every layer by name, and the question", "[llava]") {
    support::folder const folder;
    auto const patterns = llava::factual_patterns(golden::open("plain"), picture(), question);
    llava::save_patterns(folder.path() / "a.safetensors", patterns, question);
    llava::io::mapped_file const file{folder.path() / "a.safetensors"};
    auto const tensors = llava::io::read_safetensors(file);
    REQUIRE(tensors.size() == patterns.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        CHECK(tensors[i].name == name_of(patterns[i]));
        CHECK(tensors[i].shape == std::vector<std::int64_t>(patterns[i].shape.begin(), patterns[i].shape.end()));
        CHECK(floats(tensors[i]) == patterns[i].weights);
    }
    CHECK(tensors.front().name == "vision.layers.0");
    CHECK(tensors.back().name == "language.layers.1");
    CHECK(llava::io::read_metadata(file) == llava::io::metadata{{"question", question}});
}

TEST_CASE("patterns: a prompt longer than the model's positions is refused", "[llava]") {
    auto const failed = support::failure(
        [] { return llava::factual_patterns(golden::open("plain"), picture(), std::string(400, 'x')); });
    CHECK(support::names(failed, 64, {"prompt: ", "positions, the model has 256"}));
}
