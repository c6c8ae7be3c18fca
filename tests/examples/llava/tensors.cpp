// SPDX-License-Identifier: MIT
#include <llava/tensors.hpp>

#include <string>

#include <llava/io/error.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

namespace {

template <class Function>
std::string complaint(Function const& function) {
    try {
        function();
        return "";
    } catch (llava::io::error const& problem) {
        return problem.code == llava::io::exit_code::bad_data ? problem.what() : "another exit code";
    }
}

}   // namespace

TEST_CASE("tensors: a wrong shape names the tensor, what was expected and what was found", "[llava]") {
    llava::io::checkpoint const files = llava::io::checkpoint::open(golden::folder / "plain");
    llava::tensors const all{files};
    std::string const name = "multi_modal_projector.linear_1.weight";
    CHECK(all.matrix(name, {48, 32}).columns == 32);
    std::string const text = complaint([&] { (void)all.matrix(name, {48, 33}); });
    CHECK_THAT(text, Catch::Contains(name) && Catch::Contains("(48, 33)") && Catch::Contains("(48, 32)"));
    CHECK_THAT(complaint([&] { (void)all.vector(name, 48); }), Catch::Contains("(48)") && Catch::Contains("(48, 32)"));
    CHECK_THAT(complaint([&] { (void)all.product("multi_modal_projector.linear_1", 47, 32, true); }),
               Catch::Contains("(47, 32)"));
}

TEST_CASE("tensors: a missing tensor is named", "[llava]") {
    llava::io::checkpoint const files = llava::io::checkpoint::open(golden::folder / "plain");
    CHECK_THAT(complaint([&] { (void)llava::tensors{files}.vector("language_model.model.norm.bias", 48); }),
               Catch::Contains("language_model.model.norm.bias"));
}

TEST_CASE("tensors: a convolution is a matrix of its first axis by the others", "[llava]") {
    llava::io::checkpoint const files = llava::io::checkpoint::open(golden::folder / "plain");
    llava::weights const patches =
        llava::tensors{files}.matrix("vision_tower.vision_model.embeddings.patch_embedding.weight", {32, 3, 7, 7});
    CHECK(patches.rows == 32);
    CHECK(patches.columns == 147);
}
