// SPDX-License-Identifier: MIT
#pragma once

#include <llava/io/config.hpp>
#include <llava/io/image.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace llava::io {

/// Resizes with Pillow's antialiased bicubic filter, equal to Image.resize(BICUBIC) in every byte.
///
/// A cubic of Keys (a = -0.5), stretched by the reduction ratio, is applied along the rows, rounded to a byte, then along the
/// columns; as in Pillow 13, columns come first if the height shrinks by more than twice as many pixels as the width. The weights are 22-bit fixed point, so the result does not depend on the machine.
image resize_bicubic(image const& source, int width, int height);

/// The picture in the middle of a square of `background`, as LLaVA's expand2square.
image pad_to_square(image const& source, std::array<std::uint8_t, 3> background);

/// The middle width x height pixels, black where the picture is smaller.
image center_crop(image const& source, int width, int height);

/// Model input, (3, height, width): pad to square, resize the shortest edge, centre crop, rescale, normalize; each if it is switched on.
/// Equal in every bit to CLIPImageProcessor (LlavaImageProcessor where pad_to_square) with the Pillow backend.
std::vector<float> pixel_values(image const& source, preprocessor const& settings);

}   // namespace llava::io
