# SPDX-License-Identifier: MIT
"""Writes goldens.txt: what PyTorch computes with the functions that the CausalMM README publishes.

usage: python make_goldens.py README.md

The README's own code is executed, taken from the file named on the command line and repaired only as far as it must be
to run: full-width spaces (as such, or decoded as cp1252) become spaces, and the return that stands inside the last else
moves out of it. Whatever the code draws (rand, rand_like, randperm) is recorded beside the result. The 24x24 gate and
the contrast are not in the README; they are written here from their formulas, in the release's order of operations.

Written with PyTorch 2.15.0 for CPU, one thread, on x86-64 with AVX2 and FMA. A line is
    name type extents... : words in hexadecimal
with type f32, f64 or i64. Inputs marked `recipe` in a comment are not stored: element i of tensor `seed` is
ramp(i, seed) below, which tests/released/golden.hpp computes too.
"""
import math
import os
import pathlib
import re
import sys

os.environ["ATEN_CPU_CAPABILITY"] = "avx2"  # before torch is loaded; its softmax differs between processors

import numpy as np
import torch
import torch.nn.functional as functional

OUT = pathlib.Path(__file__).with_name("goldens.txt")
LINES = []


def write(name, value):
    if isinstance(value, torch.Tensor):
        value = value.detach().contiguous().numpy()
    f32, f64, i64 = ("f32", np.uint32, "08x"), ("f64", np.uint64, "016x"), ("i64", np.uint64, "x")
    kind, word, form = {"float32": f32, "float64": f64, "int64": i64}[str(value.dtype)]
    words = " ".join(format(int(w), form) for w in np.ascontiguousarray(value).reshape(-1).view(word))
    LINES.append(f"{name} {kind} {' '.join(map(str, value.shape))} : {words}")


def ramp(shape, seed):
    """Multiples of 2^-24 in [0, 1) from a 32-bit hash of the element's number: exact in every language."""
    x = (np.arange(math.prod(shape), dtype=np.uint64) + seed * 1000003).astype(np.uint32)
    x = x * np.uint32(0x9E3779B1)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x85EBCA77)
    x = x ^ (x >> np.uint32(13))
    return torch.from_numpy(((x >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24)).reshape(shape))


class Recorder:
    """The torch module, remembering what it draws."""

    def __init__(self):
        self.draws = []

    def __getattr__(self, name):
        attribute = getattr(torch, name)
        if name not in ("rand", "rand_like", "randperm"):
            return attribute

        def draw(*args, **kwargs):
            self.draws.append(attribute(*args, **kwargs))
            return self.draws[-1].clone()

        return draw


def readme_functions(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    blocks = [b for b in re.findall(r"```\n(.*?)```", text, re.S) if b.startswith("def ")]
    code = "\n".join(blocks).replace("\u3000", " ").replace("\u00e3\u20ac\u20ac", " ")
    code, moved = re.subn(r"\n +(return edited_attention_maps)", r"\n      \1", code)
    if moved != 1:
        sys.exit(f"{path}: the misplaced return was found {moved} times, expected once")
    recorder = Recorder()
    space = {"torch": recorder}
    exec(compile(code, str(path), "exec"), space)
    return space, recorder


def causal_softmax(*shape, padding=0):
    q, k = shape[-2:]
    hidden = torch.triu(torch.ones(q, k, dtype=torch.bool), diagonal=1 + k - q)
    hidden[:, :padding] = True
    hidden[hidden.all(dim=-1)] = False  # as transformers: a row that sees nothing attends to everything
    return torch.softmax(torch.randn(shape).masked_fill(hidden, -float("inf")), dim=-1)


def special(*shape):
    """Zeros of both signs, one NaN and two infinities among ordinary weights."""
    x = torch.rand(shape)
    flat = x.reshape(-1)
    flat[:: max(3, flat.numel() // 7)] = 0.0
    flat[1 :: max(4, flat.numel() // 5)] = -0.0
    flat[flat.numel() // 2] = float("nan")
    flat[flat.numel() * 5 // 8] = flat[-1] = float("inf")
    return x


def language(space, recorder):
    causal_flat = torch.tril(torch.ones(6, 6)) / torch.arange(1, 7).reshape(6, 1)
    signs = torch.tensor([[-0.0, 0.0, 0.0], [0.0, -0.0, 0.0], [-0.0, -0.0, -0.0]])
    inputs = {
        "odd": causal_softmax(2, 3, 7, 7),
        "rows19": causal_softmax(1, 2, 19, 19),
        "one_key": torch.ones(1, 2, 1, 1),
        "causal_flat": causal_flat.reshape(1, 1, 6, 6),
        "flat": torch.full((1, 1, 5, 5), 0.2),
        "zeros": torch.zeros(1, 1, 5, 5),
        "signs": signs.reshape(1, 1, 3, 3),
        "bidirectional": torch.softmax(torch.randn(1, 2, 9, 9), dim=-1),
        "left_padding": causal_softmax(1, 1, 8, 8, padding=3),
        "special": special(1, 2, 10, 10),
        "decode": torch.softmax(torch.randn(2, 2, 1, 11), dim=-1),
        "decode_long": torch.softmax(torch.randn(1, 1, 1, 577), dim=-1),
    }
    for name, attention in inputs.items():
        write(f"language.{name}.attention", attention)
        write(f"language.{name}.mask", space["create_attention_mask"](attention))
        write(f"language.{name}.normalize", space["normalize_attention"](attention))
        for method in ("reverse", "reverse_and_normalize", "random", "uniform"):
            recorder.draws.clear()
            result = space["apply_counterfactual_attention"](attention.clone(), method)
            write(f"language.{name}.{method}", result)
            if method == "random":
                write(f"language.{name}.drawn", recorder.draws[0])


def vision(space, recorder):
    inputs = {
        "odd": torch.softmax(torch.randn(2, 3, 5, 5), dim=-1),
        "one": torch.full((2, 1, 1, 1), -0.0),
        "oblong": torch.softmax(torch.randn(2, 2, 3, 7), dim=-1),
        "zeros": torch.zeros(1, 2, 3, 3),
        "special": special(1, 2, 4, 4),
        "map17": torch.softmax(torch.randn(1, 3, 17, 17), dim=-1),
    }
    for name, maps in inputs.items():
        write(f"vision.{name}.maps", maps)
        features = torch.randn(maps.shape[0], 16, 5)
        features[0, 3] = torch.tensor([1e6, 3e-7, 1e-9, -70000.0, float("nan")])
        write(f"vision.{name}.features", features)
        for method in ("random", "uniform", "reversed", "shuffle"):
            recorder.draws.clear()
            edited = space["edit_attention"](None, maps.clone(), method)
            write(f"vision.{name}.{method}", edited)
            if method == "random":
                write(f"vision.{name}.drawn", recorder.draws[0])
            if method == "shuffle":
                write(f"vision.{name}.permutations", torch.stack(recorder.draws))
            resized, weighted = gate_features(features, edited, 4)
            write(f"vision.{name}.{method}.gate", resized)
            write(f"vision.{name}.{method}.weighted", weighted)
            write(f"vision.{name}.{method}.half", weighted.to(torch.float16).to(torch.float32))
    # recipe: (2, 3, 97, 97), seed 1, and (1, 16, 577, 577), seed 2
    for name, shape, seed in (("mean97", (2, 3, 97, 97), 1), ("mean577", (1, 16, 577, 577), 2)):
        write(f"vision.{name}.uniform", space["edit_attention"](None, ramp(shape, seed), "uniform")[:, :, 0, 0])


def gate_features(features, edited, side):
    resized = functional.interpolate(edited, size=(side, side), mode="bilinear", align_corners=False)
    gate = torch.mean(resized, dim=1)
    return gate, features * gate.reshape(gate.shape[0], side * side, 1)


def gates():
    # recipe: seed = position in this list + 10
    shapes = [(1, 16, 577, 577, 24), (2, 9, 10, 10, 24), (1, 17, 7, 7, 5), (1, 3, 50, 50, 7), (1, 8, 5, 5, 5),
              (2, 5, 4, 4, 1), (3, 11, 6, 6, 2), (1, 37, 3, 8, 6), (1, 2, 33, 20, 27), (2, 21, 1, 1, 3)]
    for index, (batch, heads, height, width, side) in enumerate(shapes):
        maps = ramp((batch, heads, height, width), 10 + index)
        gate, _ = gate_features(torch.ones(batch, side * side, 1), maps, side)
        write(f"gate.{batch}x{heads}x{height}x{width}", gate)


def sums():
    # recipe: (3, n), seed n
    for n in (1, 2, 3, 4, 5, 7, 8, 9, 15, 31, 33, 100, 511, 512, 513, 577, 640, 1100, 2049, 9409, 20000, 70001):
        write(f"sum.{n}", torch.sum(ramp((3, n), n), dim=-1))


def contrast():
    infinity = float("inf")
    plain = torch.randn(4, 37) * 3
    edges = torch.randn(8, 9)
    edges[0] = 0.25
    edges[1, 2] = -infinity
    edges[2, 3] = infinity
    edges[3, 4] = float("nan")
    edges[4] = -infinity
    edges[5, :3] = torch.tensor([3e38, -3e38, 3e38])
    cut = math.log(0.1)
    edges[6] = torch.tensor([0.0, cut, cut - 1e-6, cut + 1e-6, -0.0, -2.3, -2.4, -1e30, 0.0])
    near = torch.log(torch.tensor(0.97))
    edges[7] = -1.0
    edges[7, :4] = torch.stack([torch.zeros(()), near, *(torch.nextafter(near, torch.tensor(x)) for x in (-1.0, 0.0))])
    other = {name: torch.randn(5, 9) for name in ("vision", "language")}
    cases = {
        "plain": (plain, plain + torch.randn(4, 37), plain + torch.randn(4, 37)),
        "edges": (edges, torch.randn(8, 9), torch.randn(8, 9)),
        "edge_branches": (torch.randn(5, 9), other["vision"], other["language"]),
        "row301": (torch.randn(1, 301) * 4, torch.randn(1, 301) * 4, torch.randn(1, 301) * 4),
        "one_token": (torch.tensor([[1.5]]), torch.tensor([[-2.0]]), torch.tensor([[0.5]])),
    }
    for branch in other.values():
        branch[0, 1], branch[1, 2], branch[2, 3] = infinity, -infinity, float("nan")
    for name, (factual, vision_cf, language_cf) in cases.items():
        write(f"contrast.{name}.factual", factual)
        write(f"contrast.{name}.vision", vision_cf)
        write(f"contrast.{name}.language", language_cf)
        for gamma, epsilon in ((1.0, 0.1), (1.0, 0.6), (0.5, 0.1), (0.0, 0.2), (0.3, 1.0), (2.7, 0.0), (1.0, 0.97)):
            cut = torch.log(torch.tensor(epsilon)) + factual.max(dim=-1, keepdim=True).values
            hidden = factual < cut
            one = (1 + gamma) * factual - gamma * vision_cf
            two = (1 + 2 * gamma) * factual - gamma * vision_cf - gamma * language_cf
            key = f"contrast.{name}.gamma={gamma},epsilon={epsilon}"
            write(f"{key}.parameters", np.array([gamma, epsilon]))
            write(f"{key}.one", one.masked_fill(hidden, -infinity))
            write(f"{key}.two", two.masked_fill(hidden, -infinity))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python make_goldens.py README.md")
    torch.set_num_threads(1)  # more threads split a sum and change its last bit
    torch.manual_seed(20241007)
    space, recorder = readme_functions(sys.argv[1])
    language(space, recorder)
    vision(space, recorder)
    gates()
    sums()
    contrast()
    OUT.write_text("\n".join(LINES) + "\n", encoding="ascii")


main()
