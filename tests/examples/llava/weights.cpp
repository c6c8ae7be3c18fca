// SPDX-License-Identifier: MIT
#include <llava/weights.hpp>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <causalmm/core/dtype.hpp>

#include "catch.hpp"

namespace {

/// All 65,536 halves through `Half` and through read_row must agree in every bit; NaN may carry any payload.
template <class Half>
std::size_t differences(llava::io::dtype type) {
    std::vector<std::byte> bytes(1 + 2 * 65536);
    for (std::uint32_t i = 0; i < 65536; ++i) {
        auto const half = static_cast<std::uint16_t>(i);
        std::memcpy(bytes.data() + 1 + 2 * i, &half, 2);
    }
    std::vector<float> const found = llava::read_all({bytes.data() + 1, type, 1, 65536});
    std::size_t different = 0;
    for (std::uint32_t i = 0; i < 65536; ++i) {
        Half half;
        half.bits = static_cast<std::uint16_t>(i);
        auto const wanted = static_cast<float>(half);
        bool const equal = wanted != wanted
                               ? found[i] != found[i]
                               : std::bit_cast<std::uint32_t>(found[i]) == std::bit_cast<std::uint32_t>(wanted);
        different += equal ? 0 : 1;
    }
    return different;
}

}   // namespace

TEST_CASE("weights: every f16 and bf16 pattern widens exactly", "[llava]") {
    CHECK(differences<causalmm::f16>(llava::io::dtype::f16) == 0);
    CHECK(differences<causalmm::bf16>(llava::io::dtype::bf16) == 0);
}

TEST_CASE("weights: rows of any length are read whole and nothing beyond them", "[llava]") {
    for (std::int64_t columns = 1; columns <= 33; ++columns) {
        std::vector<float> stored(static_cast<std::size_t>(3 * columns));
        for (std::size_t i = 0; i < stored.size(); ++i) { stored[i] = static_cast<float>(i) + 0.5f; }
        llava::weights const matrix{reinterpret_cast<std::byte const*>(stored.data()), llava::io::dtype::f32, 3,
                                    columns};
        std::vector<float> row(static_cast<std::size_t>(columns) + 1, -1.0f);
        llava::read_row(matrix, 1, row.data());
        for (std::int64_t i = 0; i < columns; ++i) {
            CHECK(row[static_cast<std::size_t>(i)] == static_cast<float>(columns + i) + 0.5f);
        }
        CHECK(row.back() == -1.0f);
        CHECK(llava::read_all(matrix) == stored);
    }
}

TEST_CASE("weights: a type without reader is a programming error", "[llava]") {
    float to = 0.0f;
    CHECK_THROWS_AS(llava::read_row({nullptr, llava::io::dtype::i64, 1, 1}, 0, &to), std::logic_error);
}
