#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The published functions in PyTorch beside this library, on this machine and one thread; prints a table in Markdown.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch numpy
    /tmp/venv/bin/python benchmarks/reference_pytorch.py build/bin

The edits are those of CausalMM's README and the contrast is that of its sampling loop, written anew: same operations, same
number of intermediate tensors. Each figure is the median of the processor time of one thread. PyTorch runs twice: as installed,
and with glibc told to keep freed memory, which saves it the page faults of every intermediate result.
"""
import json
import os
import statistics
import subprocess
import sys
import time

WARM = {"MALLOC_MMAP_THRESHOLD_": str(1 << 40), "MALLOC_TRIM_THRESHOLD_": str(1 << 40), "MALLOC_TOP_PAD_": str(1 << 28)}
VISION, PREFILL, DECODE = (1, 16, 577, 577), (1, 32, 1100, 1100), (1, 32, 1, 1100)


def median_us(call, seconds=2.0):
    call()
    times, end = [], time.monotonic() + seconds
    while len(times) < 3 or time.monotonic() < end and len(times) < 2000:
        start = time.thread_time()
        call()
        times.append(time.thread_time() - start)
    return 1e6 * statistics.median(times)


def visible(w):
    """1 where a query sees a key, made anew by every function as published; a decode row sees all."""
    import torch
    rows, columns = w.shape[-2:]
    hidden = torch.triu(torch.ones(rows, columns), diagonal=1 + columns - rows).to(w.device)
    return 1 - hidden[None, None].expand(w.shape[0], w.shape[1], -1, -1)


def normalized(w):
    return w / w.sum(dim=-1, keepdim=True) * visible(w)


def reversed_rows(w):
    return (w.max(dim=-1, keepdim=True)[0] - w) * visible(w)


def random_rows(w):
    import torch
    return normalized(torch.rand_like(w)) * visible(w)


def uniform_rows(w):
    import torch
    return torch.ones_like(w) / w.size(-1) * visible(w)


def shuffled_map(w):
    import torch
    edited, count = w.clone(), w.shape[2] * w.shape[3]
    for head in range(w.shape[1]):
        order = torch.randperm(count).expand(w.shape[0], -1)
        edited[:, head] = edited[:, head].reshape(w.shape[0], -1).gather(1, order).view(w.shape[0], *w.shape[2:])
    return edited


def edits():
    """(library's layout, library's policy) -> call."""
    import torch
    vision = torch.rand(VISION).softmax(-1)
    calls = {
        ("vision_16x577x577", "random"): lambda: torch.rand(VISION) * 2,
        ("vision_16x577x577", "uniform"): lambda: vision.mean(dim=(2, 3), keepdim=True).expand(VISION).contiguous(),
        ("vision_16x577x577", "reversed"): lambda: vision.max(2, keepdim=True)[0].max(3, keepdim=True)[0] - vision,
        ("vision_16x577x577", "shuffled"): lambda: shuffled_map(vision),
    }
    for name, shape in (("prefill_32x1100x1100", PREFILL), ("decode_32x1x1100", DECODE)):
        w = torch.rand(shape).masked_fill(~visible(torch.empty(shape)).bool(), float("-inf")).softmax(-1)
        calls |= {
            (name, "uniform"): lambda w=w: uniform_rows(w),
            (name, "reversed"): lambda w=w: reversed_rows(w),
            (name, "renormalized_reversed"): lambda w=w: normalized(reversed_rows(w)),
            (name, "renormalized_random"): lambda w=w: random_rows(w),
        }
    return calls


def next_token(factual, counterfactual, gamma=1.0, epsilon=0.1):
    """Contrast, plausibility cut, softmax, draw over the whole vocabulary, in the published order."""
    import math
    import torch
    cutoff = math.log(epsilon) + factual.max(dim=-1, keepdim=True).values
    contrasted = (1 + gamma) * factual - gamma * counterfactual
    contrasted = contrasted.masked_fill(factual < cutoff, -float("inf"))
    return torch.multinomial(torch.nn.functional.softmax(contrasted, dim=-1), num_samples=1).squeeze(1)


def steps():
    import torch
    calls = {}
    for size in (32000, 151936):
        rows = 2 * torch.randn(2, 1, size)
        rows[:, :, 17:17 + 12 * 2003:2003] = 15 + 0.1 * torch.randn(2, 1, 12)
        calls[(f"{size}_peaked", "library_1_branch")] = lambda rows=rows: next_token(rows[0], rows[1])
    return calls


def measure_pytorch():
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(1)
    with torch.inference_mode():
        times = {"/".join(key): median_us(call) for key, call in (edits() | steps()).items()}
    print(json.dumps({"version": torch.__version__, "times": times}))


def pytorch(environment):
    command = [sys.executable, __file__, "--measure"]
    return json.loads(subprocess.run(command, env=os.environ | environment, check=True, capture_output=True).stdout)


def library(program, names):
    wanted = "^(" + "|".join(names) + ")(/serial)?/"
    command = [program, "--benchmark_filter=" + wanted, "--benchmark_format=json", "--benchmark_min_time=0.3"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    times = {each["name"]: each["median_us"] for each in json.loads(output)["benchmarks"]}
    return {name: next(t for full, t in times.items() if full.startswith((name + "/serial/", name + "/manual")))
            for name in names}


def main(folder):
    fresh, warm = pytorch({}), pytorch(WARM)
    names = list(fresh["times"])
    ours = library(f"{folder}/benchmark_intervention", [n for n in names if "library" not in n])
    ours |= library(f"{folder}/benchmark_decode", [n for n in names if "library" in n])
    print(f"PyTorch {fresh['version']}, one thread, medians\n")
    print("| | causalmm, us | PyTorch, us | times | PyTorch, memory kept, us | times |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in names:
        cells = [f"{ours[name]:,.1f}"]
        for run in (fresh, warm):
            cells += [f"{run['times'][name]:,.0f}", f"{run['times'][name] / ours[name]:.1f}"]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER   # of benchmark_intervention and benchmark_decode")
    measure_pytorch() if sys.argv[1] == "--measure" else main(sys.argv[1])
