// SPDX-License-Identifier: MIT
#include <llava/io/decoders.hpp>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <png.h>

namespace llava::io {
namespace {

// What the library's callbacks share. Plain data only: the way out of an error is longjmp, which runs no destructor.
struct decoding {
    png_structp library;
    png_infop info;
    std::jmp_buf out;
    std::array<char, 200> message;
    std::byte const* next;
    std::size_t left;
};

// Warnings too: a wrong checksum or a palette index past the end must not become pixels.
[[noreturn]] void leave(png_structp library, png_const_charp why) {
    auto& state = *static_cast<decoding*>(png_get_error_ptr(library));
    std::snprintf(state.message.data(), state.message.size(), "%s", why);
    std::longjmp(state.out, 1);
}

void complain(png_structp library, png_const_charp why) { leave(library, why); }

void supply(png_structp library, png_bytep into, std::size_t wanted) {
    auto& state = *static_cast<decoding*>(png_get_io_ptr(library));
    if (wanted > state.left) leave(library, "truncated");
    std::memcpy(into, state.next, wanted);
    state.next += wanted;
    state.left -= wanted;
}

bool is_gray16(png_structp library, png_infop info) {
    return png_get_color_type(library, info) == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(library, info) == 16;
}

bool is_palette(png_structp library, png_infop info) {
    return png_get_color_type(library, info) == PNG_COLOR_TYPE_PALETTE;
}

// Everything becomes 8-bit RGB as in Pillow: alpha is dropped, not blended; 16-bit colour keeps its high byte, 16-bit gray its value.
// Palettes stay indices of a byte each: libpng would make black of one past the end.
void choose_conversions(png_structp library, png_infop info) {
    int const colour = png_get_color_type(library, info);
    int const depth = png_get_bit_depth(library, info);
    if (is_palette(library, info)) png_set_packing(library);
    if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(library);
    bool const clipped_later = is_gray16(library, info);
    if (depth == 16 && !clipped_later) png_set_strip_16(library);
    if ((colour & PNG_COLOR_MASK_COLOR) == 0 && !clipped_later) png_set_gray_to_rgb(library);
    png_set_strip_alpha(library);
    png_set_interlace_handling(library);
    png_read_update_info(library, info);
}

void open(decoding& state) {
    png_set_read_fn(state.library, &state, supply);
    png_set_user_limits(state.library, static_cast<png_uint_32>(longest_side), static_cast<png_uint_32>(longest_side));
    // Text, colour profiles and the like are skipped unread: they cannot change the pixels, but could be bombs.
    png_set_keep_unknown_chunks(state.library, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_read_info(state.library, state.info);
}

// The calls that may longjmp stand alone in functions without objects to destroy.
bool opened(decoding& state) {
    if (setjmp(state.out) != 0) return false;
    open(state);
    return true;
}

bool finished(decoding& state, std::uint8_t** rows, std::size_t row_bytes) {
    if (setjmp(state.out) != 0) return false;
    choose_conversions(state.library, state.info);
    if (png_get_rowbytes(state.library, state.info) > row_bytes) leave(state.library, "unexpected row size");
    png_read_image(state.library, rows);
    png_read_end(state.library, nullptr);
    return true;
}

// Two bytes a pixel at the start of the row become three: Pillow clips 16-bit gray at 255 rather than scaling it.
void clip_gray16(std::uint8_t* row, std::size_t width) {
    for (std::size_t x = width; x-- > 0;) {
        std::uint8_t const value = row[2 * x] != 0 ? 255 : row[2 * x + 1];
        for (std::size_t c = 0; c < 3; ++c) row[3 * x + c] = value;
    }
}

// One index a pixel at the start of the row becomes three bytes; false if one is not in the palette.
bool look_up(std::uint8_t* row, std::size_t width, std::span<png_color const> palette) {
    for (std::size_t x = width; x-- > 0;) {
        if (row[x] >= palette.size()) return false;
        auto const& [red, green, blue] = palette[row[x]];
        row[3 * x] = red;
        row[3 * x + 1] = green;
        row[3 * x + 2] = blue;
    }
    return true;
}

std::span<png_color const> palette_of(png_structp library, png_infop info) {
    png_colorp colours = nullptr;
    int count = 0;
    png_get_PLTE(library, info, &colours, &count);
    return {colours, static_cast<std::size_t>(count)};
}

struct closer {
    decoding& state;
    explicit closer(decoding& opened_state) : state(opened_state) {}
    closer(closer const&) = delete;
    closer& operator=(closer const&) = delete;
    ~closer() { png_destroy_read_struct(&state.library, &state.info, nullptr); }
};

}   // namespace

std::string decode_png(std::span<std::byte const> bytes, image& out) {
    decoding state{};
    state.next = bytes.data();
    state.left = bytes.size();
    closer const closing(state);
    state.library = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, leave, complain);
    if (state.library != nullptr) state.info = png_create_info_struct(state.library);
    if (state.info == nullptr) return "libpng could not start";
    if (!opened(state)) return state.message.data();
    std::size_t const width = png_get_image_width(state.library, state.info);
    std::size_t const height = png_get_image_height(state.library, state.info);
    if (std::string refused = refused_size(width, height); !refused.empty()) return refused;
    out.width = static_cast<int>(width);
    out.height = static_cast<int>(height);
    out.rgb.resize(3 * width * height);
    std::vector<std::uint8_t*> rows(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = out.rgb.data() + 3 * width * y;
    bool const gray16 = is_gray16(state.library, state.info);
    bool const indexed = is_palette(state.library, state.info);
    if (!finished(state, rows.data(), 3 * width)) return state.message.data();
    if (gray16) {
        for (std::uint8_t* const row : rows) clip_gray16(row, width);
    }
    for (std::size_t y = 0; indexed && y < height; ++y) {
        if (!look_up(rows[y], width, palette_of(state.library, state.info))) return "palette index past the end";
    }
    return {};
}

}   // namespace llava::io
