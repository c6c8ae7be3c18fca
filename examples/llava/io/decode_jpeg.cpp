// SPDX-License-Identifier: MIT
#include <llava/io/decoders.hpp>

#include <array>
#include <csetjmp>
#include <cstdio>
#include <string_view>

#include <jpeglib.h>

namespace llava::io {
namespace {

constexpr long most_memory = 512L << 20;                   // bytes of coefficients a progressive picture may hold
constexpr int most_scans = 500;                            // real files have about 10; thousands are a way to burn time
constexpr std::uint64_t most_scanned = 12 * most_pixels;   // pixels of all scans together; a scan may cost a few bytes

// What the library's callbacks share. Plain data only: the way out of an error is longjmp, which runs no destructor.
struct decoding {
    jpeg_decompress_struct library;
    jpeg_error_mgr errors;
    jpeg_progress_mgr progress;
    std::jmp_buf out;
    std::array<char, JMSG_LENGTH_MAX> message;
};

decoding& state_of(j_common_ptr library) { return *static_cast<decoding*>(library->client_data); }

[[noreturn]] void leave(j_common_ptr library) {
    decoding& state = state_of(library);
    state.errors.format_message(library, state.message.data());
    std::longjmp(state.out, 1);
}

[[noreturn]] void leave(j_common_ptr library, std::string_view why) {
    decoding& state = state_of(library);
    std::snprintf(state.message.data(), state.message.size(), "%.*s", static_cast<int>(why.size()), why.data());
    std::longjmp(state.out, 1);
}

// Below 0 are warnings: the library would go on and fill in what a damaged file lacks.
void complain(j_common_ptr library, int level) {
    if (level < 0) leave(library);
}

void watch(j_common_ptr library) {
    auto const& picture = *reinterpret_cast<j_decompress_ptr>(library);
    auto const scans = static_cast<std::uint64_t>(picture.input_scan_number);
    if (scans > most_scans || scans * picture.image_width * picture.image_height > most_scanned)
        leave(library, "too many scans");
}

void open(decoding& state, std::span<std::byte const> bytes) {
    state.library.err = jpeg_std_error(&state.errors);
    state.errors.error_exit = [](j_common_ptr library) { leave(library); };
    state.errors.emit_message = complain;
    state.library.client_data = &state;
    jpeg_create_decompress(&state.library);
    state.progress = {};
    state.progress.progress_monitor = watch;
    state.library.progress = &state.progress;
    state.library.mem->max_memory_to_use = most_memory;
    jpeg_mem_src(&state.library, reinterpret_cast<unsigned char const*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&state.library, TRUE);
    if (state.library.jpeg_color_space == JCS_CMYK || state.library.jpeg_color_space == JCS_YCCK) {
        leave(reinterpret_cast<j_common_ptr>(&state.library), "CMYK pictures are not supported");
    }
    // Its decoder takes what is cut off for zeros, as the format says, so a damaged picture would pass for a whole one.
    if (state.library.arith_code)
        leave(reinterpret_cast<j_common_ptr>(&state.library), "arithmetic coding is not supported");
    state.library.out_color_space = JCS_RGB;
}

void read_rows(decoding& state, std::uint8_t* rgb) {
    jpeg_start_decompress(&state.library);
    std::size_t const row = std::size_t{3} * state.library.output_width;
    while (state.library.output_scanline < state.library.output_height) {
        JSAMPROW line = rgb + row * state.library.output_scanline;
        jpeg_read_scanlines(&state.library, &line, 1);
    }
    jpeg_finish_decompress(&state.library);   // reads on to the end marker, so that its absence is noticed
}

// The two calls that may longjmp stand alone in functions without objects to destroy.
bool opened(decoding& state, std::span<std::byte const> bytes) {
    if (setjmp(state.out) != 0) return false;
    open(state, bytes);
    return true;
}

bool finished(decoding& state, std::uint8_t* rgb) {
    if (setjmp(state.out) != 0) return false;
    read_rows(state, rgb);
    return true;
}

struct closer {
    decoding& state;
    explicit closer(decoding& opened_state) : state(opened_state) {}
    closer(closer const&) = delete;
    closer& operator=(closer const&) = delete;
    ~closer() { jpeg_destroy_decompress(&state.library); }
};

}   // namespace

std::string decode_jpeg(std::span<std::byte const> bytes, image& out) {
    decoding state{};
    closer const closing(state);
    if (!opened(state, bytes)) return state.message.data();
    if (std::string refused = refused_size(state.library.image_width, state.library.image_height); !refused.empty())
        return refused;
    out.width = static_cast<int>(state.library.image_width);
    out.height = static_cast<int>(state.library.image_height);
    out.rgb.resize(std::size_t{3} * state.library.image_width * state.library.image_height);
    if (!finished(state, out.rgb.data())) return state.message.data();
    return {};
}

}   // namespace llava::io
