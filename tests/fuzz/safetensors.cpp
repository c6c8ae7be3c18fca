// SPDX-License-Identifier: MIT
#include <llava/io/safetensors.hpp>

#include <algorithm>

#include "fuzz.hpp"

namespace {

using namespace llava::io;

void check_tensors(std::vector<tensor> const& tensors, std::span<std::byte const> bytes) {
    std::byte const* reached = tensors.empty() ? nullptr : tensors.front().data;
    for (tensor const& each : tensors) {
        fuzz::require(!each.name.empty() && each.name.size() <= 512, "a name of 1 to 512 bytes");
        std::uint64_t expected = dtype_size(each.type);
        for (std::int64_t const size : each.shape) {
            fuzz::require(size >= 0, "sizes are not negative");
            expected *= static_cast<std::uint64_t>(size);
        }
        bool const empty = std::count(each.shape.begin(), each.shape.end(), 0) > 0;
        fuzz::require(each.bytes == (empty ? 0 : expected), "as many bytes as type and shape need");
        fuzz::require(each.data == reached, "tensors lie one behind the other");
        reached = each.data + each.bytes;
    }
    fuzz::require(tensors.empty() || reached == bytes.data() + bytes.size(), "no byte is left over");
}

void run_file(std::string_view bytes) {
    static fuzz::memory_file place;
    fuzz::accepts([&] {
        mapped_file const file(place.holding(bytes));
        check_tensors(read_safetensors(file), file.bytes());
        read_metadata(file);
    });
}

std::string framed(std::string_view header, std::string_view data) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 8)
        out += static_cast<char>(std::uint64_t{header.size()} >> shift & 255U);
    return out.append(header).append(data);
}

// The bytes as a file, and as header and data behind a length that fits.
void run(std::string_view bytes) {
    run_file(bytes);
    auto const both = fuzz::parts(bytes, 2);
    run_file(framed(both[0], both[1]));
}

std::vector<std::string> seeds() {
    std::string const two = R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                            R"("b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}})";
    std::string const odd = R"({"s":{"dtype":"U8","shape":[],"data_offsets":[0,1]},)"
                            R"("z":{"dtype":"F64","shape":[0,3],"data_offsets":[1,1]}})";
    std::string const twelve(12, 'x');
    return {framed(two, twelve), framed("{}", ""), fuzz::joined({two, twelve}), fuzz::joined({odd, "x"})};
}

fuzz::target const here("safetensors", run, seeds);

}   // namespace
