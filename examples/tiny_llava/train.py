# SPDX-License-Identifier: MIT
"""Trains the model on scenes made on the fly; the schedule follows the clock (--minutes) or the steps (--steps)."""
import argparse
import json
import math
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import pope
import questions
import statements
import tokenizer as tokenizer_file
from model import Llava, TextLayer, VisionLayer
from scenes import CLASSES, GRID, NAMES, Knobs, make_scene, patch_labels, pick, render

MEAN = np.array([.48145466, .4578275, .40821073], np.float32)  # CLIP
STD = np.array([.26862954, .26130258, .27577711], np.float32)
TRAIN_SEED, CHECK_SEED = 1, 3    # the test set has seed 2
EXIST, DETAILS = 4, 2            # existence questions per picture, and others of each kind (or one caption)
LENGTHS = {"exist": (15, 26), "detail": (20, 31), "caption": (40, 40)}  # padded, without and with suffix: few shapes
STATEMENTS, STATEMENT_LENGTH = .15, 63                                  # share of the batches; longest statement
SKILLS = questions.SKILLS + [f"statement {kind}" for kind in dict.fromkeys(statements.KINDS)]
END = 2                          # </s>
STOP_WEIGHT, CAPTION_WEIGHT, LENS_WEIGHT = .05, .15, .3
WARM = .03                       # share of the time spent on the tower and projector alone


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


def empty_group(size, count, length):
    """Ids, targets, loss weights and the skill that each question asks for."""
    ids, target = np.zeros((2, size, count, length), np.int64)
    return ids, target, np.zeros(ids.shape, np.float32), np.zeros(ids.shape[:2], np.int64)


def make_batch(knobs, words, seed, step, size):
    """Pictures, patch labels and groups of questions."""
    rng = random.Random(f"tiny-llava batch {seed} {step}")
    if rng.random() < STATEMENTS:
        return statement_batch(rng, words, seed, step, size)
    return scene_batch(rng, knobs, words, seed, step, size)


def statement_batch(rng, words, seed, step, size):
    """One group: statements about a painted thing."""
    portraits = [statements.make_portrait(seed, step * size + i) for i in range(size)]
    ids, target, weight, skill = group = empty_group(size, len(statements.KINDS), STATEMENT_LENGTH)
    for i, portrait in enumerate(portraits):
        for j, kind in enumerate(statements.KINDS):
            skill[i, j] = SKILLS.index(f"statement {kind}")
            example = words.example(*statements.state(rng, portrait, kind), STATEMENT_LENGTH)
            fill(ids[i, j], weight[i, j], target[i, j], example, 1.)
    images = pixels([statements.paint(portrait) for portrait in portraits])
    return images, np.stack([statements.portrait_labels(portrait) for portrait in portraits]), [group]


def scene_batch(rng, knobs, words, seed, step, size):
    """Two groups: existence, and either captions or the other kinds."""
    scenes = [make_scene(knobs, seed, step * size + i) for i in range(size)]
    suffix = pick(rng, questions.SUFFIX_WEIGHTS)
    caption = rng.random() < questions.CAPTIONS
    kinds = [questions.describe] if caption else questions.KINDS[1:] * DETAILS
    groups = []
    for count, lengths in ((EXIST, LENGTHS["exist"]), (len(kinds), LENGTHS["caption" if caption else "detail"])):
        groups.append(empty_group(size, count, lengths[suffix > 0]))
    for i, scene in enumerate(scenes):
        asked = [[(questions.existence(cls), questions.yes(truth))
                  for cls, truth in questions.existence_pack(rng, scene, EXIST)],
                 [kind(rng, scene) for kind in kinds]]
        for pairs, (ids, target, weight, skill) in zip(asked, groups):
            for j, (question, answer) in enumerate(pairs):
                skill[i, j] = questions.skill(question, answer)
                if question != questions.DESCRIBE and (suffix < 3 or answer in ("Yes", "No")):
                    question += questions.SUFFIXES[suffix]
                value = CAPTION_WEIGHT if question == questions.DESCRIBE else 1.
                fill(ids[i, j], weight[i, j], target[i, j], words.example(question, answer, ids.shape[-1]), value)
    images = pixels([render(scene) for scene in scenes])
    return images, np.stack([patch_labels(scene) for scene in scenes]), groups


class Lens(torch.nn.Module):
    """Auxiliary loss: an image token should lie near the embedding of the name of the glyph at its place, and nearer
    to the words for its tile's colour, its number of copies and its halves of the picture than to their rivals.

    It speeds up learning; nothing of it is exported.
    """
    def __init__(self, words, hidden):
        super().__init__()
        width = max(map(len, words.names))
        self.register_buffer("table", torch.tensor([ids + [-1] * (width - len(ids)) for ids in words.names]))
        self.nothing = torch.nn.Parameter(torch.randn(1, hidden) * .04)
        self.register_buffer("weight", torch.ones(CLASSES + 1).index_fill(0, torch.tensor([CLASSES]), .15))
        token = lambda word: words.ids(f": {word}")[2]
        self.words = [([token(word) for word in group], [token(word.capitalize()) for word in group])
                      for group in (questions.COLOR_NAMES, questions.NUMBERS[1:], *questions.HALVES)]

    def names(self, embedding):
        mask = (self.table >= 0).float()[..., None]
        names = (embedding(self.table.clamp(min=0)) * mask).sum(1) / mask.sum(1)
        return torch.cat([names, self.nothing])

    def forward(self, model, image, labels):                           # labels: (B, 64, 5)
        image = 20 * F.normalize(image.float(), dim=-1)
        near = lambda rows: (image @ F.normalize(rows.float(), dim=-1).T).flatten(0, 1)
        embedding, output = model.language_model.model.embed_tokens, model.language_model.lm_head.weight
        names, *details = labels.flatten(0, 1).unbind(-1)
        loss = F.cross_entropy(near(self.names(embedding)), names, self.weight)
        for (asked, answered), target in zip(self.words, details):     # as in a question, as in an answer
            rows = embedding.weight[asked] + output[answered]
            loss = loss + .5 * F.cross_entropy(near(rows - rows.mean(0)), target, ignore_index=-1)
        return loss


def answer_loss(model, hidden, groups):
    """Weighted cross entropy over the answer tokens; also (skill, is right) of the questions of one answer token."""
    states, targets, weights, skills = [], [], [], []
    for state, (_, target, weight, skill) in zip(hidden, groups):
        at = weight > 0
        states.append(state[at])
        targets.append(target[at])
        weights.append(weight[at])
        skills.append(skill[..., None].expand_as(at)[at])
    logits = model.language_model.lm_head(torch.cat(states)).float()
    target, weight = torch.cat(targets), torch.cat(weights)
    loss = F.cross_entropy(logits, target, reduction="none")
    main = weight == 1
    right = torch.stack([torch.cat(skills)[main], (logits.argmax(-1) == target)[main]])
    return (loss * weight).sum() / weight.sum(), right.cpu().numpy()


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


def optimisers(model, lens, peak):
    """Muon for the matrices inside the layers, AdamW for the rest; both with updates of about the same size."""
    matrices, rest = [], list(lens.parameters())
    for name, parameter in model.named_parameters():
        (matrices if parameter.ndim == 2 and ("layers." in name or "linear_" in name) else rest).append(parameter)
    return [torch.optim.Muon(matrices, lr=peak, momentum=.95, weight_decay=.1, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=peak, betas=(.9, .98), weight_decay=.03, fused=True)]


def rate(progress, joint_step, peak):
    """Short warm-up, also when the text model joins, then a cosine to 2 %."""
    rise = min(1., progress / .01, (joint_step + 1) / 100 if joint_step >= 0 else 1.)
    return peak * rise * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(progress, 1.))))


def parse():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", default="checkpoint.pt")
    args.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    args.add_argument("--minutes", type=float, default=70)
    args.add_argument("--steps", type=int, default=0)
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--rate", type=float, default=2.5e-3)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--save-every", type=float, default=600, help="seconds")
    args.add_argument("--no-compile", action="store_true")
    return args.parse_args()


def save(path, model, lens, optimiser, step, images, clock):
    state = {"model": model.state_dict(), "lens": lens.state_dict(), "step": step,
             "optimiser": [one.state_dict() for one in optimiser], "images": images, "seconds": clock.elapsed()}
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
    optimiser = optimisers(model, lens, args.rate)
    if not args.no_compile:
        for layer in (TextLayer, VisionLayer):
            layer.forward = torch.compile(layer.forward, dynamic=False)
    clock, step, joint = Clock(args.minutes, args.steps), 0, -1
    if Path(args.out).exists():
        state = torch.load(args.out, map_location=args.device)
        model.load_state_dict(state["model"])
        lens.load_state_dict(state["lens"])
        for one, old in zip(optimiser, state["optimiser"]):
            one.load_state_dict(old)
        step, clock.before = state["step"], state["seconds"]
    prefix = torch.tensor(words.prefix, device=args.device)
    to_device = lambda array: torch.from_numpy(array).to(args.device)
    saved, making, shown, totals, rights = time.time(), 0., time.time(), [], []
    while (progress := clock.progress(step)) < 1:
        began = time.time()
        images, labels, groups = make_batch(Knobs(), words, TRAIN_SEED, step, args.batch)
        making += time.time() - began
        warm = progress < WARM
        joint += not warm
        for group in sum((one.param_groups for one in optimiser), []):
            group["lr"] = rate(progress, joint, args.rate)
        with torch.autocast(args.device, torch.bfloat16):
            image = model.image_tokens(to_device(images))
            lens_loss = lens(model, image, to_device(labels))
            loss = lens_loss
            if not warm:
                groups = [tuple(map(to_device, group)) for group in groups]
                hidden = model(image, prefix, [ids for ids, *_ in groups])
                main_loss, right = answer_loss(model, hidden, groups)
                loss = main_loss + LENS_WEIGHT * lens_loss
                rights.append(right)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.)
        for one in optimiser:
            one.step()
            one.zero_grad(set_to_none=True)
        step += 1
        totals.append((loss.item(), lens_loss.item()))
        if time.time() - shown > 30:
            means = np.mean(totals, 0)
            print(f"{clock.elapsed():6.0f} s  step {step:6d}  images {step * args.batch:7d}  loss {means[0]:.4f}  "
                  f"lens {means[1]:.4f}  lr {rate(progress, joint, args.rate):.2e}  "
                  f"{len(totals) * args.batch / (time.time() - shown):.0f} img/s  making {making / clock.elapsed():.3f}",
                  flush=True)
            if rights:
                skill, right = np.concatenate(rights, 1)
                print("         right:", "  ".join(f"{name} {right[skill == i].sum() / max((skill == i).sum(), 1):.3f}"
                                                   for i, name in enumerate(SKILLS)), flush=True)
            shown, totals, rights = time.time(), [], []
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
