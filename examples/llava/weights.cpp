// SPDX-License-Identifier: MIT
#include <llava/weights.hpp>

#include <cstring>

namespace llava {

void read_row(weights const& from, std::int64_t index, float* to) {
    with_type(from.type, [&]<io::dtype Type>() {
        std::byte const* source = from.row(index);
        lanes wide;
        std::int64_t column = 0;
        for (; column + lane_count <= from.columns; column += lane_count) {
            load<Type>(source + column * stored_size<Type>, wide);
            std::memcpy(to + column, &wide, sizeof(wide));
        }
        if (column < from.columns) {
            load_tail<Type>(source + column * stored_size<Type>, from.columns - column, wide);
            std::memcpy(to + column, &wide, static_cast<std::size_t>(from.columns - column) * sizeof(float));
        }
    });
}

std::vector<float> read_all(weights const& from) {
    std::vector<float> all(static_cast<std::size_t>(from.rows * from.columns));
    for (std::int64_t row = 0; row < from.rows; ++row) { read_row(from, row, all.data() + row * from.columns); }
    return all;
}

}   // namespace llava
