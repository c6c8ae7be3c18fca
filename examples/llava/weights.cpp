// SPDX-License-Identifier: MIT
#include <llava/weights.hpp>

#include <cstddef>
#include <cstring>

#include <causalmm/core/lanes.hpp>

namespace llava {

void read_row(weights const& from, std::int64_t index, float* to) {
    using causalmm::lane_count;
    with_view(from, [&](auto const& view) {
        auto const* const row = view.data + index * view.strides[0];
        std::int64_t column = 0;
        for (; column + lane_count <= from.columns; column += lane_count) {
            causalmm::store_lanes(to + column, causalmm::load_lanes(row + column));
        }
        if (std::int64_t const rest = from.columns - column; rest > 0) {
            causalmm::lanes const last = causalmm::load_lanes(row + column, rest);
            std::memcpy(to + column, &last, static_cast<std::size_t>(rest) * sizeof(float));
        }
    });
}

std::vector<float> read_all(weights const& from) {
    std::vector<float> all(static_cast<std::size_t>(from.rows * from.columns));
    for (std::int64_t row = 0; row < from.rows; ++row) { read_row(from, row, all.data() + row * from.columns); }
    return all;
}

}   // namespace llava
