// SPDX-License-Identifier: MIT
#include <evaluation/sha256.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#include <evaluation/signals.hpp>
#include <llava/io/mapped_file.hpp>

namespace evaluation {

namespace {

// First 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> constants = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

constexpr std::size_t pending(std::uint64_t size) { return static_cast<std::size_t>(size % 64); }

std::array<std::uint32_t, 64> schedule(unsigned char const* bytes) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        for (std::size_t k = 0; k < 4; ++k) w[i] = (w[i] << 8) | bytes[4 * i + k];
    }
    for (std::size_t i = 16; i < 64; ++i) {
        auto const a = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        auto const b = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    return w;
}

}   // namespace

void sha256::block(unsigned char const* bytes) {
    auto const w = schedule(bytes);
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
        auto const s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        auto const t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        auto const s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        auto const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    std::array<std::uint32_t, 8> const step = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += step[i];
}

sha256& sha256::add(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const room = 64 - pending(size_);
        auto const taken = std::min(room, bytes.size());
        std::memcpy(pending_.data() + pending(size_), bytes.data(), taken);
        size_ += taken;
        bytes.remove_prefix(taken);
        if (pending(size_) == 0) block(pending_.data());
    }
    return *this;
}

std::string sha256::hex() const {
    sha256 end = *this;
    std::string padding(1, '\x80');
    padding.resize(1 + (119 - pending(size_)) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) padding.push_back(static_cast<char>((8 * size_) >> shift));
    end.add(padding);
    std::string digits;
    for (auto const word : end.state_) {
        for (int shift = 28; shift >= 0; shift -= 4) digits.push_back("0123456789abcdef"[(word >> shift) & 15u]);
    }
    return digits;
}

std::string hash_file(std::filesystem::path const& file) {
    constexpr std::size_t whole = std::size_t{64} << 20;
    constexpr std::size_t blocks = 1024;
    constexpr std::size_t block_size = std::size_t{16} << 10;
    signal_guard::end_if_caught();
    llava::io::mapped_file const mapped(file);
    std::string_view const bytes(reinterpret_cast<char const*>(mapped.bytes().data()), mapped.bytes().size());
    sha256 hash;
    if (bytes.size() <= whole) return hash.add(bytes).hex();
    hash.add(std::to_string(bytes.size()));
    std::size_t const step = (bytes.size() - block_size) / (blocks - 1);
    for (std::size_t i = 0; i < blocks; ++i) {
        signal_guard::end_if_caught();   // a block may come from a slow disk
        hash.add(bytes.substr(i * step, block_size));
    }
    return hash.hex();
}

}   // namespace evaluation
