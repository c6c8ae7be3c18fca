// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/mapped_file.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace llava::io {

/// Element types of the safetensors format. All are read; what a model can use is for the model to say.
enum class dtype { boolean, u8, i8, f8_e5m2, f8_e4m3, u16, i16, f16, bf16, u32, i32, f32, u64, i64, f64, c64 };

std::string_view dtype_name(dtype type) noexcept;   // as the file spells it: "BF16"
std::size_t dtype_size(dtype type) noexcept;        // bytes of one element

/// One tensor of a mapped file. `data` may be misaligned for its type: read it through memcpy.
struct tensor {
    std::string name;   // as the file spells it
    dtype type = dtype::f32;
    std::vector<std::int64_t> shape;   // row-major, sizes >= 0
    std::byte const* data = nullptr;
    std::size_t bytes = 0;
    std::string file;
};

/// Every tensor of one .safetensors file, after its whole header was validated: sizes, types, shapes, no overlap, no hole.
std::vector<tensor> read_safetensors(mapped_file const& file);

/// What a file says about itself; of a file that read_safetensors() takes. Empty if it says nothing.
using metadata = std::map<std::string, std::string>;
metadata read_metadata(mapped_file const& file);

/// LLaVA tensor names in the hub's spelling, whichever way the file spells them. All three are read:
///
/// hub               language_model.model.X   language_model.lm_head.X   vision_tower.vision_model.X         multi_modal_projector.X
/// transformers 5    the same                 the same                   vision_tower.X                      the same
/// its in-memory     model.language_model.X   lm_head.X                  model.vision_tower.X                model.multi_modal_projector.X
std::string canonical_name(std::string_view name);

/// The weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json lists.
///
/// errors  no_input if neither is there or a shard is missing; bad_data for a malformed file, a tensor given twice, listed in
///         the wrong shard, or missing when asked for
class checkpoint {
  public:
    static checkpoint open(std::filesystem::path const& model_dir);

    /// Names in any spelling that canonical_name() knows.
    [[nodiscard]] tensor const& at(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const;

    /// errors  io_error naming a file that was written to since it was opened
    void require_unchanged() const;

    /// By canonical name.
    [[nodiscard]] std::map<std::string, tensor, std::less<>> const& tensors() const noexcept { return tensors_; }

  private:
    checkpoint() = default;
    void add_file(std::filesystem::path const& file);
    void add_shards(std::filesystem::path const& model_dir, std::filesystem::path const& index);
    std::string origin_;   // what errors about missing tensors name
    std::vector<mapped_file> files_;
    std::map<std::string, tensor, std::less<>> tensors_;
};

}   // namespace llava::io
