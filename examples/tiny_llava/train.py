# SPDX-License-Identifier: MIT
"""Trains the model on scenes made on the fly; the schedule follows the clock (--minutes) or the steps (--steps)."""
import argparse
import json
import math
import os
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import pope
import questions
import tokenizer as tokenizer_file
from model import Llava, TextLayer, VisionLayer
from scenes import CLASSES, GRID, NAMES, Knobs, make_scene, patch_labels, pick, render

MEAN = np.array([.48145466, .4578275, .40821073], np.float32)  # CLIP
STD = np.array([.26862954, .26130258, .27577711], np.float32)
TRAIN_SEED, CHECK_SEED = 1, 3    # the test set has seed 2
EXIST, DETAILS = 8, 3            # existence questions per picture, and others (or one caption)
SHORT, LONG, DETAIL, CAPTION = 16, 27, 26, 43  # padded lengths: few, so that compiled shapes are few
END = 2                          # </s>
STOP_WEIGHT, DETAIL_WEIGHT, CAPTION_WEIGHT, LENS_WEIGHT = .05, 4., .15, .3
WARM = .055                      # share of the time spent on the tower and projector alone

CURRICULUM = [                   # easier scenes first: until this share of the time, these knobs
    (.377, replace(Knobs(), hard=.17, hard_alpha=(.25, .60))),
    (.85, replace(Knobs(), hard_alpha=(.08, .35))),
]


class Words:
    """Token ids of prompts, cached."""
    def __init__(self):
        self.tokenizer = Tokenizer.from_str(json.dumps(tokenizer_file.tokenizer_json()))
        self.cache = {}
        self.prefix = [1] + self.ids(questions.PREFIX)[:-1]  # <s> USER: , without <image>
        self.names = [self.ids(name) for name in NAMES]

    def ids(self, text):
        if text not in self.cache:
            self.cache[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return self.cache[text]

    def example(self, question, answer, length):
        """Ids with </s>, and the position of the token before the answer."""
        head = len(self.ids(questions.tail(question)))
        text = questions.tail(question, answer)
        ids = (self.ids(text) if len(answer) < 8 else self.tokenizer.encode(text, add_special_tokens=False).ids) + [END]
        return ids[:length], head - 1


def pixels(images):
    """What the image processor gives for pictures of the model's own size."""
    return ((np.asarray(images, np.float32) / 255 - MEAN) / STD).transpose(0, 3, 1, 2)


def fill(ids, weight, target, example, value):
    """Write one example and the loss weights of its answer and its stop token."""
    tokens, start = example
    ids[:len(tokens)] = tokens
    target[:len(tokens) - 1] = tokens[1:]
    weight[start:len(tokens) - 1] = value
    if tokens[-1] == END:
        weight[len(tokens) - 2] = min(value, STOP_WEIGHT)


def make_batch(knobs, words, seed, step, size):
    """Pictures, patch labels and two groups of questions: existence, and one other kind."""
    rng = random.Random(f"tiny-llava batch {seed} {step}")
    scenes = [make_scene(knobs, seed, step * size + i) for i in range(size)]
    suffix = pick(rng, questions.SUFFIX_WEIGHTS)
    kinds = [questions.describe] if rng.random() < questions.CAPTIONS else questions.KINDS[1:]
    details, value = (DETAILS, DETAIL_WEIGHT) if len(kinds) > 1 else (1, CAPTION_WEIGHT)
    lengths = (LONG if suffix else SHORT, DETAIL if len(kinds) > 1 else CAPTION)
    groups = []
    for length, count in zip(lengths, (EXIST, details)):
        ids, target = np.zeros((2, size, count, length), np.int64)
        groups.append((ids, target, np.zeros((size, count, length), np.float32)))
    for i, scene in enumerate(scenes):
        for j, (cls, truth) in enumerate(questions.existence_pack(rng, scene, EXIST)):
            example = words.example(questions.existence(cls) + questions.SUFFIXES[suffix], questions.yes(truth),
                                    lengths[0])
            ids, target, weight = (array[i, j] for array in groups[0])
            fill(ids, weight, target, example, 1.)
        for j, kind in enumerate(kinds):
            question, answer = kind(rng, scene)
            if answer in ("Yes", "No") and rng.random() < .5:
                question += questions.SUFFIXES[3]
            ids, target, weight = (array[i, j] for array in groups[1])
            fill(ids, weight, target, words.example(question, answer, lengths[1]), value)
    images = pixels([render(scene) for scene in scenes])
    return images, np.stack([patch_labels(scene) for scene in scenes]), groups


class Lens(torch.nn.Module):
    """Auxiliary loss: an image token should lie near the embedding of the name of the glyph at its place, and nearer
    to the output rows of its tile's colour and its half of the picture than to those of the others.

    It speeds up learning; nothing of it is exported.
    """
    def __init__(self, words, hidden):
        super().__init__()
        width = max(map(len, words.names))
        self.register_buffer("table", torch.tensor([ids + [-1] * (width - len(ids)) for ids in words.names]))
        self.nothing = torch.nn.Parameter(torch.randn(1, hidden) * .04)
        self.register_buffer("weight", torch.ones(CLASSES + 1).index_fill(0, torch.tensor([CLASSES]), .15))
        answers = [questions.COLOR_NAMES, ["left", "right"], ["top", "bottom"]]
        self.answers = [[words.ids(f": {word.capitalize()}")[2] for word in group] for group in answers]

    def names(self, embedding):
        mask = (self.table >= 0).float()[..., None]
        names = (embedding(self.table.clamp(min=0)) * mask).sum(1) / mask.sum(1)
        return torch.cat([names, self.nothing])

    def forward(self, model, image, labels):                           # labels: (B, 64, 2)
        image = 14 * F.normalize(image.float(), dim=-1)
        near = lambda rows: (image @ F.normalize(rows.float(), dim=-1).T).flatten(0, 1)
        names, tile = labels.unbind(-1)
        loss = F.cross_entropy(near(self.names(model.language_model.model.embed_tokens)), names.flatten(), self.weight)
        at, side = torch.arange(GRID * GRID, device=image.device), GRID // 2
        halves = [(at % GRID >= side).long(), (at // GRID >= side).long()]
        targets = [tile] + [torch.where(names < CLASSES, half, -1) for half in halves]
        for ids, target in zip(self.answers, targets):
            rows = model.language_model.lm_head.weight[ids]
            loss = loss + .5 * F.cross_entropy(near(rows - rows.mean(0)), target.flatten(), ignore_index=-1)
        return loss


def answer_loss(model, hidden, groups):
    """Weighted cross entropy over the answer tokens; also the share of right existence answers."""
    states, targets, weights = [], [], []
    for state, (_, target, weight) in zip(hidden, groups):
        at = weight > 0
        states.append(state[at])
        targets.append(target[at])
        weights.append(weight[at])
    logits = model.language_model.lm_head(torch.cat(states)).float()
    target, weight = torch.cat(targets), torch.cat(weights)
    loss = F.cross_entropy(logits, target, reduction="none")
    right = (logits.detach().argmax(-1) == target).float()
    main = weight == 1
    return (loss * weight).sum() / weight.sum(), right[main].mean().item()


def margins(model, words, images, asked, device="cpu", suffix=""):
    """Yes-minus-no logit and greedy answer of existence questions: asked is one list of classes per image."""
    yes, no = (words.ids(f": {word}")[-1] for word in ("Yes", "No"))
    width = max(map(len, asked))
    rows = [[words.ids(questions.tail(questions.existence(cls) + suffix)) for cls in row] for row in asked]
    length = max(len(ids) for row in rows for ids in row)
    ids = torch.zeros(len(rows), width, length, dtype=torch.long)
    last = torch.zeros(len(rows), width, dtype=torch.long)
    for i, row in enumerate(rows):
        for j, tokens in enumerate(row):
            ids[i, j, :len(tokens)] = torch.tensor(tokens)
            last[i, j] = len(tokens) - 1
    with torch.no_grad():
        image = model.image_tokens(torch.from_numpy(pixels(images)).to(device))
        state = model(image, torch.tensor(words.prefix, device=device), [ids.to(device)])[0].cpu()
        state = state.gather(2, last[..., None, None].expand(-1, -1, 1, state.shape[-1]))[:, :, 0]
        logits = model.language_model.lm_head(state.to(device)).float().cpu()
    margin, top = logits[..., yes] - logits[..., no], logits.argmax(-1)
    return [[margin[i, j].item() for j in range(len(row))] for i, row in enumerate(asked)], \
           [[top[i, j].item() == yes for j in range(len(row))] for i, row in enumerate(asked)]


def check(model, words, knobs, device, count=200):
    """Scores on held-out scenes that are not the test set's."""
    scenes = [make_scene(knobs, CHECK_SEED, index) for index in range(count)]
    images = [render(scene) for scene in scenes]
    out = {}
    for split, rows in pope.build(scenes, CHECK_SEED).items():
        asked = [[cls for at, cls, _ in rows if at == index] for index in range(count)]
        answers = sum(margins(model, words, images, asked, device)[1], [])
        result = pope.score([truth for *_, truth in rows], answers)
        out[split] = {key: round(result[key], 3) for key in ("accuracy", "recall", "false_yes")}
    return out


class Clock:
    """Progress from 0 to 1 by time or by steps, kept over interruptions."""
    def __init__(self, minutes, steps):
        self.seconds, self.steps = minutes * 60, steps
        self.before, self.start = 0., time.time()

    def elapsed(self):
        return self.before + time.time() - self.start

    def progress(self, step):
        return step / self.steps if self.steps else self.elapsed() / self.seconds


def rate(progress, joint_step, peak):
    """Short warm-up, also when the text model joins, then a cosine to 2 %."""
    rise = min(1., progress / .01, (joint_step + 1) / 100 if joint_step >= 0 else 1.)
    return peak * rise * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(progress, 1.))))


def parse():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", default="checkpoint.pt")
    args.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    args.add_argument("--minutes", type=float, default=75)
    args.add_argument("--steps", type=int, default=0)
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--rate", type=float, default=1.2e-3)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--save-every", type=float, default=240, help="seconds")
    args.add_argument("--no-compile", action="store_true")
    return args.parse_args()


def save(path, model, lens, optimiser, step, images, clock):
    state = {"model": model.state_dict(), "lens": lens.state_dict(), "optimiser": optimiser.state_dict(),
             "step": step, "images": images, "seconds": clock.elapsed()}
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    words = Words()
    model = Llava().to(args.device)
    lens = Lens(words, model.language_model.lm_head.in_features).to(args.device)
    parameters = list(model.parameters()) + list(lens.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, betas=(.9, .98), weight_decay=.03, fused=True)
    if not args.no_compile:
        for layer in (TextLayer, VisionLayer):
            layer.forward = torch.compile(layer.forward, dynamic=False)
    clock, step, joint = Clock(args.minutes, args.steps), 0, -1
    if Path(args.out).exists():
        state = torch.load(args.out, map_location=args.device)
        model.load_state_dict(state["model"])
        lens.load_state_dict(state["lens"])
        optimiser.load_state_dict(state["optimiser"])
        step, clock.before = state["step"], state["seconds"]
    prefix = torch.tensor(words.prefix, device=args.device)
    to_device = lambda array: torch.from_numpy(array).to(args.device)
    saved, making, shown, totals = time.time(), 0., time.time(), []
    while (progress := clock.progress(step)) < 1:
        began = time.time()
        knobs = next((easier for until, easier in CURRICULUM if progress < until), Knobs())
        images, labels, groups = make_batch(knobs, words, TRAIN_SEED, step, args.batch)
        making += time.time() - began
        warm = progress < WARM
        joint += not warm
        for group in optimiser.param_groups:
            group["lr"] = rate(progress, joint, args.rate)
        with torch.autocast(args.device, torch.bfloat16):
            image = model.image_tokens(to_device(images))
            lens_loss = lens(model, image, to_device(labels))
            loss, right = lens_loss, 0.
            if not warm:
                groups = [tuple(map(to_device, group)) for group in groups]
                hidden = model(image, prefix, [ids for ids, *_ in groups])
                main_loss, right = answer_loss(model, hidden, groups)
                loss = main_loss + LENS_WEIGHT * lens_loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        totals.append((loss.item(), lens_loss.item(), right))
        if time.time() - shown > 30:
            means = np.mean(totals, 0)
            print(f"{clock.elapsed():6.0f} s  step {step:6d}  images {step * args.batch:7d}  loss {means[0]:.4f}  "
                  f"lens {means[1]:.4f}  right {means[2]:.4f}  lr {rate(progress, joint, args.rate):.2e}  "
                  f"{len(totals) * args.batch / (time.time() - shown):.0f} img/s  making {making / clock.elapsed():.3f}",
                  flush=True)
            shown, totals = time.time(), []
        if time.time() - saved > args.save_every:
            save(args.out, model, lens, optimiser, step, step * args.batch, clock)
            if not warm:
                with torch.compiler.set_stance("force_eager"):
                    print(check(model, words, Knobs(), args.device), flush=True)
            saved = time.time()
    save(args.out, model, lens, optimiser, step, step * args.batch, clock)
    with torch.compiler.set_stance("force_eager"):
        print(check(model, words, Knobs(), args.device, 400), flush=True)


if __name__ == "__main__":
    main()
