// SPDX-License-Identifier: MIT
#include <llava/io/preprocess.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace llava::io {
namespace {

// 32 bits hold a byte (8), the weights' fraction, and 2 bits for the sign and the overshoot of a cubic.
constexpr int fraction_bits = 32 - 8 - 2;
constexpr std::int32_t one = std::int32_t{1} << fraction_bits;
constexpr double radius = 2.0;   // of the cubic, in source pixels before stretching

// Out of line, so that -march=native cannot fuse a product with the sum it goes into: one last bit can move a whole pixel.
[[gnu::noinline]] double product(double a, double b) { return a * b; }

// Keys' cubic convolution with a = -0.5, in Horner's form.
double cubic(double x) {
    constexpr double a = -0.5;
    x = std::fabs(x);
    if (x < 1.0) return product(product(product(a + 2.0, x) - (a + 3.0), x), x) + 1.0;
    if (x < 2.0) return product(product(product(x - 5.0, x) + 8.0, x) - 4.0, a);
    return 0.0;
}

// The source pixels that make one target pixel: weights for first, first + 1, ...
struct taps {
    int first = 0;
    std::vector<std::int32_t> weights;
};

std::vector<taps> make_taps(int source, int target) {
    double const scale = static_cast<double>(source) / target;
    double const stretch = std::max(scale, 1.0);   // reducing widens the filter: that is the antialiasing
    double const reach = product(radius, stretch);
    double const shrink = 1.0 / stretch;
    std::vector<taps> out(static_cast<std::size_t>(target));
    std::vector<double> exact;
    for (int t = 0; t < target; ++t) {
        double const center = product(t + 0.5, scale);
        int const first = std::max(0, static_cast<int>(center - reach + 0.5));
        int const last = std::min(source, static_cast<int>(center + reach + 0.5));
        exact.clear();
        double sum = 0.0;
        for (int s = first; s < last; ++s) {
            exact.push_back(cubic(product(s - center + 0.5, shrink)));
            sum += exact.back();
        }
        taps& made = out[static_cast<std::size_t>(t)];
        made.first = first;
        for (double const weight : exact) {
            double const share = (sum != 0.0 ? weight / sum : weight) * one;
            made.weights.push_back(static_cast<std::int32_t>(share < 0 ? share - 0.5 : share + 0.5));
        }
    }
    return out;
}

std::uint8_t to_byte(std::int32_t fixed) {
    return static_cast<std::uint8_t>(std::clamp(fixed >> fraction_bits, 0, 255));
}

// One pass: pixel (line, along) of the target from pixels of the same line, with the pixel step and line step of each image.
struct pass {
    std::ptrdiff_t source_step, source_line, target_step, target_line;
};

void run(std::uint8_t const* source, std::uint8_t* target, std::vector<taps> const& all, int lines, pass const& steps) {
    for (std::ptrdiff_t line = 0; line < lines; ++line) {
        std::uint8_t* into = target + line * steps.target_line;
        for (taps const& one_pixel : all) {
            std::uint8_t const* from = source + line * steps.source_line + one_pixel.first * steps.source_step;
            std::int32_t red = one / 2, green = one / 2, blue = one / 2;   // rounds to nearest
            for (std::int32_t const weight : one_pixel.weights) {
                red += weight * from[0];
                green += weight * from[1];
                blue += weight * from[2];
                from += steps.source_step;
            }
            into[0] = to_byte(red);
            into[1] = to_byte(green);
            into[2] = to_byte(blue);
            into += steps.target_step;
        }
    }
}

image sized(int width, int height) {
    return {.width = width,
            .height = height,
            .rgb = std::vector<std::uint8_t>(std::size_t{3} * static_cast<std::size_t>(width) *
                                             static_cast<std::size_t>(height))};
}

image resize_width(image const& source, int width) {
    image out = sized(width, source.height);
    run(source.rgb.data(), out.rgb.data(), make_taps(source.width, width), source.height,
        {.source_step = 3,
         .source_line = std::ptrdiff_t{3} * source.width,
         .target_step = 3,
         .target_line = std::ptrdiff_t{3} * width});
    return out;
}

image resize_height(image const& source, int height) {
    image out = sized(source.width, height);
    std::ptrdiff_t const row = std::ptrdiff_t{3} * source.width;
    run(source.rgb.data(), out.rgb.data(), make_taps(source.height, height), source.width,
        {.source_step = row, .source_line = 3, .target_step = row, .target_line = 3});
    return out;
}

}   // namespace

image resize_bicubic(image const& source, int width, int height) {
    // A pass that would not change the size is left out; with weights of exactly one it would change nothing.
    if (width == source.width && height == source.height) return source;
    if (width == source.width) return resize_height(source, height);
    // The two orders round differently. Pillow 13 takes the columns first where that spares the rows much; 12 and before never did.
    bool const columns_first = height < source.height && source.height - height > 2 * (source.width - width);
    if (columns_first) return resize_width(resize_height(source, height), width);
    image const narrow = resize_width(source, width);
    return height == source.height ? narrow : resize_height(narrow, height);
}

}   // namespace llava::io
