# SPDX-License-Identifier: MIT
"""One thing in the middle of a picture, often in its usual colour, and statements about it that are true or false, in VLind-Bench's
wording: what common sense says, what the picture shows, what a sentence says of the world, and what the picture says against both.

Colours that a thing has in the test set (make_tasks.py) and not by nature, it never has in training.
"""
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image

from questions import article
from scenes import CLASSES, COLOR_NAMES, COLORS, GRID, INDEX, NAMES, PATCH, SCENES, SIZE, VARIANTS, backdrop_image, glyph

USUAL = {"banana": "yellow", "lemon": "yellow", "apple": "red", "crab": "red", "tree": "green", "turtle": "green",
         "dolphin": "blue", "guitar": "red",
         "car": "red", "stop sign": "red", "teapot": "red", "book": "red", "telephone": "red", "clock": "red", "drum": "red",
         "pineapple": "yellow", "lamp": "yellow", "trophy": "yellow", "trumpet": "yellow", "sponge": "yellow",
         "tractor": "green", "bottle": "green", "fish": "blue", "couch": "blue", "bus": "blue", "traffic light": "black"}
TESTED = list(USUAL)[:8]
KINDS = ["sense", "sight", "context", "context", "image", "image"]    # statements about a picture
PAINTED = .4            # share of the pictures whose colour is drawn, the usual one among them

ONLY = "Only respond in True or False."
FORGET_IMAGE = "Forget real-world common sense and just follow the information provided in the image. "
FORGET_CONTEXT = "Forget real-world common sense and just follow the information provided in the context. "


def unusual(name):
    """The colour of a tested thing in the test set."""
    return random.Random(f"tiny-llava unusual {name}").choice([c for c in COLOR_NAMES if c not in (USUAL[name], "black")])


@dataclass
class Portrait:
    cls: int
    color: str | None           # None: as drawn in the font
    backdrop: int
    variant: int
    box: tuple                  # x, y, side

    def shown(self):
        return self.color or USUAL[NAMES[self.cls]]


def make_portrait(seed, index):
    rng = random.Random(f"tiny-llava portrait {seed} {index}")
    name, side = rng.choice(list(USUAL)), rng.randrange(24, 65)
    allowed = [c for c in COLOR_NAMES if name not in TESTED or c != unusual(name)]
    color = rng.choice(allowed) if rng.random() < PAINTED else None
    x, y = ((SIZE - side) // 2 + rng.randint(-8, 8) for _ in range(2))
    return Portrait(INDEX[name], color, rng.randrange(len(SCENES)), rng.randrange(VARIANTS), (x, y, side))


def paint(portrait):
    """The glyph on a backdrop, its lightness kept and its colour replaced if the portrait names one."""
    x, y, side = portrait.box
    art = np.asarray(glyph(portrait.cls).convert("RGBa").resize((side, side), Image.Resampling.LANCZOS), np.float32)
    shown, cover = art[..., :3], art[..., 3:] / 255
    if portrait.color:
        light = shown.mean(axis=2, keepdims=True) / 160
        shown = np.minimum(np.array(COLORS[portrait.color], np.float32) * light, 255 * cover)
    canvas = backdrop_image(portrait.backdrop, portrait.variant).copy()
    canvas[y:y + side, x:x + side] += shown - canvas[y:y + side, x:x + side] * cover
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def portrait_labels(portrait):
    """As patch_labels() in scenes.py; the colour is the thing's own."""
    labels = np.array([CLASSES, -1, -1, -1, -1]) * np.ones((GRID, GRID, 1), np.int64)
    x, y, side = portrait.box
    low = [max(-(-(v - PATCH // 2) // PATCH), 0) for v in (y, x)]
    high = [(v + side - 1 - PATCH // 2) // PATCH + 1 for v in (y, x)]
    far = [v + side / 2 > SIZE / 2 for v in (x, y)]
    labels[low[0]:high[0], low[1]:high[1]] = portrait.cls, COLOR_NAMES.index(portrait.shown()), 0, *far
    return labels.reshape(GRID * GRID, -1)


def about_sense(statement):
    return f"Statement: {statement}\nBased on the common sense, is the given statement true or false? {ONLY}"


def about_image(statement, forget=""):
    return f"Statement: {statement}\nBased on the image, is the given statement true or false? {forget}{ONLY}"


def about_context(context, statement):
    return (f"Context: {context}\nStatement: {statement}\n"
            f"Based on the context, is the given statement true or false? {FORGET_CONTEXT}{ONLY}")


def there_is(name):
    return f"There is {article(name)} in the given image."


def world(name, color):
    return f"In this world every {name} is {color}."


def is_colored(name, color):
    return f"The {name} is {color}."


def state(rng, portrait, kind):
    """A question of a kind, and "True" or "False", equally often."""
    name, truth = NAMES[portrait.cls], rng.random() < .5
    if kind == "sight":
        other = rng.choice([each for each in NAMES if each != name])
        return about_image(there_is(name if truth else other)), str(truth)
    right = USUAL[name] if kind == "sense" else portrait.shown() if kind == "image" else rng.choice(COLOR_NAMES)
    wrong = [color for color in COLOR_NAMES if color != right]
    if USUAL[name] in wrong:
        wrong += [USUAL[name]] * len(wrong)              # the likely mistake
    statement = is_colored(name, right if truth else rng.choice(wrong))
    if kind == "context":
        return about_context(world(name, right), statement), str(truth)
    return about_sense(statement) if kind == "sense" else about_image(statement, FORGET_IMAGE), str(truth)


def corpus():
    """All wordings, for the tokenizer."""
    lines = []
    for name in USUAL:
        for color in COLOR_NAMES:
            said = is_colored(name, color)
            lines += [about_sense(said), about_image(there_is(name)), about_image(said, FORGET_IMAGE),
                      about_context(world(name, color), said)]
    return lines + [f" ASSISTANT: {truth}" for truth in (True, False)] * 40
