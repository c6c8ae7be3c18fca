// SPDX-License-Identifier: MIT
#include <causalmm/core/tensor_view.hpp>

#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include "catch.hpp"

using causalmm::index_t;
using causalmm::row_major;
using causalmm::tensor_view;

static_assert(row_major<3>({2, 3, 4}) == std::array<index_t, 3>{12, 4, 1});
static_assert(row_major<1>({7}) == std::array<index_t, 1>{1});
static_assert(row_major<3>({5, 0, 4}) == std::array<index_t, 3>{0, 4, 1});
static_assert(std::is_trivially_copyable_v<tensor_view<float, 4>>);
static_assert(std::is_convertible_v<tensor_view<float, 2>, tensor_view<float const, 2>>);
static_assert(!std::is_convertible_v<tensor_view<float const, 2>, tensor_view<float, 2>>);
static_assert(!std::is_convertible_v<tensor_view<double, 2>, tensor_view<float const, 2>>);
static_assert(tensor_view<float, 4>{}.size() == 0, "a default view holds nothing");

TEST_CASE("tensor_view: row-major order, last axis contiguous", "[core]") {
    std::vector<float> memory(24);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 3> const t{memory.data(), {2, 3, 4}};
    CHECK(t.size() == 24);
    CHECK(t.extent(0) == 2);
    CHECK(t.extent(2) == 4);
    CHECK(t(0, 0, 0) == 0.0f);
    CHECK(t(1, 2, 3) == 23.0f);
    CHECK(t(1, 0, 2) == 14.0f);
}

TEST_CASE("tensor_view: slices drop leading axes and share memory", "[core]") {
    std::vector<float> memory(24);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 3> const t{memory.data(), {2, 3, 4}};
    auto const plane = t.slice(1);    // (3, 4)
    auto const row = t.slice(1, 2);   // (4)
    CHECK(plane.extents == std::array<index_t, 2>{3, 4});
    CHECK(plane(2, 1) == 21.0f);
    CHECK(row(3) == 23.0f);
    row(3) = -1.0f;
    CHECK(memory[23] == -1.0f);
    CHECK(t.slice().extents == t.extents);
}

TEST_CASE("tensor_view: N74 transposed, reversed, stepped and broadcast strides", "[core]") {
    std::vector<float> memory(12);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 2> const transposed{memory.data(), {4, 3}, {1, 4}};
    tensor_view<float, 2> const backwards{memory.data() + 11, {3, 4}, {-4, -1}};
    tensor_view<float, 2> const stepped{memory.data(), {3, 2}, {4, 2}};
    tensor_view<float const, 2> const broadcast{memory.data(), {5, 4}, {0, 1}};
    CHECK(transposed(3, 2) == 11.0f);
    CHECK(transposed.slice(1)(2) == 9.0f);
    CHECK(backwards(0, 0) == 11.0f);
    CHECK(backwards(2, 3) == 0.0f);
    CHECK(stepped(2, 1) == 10.0f);
    CHECK(broadcast(4, 3) == 3.0f);
}

namespace {

index_t const most = std::numeric_limits<index_t>::max(), least = std::numeric_limits<index_t>::min();

template <std::size_t Rank>
bool valid(std::array<index_t, Rank> const& extents, std::array<index_t, Rank> const& strides) {
    return tensor_view<float, Rank>{nullptr, extents, strides}.valid();
}

template <std::size_t Rank>
bool overlaps(std::array<index_t, Rank> const& extents, std::array<index_t, Rank> const& strides) {
    return tensor_view<float, Rank>{nullptr, extents, strides}.overlaps();
}

}   // namespace

// What is wrong is known at compile time too, where nothing may overflow.
static_assert(!tensor_view<float, 2>{nullptr, {index_t{1} << 32, index_t{1} << 32}}.valid());
static_assert(tensor_view<float, 2>{nullptr, {3, 2}, {1, 1}}.overlaps());

TEST_CASE("tensor_view: N80 more elements than 2^63 - 1 are no tensor", "[core]") {
    index_t const half = index_t{1} << 32, root = 3037000499;   // floor(sqrt(2^63 - 1))
    auto const broadcast = [](index_t a, index_t b) { return tensor_view<float, 2>{nullptr, {a, b}, {0, 0}}; };
    CHECK(broadcast(root, root).valid());
    CHECK(broadcast(root, root).size() == root * root);
    CHECK(!broadcast(root + 1, root + 1).valid());
    CHECK(broadcast(root + 1, root + 1).size() == -1);
    CHECK(broadcast(7, most / 7).valid());   // 2^63 - 1 = 7 * 1317624576693539401
    CHECK(broadcast(7, most / 7).size() == most);
    CHECK(!broadcast(half, half).valid());   // 2^64 must not pass for 0
    CHECK(broadcast(half, half).size() == -1);
    CHECK(!tensor_view<float, 3>{nullptr, {most, most, most}}.valid());
    CHECK(!tensor_view<float, 4>{nullptr, {half, half, half, 6}}.valid());
    for (auto const& none : {std::array<index_t, 3>{0, most, most}, {most, 0, most}, {most, most, 0}}) {
        CHECK(tensor_view<float, 3>{nullptr, none}.valid());
        CHECK(tensor_view<float, 3>{nullptr, none}.size() == 0);
    }
}

TEST_CASE("tensor_view: N80 a negative extent is no tensor, beside one of zero or one too large either", "[core]") {
    CHECK(!tensor_view<float, 4>::invalid().valid());
    for (auto const& extents : {std::array<index_t, 3>{-1, 2, 3},
                                {2, -2, -3},
                                {0, 2, -1},
                                {-1, 0, 2},
                                {least, 2, 3},
                                {least, least, least},
                                {most, -1, most}}) {
        CHECK(!tensor_view<float, 3>{nullptr, extents}.valid());
        CHECK(!causalmm::with_leading_axes<4>(tensor_view<float, 3>{nullptr, extents}).valid());
    }
}

TEST_CASE("tensor_view: N80 elements further apart than 2^63 - 1 are no tensor", "[core]") {
    CHECK(valid<1>({2}, {most}));
    CHECK(valid<1>({2}, {-most}));
    CHECK(!valid<1>({2}, {least}));
    CHECK(valid<1>({1}, {least}));   // a single element has no neighbour
    CHECK(!valid<1>({3}, {most}));
    CHECK(valid<2>({2, 2}, {most - 1, 1}));
    CHECK(!valid<2>({2, 2}, {most, 1}));
    CHECK(!valid<2>({2, 2}, {most, -1}));   // from one corner to the other it is 2^63
    CHECK(!valid<2>({most, 2}, {2, 1}));
    CHECK(!valid<4>({2, 2, 2, 2}, {most, most, most, most}));
    CHECK(valid<2>({0, 5}, {least, least}));
}

TEST_CASE("tensor_view: N74 N78 axes that do not step over each other share memory", "[core]") {
    CHECK(overlaps<1>({2}, {0}));
    CHECK(!overlaps<1>({1}, {0}));
    CHECK(overlaps<2>({3, 2}, {1, 1}));   // element (1, 0) is (0, 1)
    CHECK(overlaps<2>({2, 3}, {2, 1}));   // (1, 0) is (0, 2)
    CHECK(!overlaps<2>({2, 3}, {3, 1}));
    CHECK(!overlaps<2>({3, 2}, {1, 3}));
    CHECK(overlaps<2>({4, 2}, {1, 3}));
    CHECK(!overlaps<2>({2, 3}, {-3, 1}));
    CHECK(overlaps<2>({2, 3}, {-2, 1}));
    CHECK(overlaps<2>({2, 3}, {2, -1}));
    CHECK(overlaps<2>({2, 2}, {1, -1}));
    CHECK(!overlaps<3>({2, 1, 3}, {3, 0, 1}));   // an axis of one element takes no step
    CHECK(!overlaps<3>({2, 1, 3}, {3, 1, 1}));
    CHECK(!overlaps<3>({2, 0, 3}, {0, 0, 0}));   // without elements nothing is shared
    CHECK(!overlaps<3>({2, 3, 0}, {0, 0, 1}));   // row-major
    CHECK(overlaps<4>({2, 2, 2, 2}, {8, 4, 2, 0}));
    CHECK(overlaps<4>({2, 2, 2, 2}, {7, 4, 2, 1}));
    CHECK(!overlaps<4>({2, 2, 2, 2}, {4, 8, 1, -2}));
    CHECK(overlaps<2>({2, 2}, {least, least}));
    CHECK(overlaps<2>({most, 2}, {most, most}));
}

TEST_CASE("tensor_view: N78 whatever shares an address is said to overlap, and nested axes are not", "[core]") {
    // Every eleventh of all extents up to 4 and strides up to 13, 114,520 tensors: the addresses are counted one by one.
    int missed = 0, refused = 0, shared = 0;
    for (index_t code = 0; code < 64 * 27 * 27 * 27; code += 11) {
        std::array<index_t, 3> const extents{code % 4 + 1, code / 4 % 4 + 1, code / 16 % 4 + 1};
        std::array<index_t, 3> const strides{code / 64 % 27 - 13, code / 1728 % 27 - 13, code / 46656 - 13};
        std::set<index_t> places;
        for (index_t i = 0; i < extents[0] * extents[1] * extents[2]; ++i) {
            places.insert(i % extents[0] * strides[0] + i / extents[0] % extents[1] * strides[1] +
                          i / (extents[0] * extents[1]) * strides[2]);
        }
        bool const shares = static_cast<index_t>(places.size()) < extents[0] * extents[1] * extents[2];
        bool const nested = std::abs(strides[2]) >= extents[1] * std::abs(strides[1]) &&
                            std::abs(strides[1]) >= extents[0] * std::abs(strides[0]) && strides[0] != 0;
        shared += shares ? 1 : 0;
        missed += shares && !overlaps(extents, strides) ? 1 : 0;
        refused += nested && overlaps(extents, strides) ? 1 : 0;
    }
    CHECK(shared > 10000);
    CHECK(missed == 0);
    CHECK(refused == 0);
}

TEST_CASE("tensor_view: a mutable view becomes a constant one of the same memory", "[core]") {
    std::vector<double> memory(6, 1.0);
    tensor_view<double, 2> const writable{memory.data(), {2, 3}};
    tensor_view<double const, 2> const readable = writable;
    writable(1, 1) = 5.0;
    CHECK(readable(1, 1) == 5.0);
    CHECK(readable.strides == writable.strides);
}

TEST_CASE("tensor_view: N81 offsets beyond 2^31 elements are exact", "[core]") {
    // Addresses only: nothing is read.
    tensor_view<float const, 2> const huge{nullptr, {46342, 46342}};
    CHECK(huge.size() == index_t{46342} * 46342);
    CHECK(huge.strides[0] * 46341 + 46341 == index_t{2147580963});
}

TEST_CASE("tensor_view: leading axes of extent 1 change no element", "[core]") {
    std::vector<float> memory(12);
    std::iota(memory.begin(), memory.end(), 0.0f);
    tensor_view<float, 2> const map{memory.data(), {4, 3}, {1, 4}};
    auto const lifted = causalmm::with_leading_axes<4>(map);
    CHECK(lifted.extents == std::array<index_t, 4>{1, 1, 4, 3});
    CHECK(lifted.size() == map.size());
    for (index_t q = 0; q < 4; ++q) {
        for (index_t k = 0; k < 3; ++k) { CHECK(&lifted(0, 0, q, k) == &map(q, k)); }
    }
    CHECK(causalmm::with_leading_axes<2>(map).strides == map.strides);
    CHECK(causalmm::with_leading_axes<3>(tensor_view<float, 1>{memory.data(), {0}}).size() == 0);
}

TEST_CASE("tensor_view: N73 one extent of zero empties it", "[core]") {
    tensor_view<float, 3> const empty{nullptr, {4, 0, 5}};
    CHECK(empty.size() == 0);
}
