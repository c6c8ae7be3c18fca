# SPDX-License-Identifier: MIT
"""Prints the draws that tests/sampling/concepts.cpp expects: Philox4x32-10 written from the paper's pseudo code.

The generator is checked here against the vectors published with it before anything is printed.
Usage: python3 draw.py
"""

TOKEN = 4  # position of `token` in the enumeration of streams


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        left, right = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (right >> 32) ^ c1 ^ k0, right % 2**32, (left >> 32) ^ c3 ^ k1, left % 2**32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def halves(x):
    return x % 2**32, x >> 32


def unit_bits(seed, sample, step):
    key = philox((*halves(sample), TOKEN, 0), halves(seed))[:2]
    words = philox((*halves(step), 0, 0), key)
    return (words[0] << 21) ^ (words[1] >> 11)


assert philox((0,) * 4, (0,) * 2) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
assert philox((2**32 - 1,) * 4, (2**32 - 1,) * 2) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)

for draw in [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 0, 2**32), (0, 2**32, 0), (2**32, 0, 0),
             (55, 9000, 31), (2**64 - 1, 2**64 - 1, 2**64 - 1)]:
    print("{" + ", ".join(f"{x}u" for x in draw) + f", {unit_bits(*draw):#x}u" + "},")
