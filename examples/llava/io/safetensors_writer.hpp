// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/safetensors.hpp>
#include <llava/io/staged_file.hpp>

#include <vector>

namespace llava::io {

/// Writes the head of a .safetensors file whose tensors lie one behind the other in this order; write their bytes next, in the same
/// order. Of the tensors only names, types, shapes and sizes are read.
///
/// errors  those of the file
void write_safetensors_header(staged_file& to, std::vector<tensor> const& tensors, metadata const& about);

/// A whole file in one step, from the tensors' memory.
void write_safetensors(std::filesystem::path const& file, std::vector<tensor> const& tensors, metadata const& about);

}   // namespace llava::io
