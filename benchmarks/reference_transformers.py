#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""transformers in PyTorch beside causalmm-eval on the same files and one thread; prints a table in Markdown.

    cmake -S . -B build -G Ninja -DCAUSALMM_NATIVE=ON && ninja -C build causalmm-eval
    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install torch "transformers>=5.24" pillow jinja2
    taskset -c 0 /tmp/venv/bin/python benchmarks/reference_transformers.py [--dtype bfloat16]
    taskset -c 0 /tmp/venv/bin/python benchmarks/reference_transformers.py --make 2048,5504,4,16 --pictures 1 --rounds 3

plain: greedy generate() with its own choice of attention. The others: greedy on the contrast with shuffled vision
attention, reversed language attention, or both. PyTorch pays for it what the published loop pays, eager attention that
returns its weights and a forward of every branch for every token; unlike there, each branch has a cache of its own.

Processor time, engines in turn, medians over rounds and pictures. First token: an answer of one; further token: what
a long one takes beyond that. The scaling of the picture and the splitting of the prompt count for causalmm alone.
"""
import argparse
import json
import math
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoProcessor, DynamicCache, LlavaConfig, LlavaForConditionalGeneration
from transformers.models.clip import modeling_clip
from transformers.models.llama import modeling_llama

ROOT = Path(__file__).resolve().parents[1]
TINY, PROGRAM = ROOT / "examples/tiny_llava", ROOT / "build/bin/causalmm-eval"
QUESTION, TOKENS = "Please describe this image in detail.", 16
METHODS = {"plain": "greedy", "vision": "causalmm:vision=shuffled", "language": "causalmm:language=reversed",
           "vision, language": "causalmm:vision=shuffled,language=reversed"}   # gamma 1, epsilon 0.1
SCHEDULES = ("lazy", "batched")


def shuffled(maps):
    """Each head's whole map in an order of its own."""
    flat = maps.flatten(2)
    order = torch.stack([torch.randperm(flat.shape[-1]) for _ in range(flat.shape[1])])
    return flat.gather(2, order.expand_as(flat)).view_as(maps)


def reversed_rows(maps):
    """Each row's maximum minus its weights, where its query sees."""
    queries, keys = maps.shape[-2:]
    return (maps.amax(-1, keepdim=True) - maps) * torch.ones(queries, keys, dtype=maps.dtype).tril(keys - queries)


class Reference:
    edits = {"vision": shuffled, "language": reversed_rows}
    edited = None   # the tower whose attention the pass under way edits

    def __init__(self, folder, dtype):
        self.model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=dtype).eval()
        self.processor = AutoProcessor.from_pretrained(folder)
        modeling_clip.eager_attention_forward = self.attention("vision")
        modeling_llama.eager_attention_forward = self.attention("language")

    def attention(self, tower):
        """Eager attention with the edit behind its softmax, where the published code puts it."""
        def forward(module, query, key, value, attention_mask, scaling, **_):
            scores = query @ key.transpose(2, 3) * scaling
            scores = scores if attention_mask is None else scores + attention_mask
            weights = scores.softmax(-1, dtype=torch.float32).to(query.dtype)
            weights = self.edits[tower](weights) if tower == self.edited else weights
            return (weights @ value).transpose(1, 2).contiguous(), weights
        return forward

    def ask_all(self, pictures, most):
        """method -> (text, tokens, seconds) of each picture"""
        images = [Image.open(path).convert("RGB") for path in pictures]
        return {method: [self.ask(method, image, most) for image in images] for method in METHODS}

    def ask(self, method, picture, most):
        inputs = self.processor(images=picture, text=f"USER: <image>\n{QUESTION} ASSISTANT:", return_tensors="pt")
        inputs = inputs.to(self.model.dtype)
        answer = self.plain if method == "plain" else partial(self.contrast, method.split(", "))
        self.model.set_attn_implementation("sdpa" if method == "plain" else "eager")
        start = time.thread_time()
        tokens = answer(inputs, most)
        seconds = time.thread_time() - start
        return self.processor.decode(tokens, skip_special_tokens=True).strip(), len(tokens), seconds

    def plain(self, inputs, most):
        return self.model.generate(**inputs, do_sample=False, max_new_tokens=most)[0, inputs["input_ids"].shape[1]:]

    def contrast(self, edits, inputs, most, gamma=1.0, epsilon=0.1):
        branches = [None, *edits]
        # the language branch sees what the factual one sees
        seen = {each: self.see(inputs, each) for each in branches if each != "language"}
        first = {each: {"mm_encoder_outputs": {"image": seen.get(each, seen[None])}} for each in branches}
        caches = {each: DynamicCache(config=self.model.config) for each in branches}
        ids, tokens = inputs["input_ids"], []
        while len(tokens) < most and tokens[-1:] != [self.model.generation_config.eos_token_id]:
            factual, *others = [self.logits(each, ids, caches[each], first.pop(each, {})) for each in branches]
            mixed = factual + sum(gamma * (factual - other) for other in others)
            ids = mixed.masked_fill(factual < factual.max() + math.log(epsilon), -math.inf).argmax(-1, keepdim=True)
            tokens.append(ids.item())
        return tokens

    def see(self, inputs, edited):
        self.edited = edited
        return self.model.get_image_features(inputs["pixel_values"], output_attentions=True, return_dict=True)

    def logits(self, edited, ids, cache, first):
        self.edited = edited
        out = self.model(input_ids=ids, cache=cache, use_cache=True, output_attentions=True, logits_to_keep=1, **first)
        return out.logits[:, -1].float()


def ask_causalmm(model, schedule, pictures, most):
    """method -> (text, contrasts, seconds) of each picture"""
    with tempfile.TemporaryDirectory() as out:
        questions = Path(out) / "questions.jsonl"
        lines = [json.dumps({"question_id": i, "image": path.name, "text": QUESTION, "label": "yes"})
                 for i, path in enumerate(pictures)]
        questions.write_text("\n".join(lines))
        subprocess.run([PROGRAM, "run", "--model", model, "--task", f"pope:{questions}", "--images", pictures[0].parent,
                        "--out", out, "--no-controls", "--threads", "1", "--prefixes", "separate",
                        "--schedule", schedule, "--max-new-tokens", str(most),
                        *(f"--method={method}" for method in METHODS.values())], check=True, stdout=subprocess.DEVNULL)

        def rows(method, kind):
            return map(json.loads, (Path(out) / f"questions@{method.replace(':', '+')}.{kind}.jsonl").open())
        return {name: [(answer["text"], cost["needed"] + cost["skipped"], cost["seconds"])
                       for answer, cost in zip(rows(method, "answers"), rows(method, "costs"))]
                for name, method in METHODS.items()}


def race(engines, rounds, most):
    """engine and method -> the texts, and (first, further) seconds of each round and picture"""
    texts, times = {}, defaultdict(list)
    for _ in range(rounds):
        for engine, ask in engines.items():
            short, long = ask(1), ask(most)
            plain = long["plain"] if engine == "PyTorch" else plain   # causalmm does not count plain tokens
            for method in METHODS:
                answers = list(zip(short[method], long[method], plain))[1:]   # the first one warmed up
                texts[engine, method] = [text for _, (text, *_), _ in answers]
                times[engine, method] += [(one, (all_ - one) / ((count or plain_count) - 1))
                                          for (_, _, one), (_, count, all_), (_, plain_count, _) in answers]
    return texts, times


def report(texts, times, most):
    print("| | | PyTorch, ms | to plain |" + "".join(f" {s}, ms | to plain | PyTorch / it |" for s in SCHEDULES))
    print("|---|---|---:|---:|" + "---:|---:|---:|" * len(SCHEDULES))
    for phase, a, b in (("first token", 1, 0), ("further token", 0, 1), (f"{most} tokens", 1, most - 1)):
        ms = {way: 1000 * statistics.median(a * first + b * further for first, further in pairs)
              for way, pairs in times.items()}
        for method in METHODS:
            cells = [phase, method]
            for engine in ("PyTorch", *SCHEDULES):
                cells += [f"{ms[engine, method]:.2f}", f"{ms[engine, method] / ms[engine, 'plain']:.2f}"]
                cells += [] if engine == "PyTorch" else [f"{ms['PyTorch', method] / ms[engine, method]:.1f}"]
            print(f"| {' | '.join(cells)} |")
    print()
    for method in ("plain", "language"):   # each engine draws its own shuffles
        pairs = [pair for schedule in SCHEDULES for pair in zip(texts["PyTorch", method], texts[schedule, method])]
        print(f"{method}: {sum(a == b for a, b in pairs)} of {len(pairs)} answers equal PyTorch's")


def make_model(folder, hidden, inner, layers, heads):
    """tiny_llava with random weights and a decoder of this shape."""
    shutil.copytree(TINY / "model", folder, dirs_exist_ok=True)
    config = LlavaConfig.from_pretrained(folder)
    config.text_config.update({"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers,
                               "num_attention_heads": heads, "num_key_value_heads": heads, "head_dim": hidden // heads})
    torch.manual_seed(1)
    LlavaForConditionalGeneration(config).to(torch.bfloat16).save_pretrained(folder)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--model", type=Path, default=TINY / "model", help="folder in the hub's layout")
    args.add_argument("--make", metavar="HIDDEN,INNER,LAYERS,HEADS", help="instead: random weights in bfloat16")
    args.add_argument("--dtype", default="float32", help="PyTorch's; causalmm computes in float32")
    args.add_argument("--pictures", type=int, default=4)
    args.add_argument("--rounds", type=int, default=5)
    args = args.parse_args()
    torch.set_num_threads(1)
    pictures = sorted((TINY / "pope/images").glob("*.png"))[:args.pictures]
    pictures.insert(0, pictures[0])
    with tempfile.TemporaryDirectory() as made, torch.inference_mode():
        if args.make:
            make_model(made, *map(int, args.make.split(",")))
        model = made if args.make else args.model
        reference = Reference(model, getattr(torch, args.dtype))
        engines = {"PyTorch": partial(reference.ask_all, pictures)}
        engines |= {schedule: partial(ask_causalmm, model, schedule, pictures) for schedule in SCHEDULES}
        texts, times = race(engines, args.rounds, TOKENS)
    print(f"PyTorch {torch.__version__}, {args.dtype}, one thread\n")
    report(texts, times, TOKENS)


if __name__ == "__main__":
    main()
