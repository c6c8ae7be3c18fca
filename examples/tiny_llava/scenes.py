# SPDX-License-Identifier: MIT
"""Scenes of emoji glyphs whose objects co-occur as in COCO.

A scene is a pure function of (Knobs, seed, index): no set or dict order, no hash seed, no clock.
"""
import hashlib
import random
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE, PATCH = 112, 14
GRID = SIZE // PATCH
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"  # Debian: fonts-noto-color-emoji
FONT_SIZE = 109  # the only bitmap size in the font

GLYPHS = {  # name -> code point; the order is the class index
    "person": 0x1F9CD, "chair": 0x1FA91, "car": 0x1F697, "cup": 0x2615, "bag": 0x1F45C,
    "cow": 0x1F404, "horse": 0x1F40E, "sheep": 0x1F411, "rooster": 0x1F413, "pig": 0x1F416, "tractor": 0x1F69C,
    "bus": 0x1F68C, "bicycle": 0x1F6B2, "traffic light": 0x1F6A6, "truck": 0x1F69A, "motorcycle": 0x1F3CD,
    "stop sign": 0x1F6D1,
    "knife": 0x1F52A, "pot": 0x1F372, "spoon": 0x1F944, "teapot": 0x1FAD6, "egg": 0x1F95A, "plate": 0x1F37D,
    "apple": 0x1F34E, "banana": 0x1F34C, "orange": 0x1F34A, "pineapple": 0x1F34D, "carrot": 0x1F955,
    "lemon": 0x1F34B,
    "pizza": 0x1F355, "hamburger": 0x1F354, "hot dog": 0x1F32D, "donut": 0x1F369, "sandwich": 0x1F96A,
    "bottle": 0x1F37E,
    "laptop": 0x1F4BB, "book": 0x1F4D5, "telephone": 0x260E, "pencil": 0x270F, "printer": 0x1F5A8,
    "envelope": 0x2709,
    "fish": 0x1F41F, "dolphin": 0x1F42C, "turtle": 0x1F422, "octopus": 0x1F419, "sailboat": 0x26F5, "crab": 0x1F980,
    "tree": 0x1F332, "deer": 0x1F98C, "mushroom": 0x1F344, "owl": 0x1F989, "tent": 0x26FA, "squirrel": 0x1F43F,
    "soccer ball": 0x26BD, "basketball": 0x1F3C0, "trophy": 0x1F3C6, "skateboard": 0x1F6F9, "kite": 0x1FA81,
    "baseball": 0x26BE,
    "guitar": 0x1F3B8, "drum": 0x1F941, "piano": 0x1F3B9, "violin": 0x1F3BB, "trumpet": 0x1F3BA,
    "microphone": 0x1F3A4,
    "couch": 0x1F6CB, "television": 0x1F4FA, "cat": 0x1F408, "lamp": 0x1F4A1, "dog": 0x1F415, "clock": 0x23F0,
    "toilet": 0x1F6BD, "bathtub": 0x1F6C1, "toothbrush": 0x1FAA5, "mirror": 0x1FA9E, "soap": 0x1F9FC,
    "sponge": 0x1F9FD,
}
NAMES = list(GLYPHS)
CLASSES = len(NAMES)
INDEX = {name: i for i, name in enumerate(NAMES)}

# Members in order of frequency. The last one or two are shared with another scene, as "bottle" is in COCO.
SCENES = {
    "farm": "cow, horse, sheep, rooster, pig, tractor, tree, dog",
    "street": "bus, bicycle, traffic light, truck, motorcycle, stop sign, tree, clock",
    "kitchen": "knife, pot, spoon, teapot, egg, plate, bottle, lemon",
    "market": "apple, banana, orange, pineapple, carrot, lemon, truck, egg",
    "snack bar": "pizza, hamburger, hot dog, donut, sandwich, bottle, plate, television",
    "office": "laptop, book, telephone, pencil, printer, envelope, clock, lamp",
    "sea": "fish, dolphin, turtle, octopus, sailboat, crab, kite, bottle",
    "forest": "tree, deer, mushroom, owl, tent, squirrel, apple, horse",
    "sports field": "soccer ball, basketball, trophy, skateboard, kite, baseball, bicycle, dog",
    "stage": "guitar, drum, piano, violin, trumpet, microphone, lamp, trophy",
    "living room": "couch, television, cat, lamp, dog, clock, book, piano",
    "bathroom": "toilet, bathtub, toothbrush, mirror, soap, sponge, lamp, cat",
}
SCENE_NAMES = list(SCENES)
MEMBERS = [[INDEX[name] for name in text.split(", ")] for text in SCENES.values()]

# Global classes: rate at home, rate elsewhere, home scenes.
GLOBALS = [
    ("person", .55, .55, ""),
    ("chair", .42, .05, "office, living room, snack bar, stage"),
    ("car", .42, .04, "street, farm, market"),
    ("cup", .36, .03, "kitchen, snack bar, office"),
    ("bag", .30, .03, "market, street, sports field"),
]
COLORS = {"red": (214, 48, 49), "blue": (52, 110, 219), "green": (46, 160, 67), "yellow": (245, 205, 60),
          "purple": (142, 68, 173), "black": (35, 35, 40)}
COLOR_NAMES = list(COLORS)


@dataclass(frozen=True)
class Knobs:
    """What shapes the priors. The two first ones are the visual and the language prior."""
    visual_prior: float = .75    # probability that the backdrop is the scene type's own
    zipf: float = .76            # slope of class frequency inside a scene type
    intruders: float = .05       # share of own-class slots filled by a class of another scene type
    hard: float = .30            # share of objects that are tiny and faint, but labelled present
    hard_alpha: tuple = (.03, .16)
    objects: tuple = (.44, .30, .17, .09)   # 3, 4, 5, 6 classes in a scene
    copies: tuple = (.82, .13, .05)         # 1, 2, 3 glyphs of an easy class
    tiles: float = .25           # share of single easy glyphs on a coloured tile


@dataclass
class Thing:
    """One class in a scene: its glyphs as (x, y, side), top-left corner in pixels."""
    cls: int
    hard: bool
    boxes: list
    tile: int = -1               # index into COLOR_NAMES

    def centre(self):
        x, y, side = self.boxes[0]
        return x + side / 2, y + side / 2


@dataclass
class Scene:
    kind: int
    backdrop: int
    variant: int
    things: list = field(default_factory=list)
    strokes: list = field(default_factory=list)  # what render() draws, in order

    def present(self):
        return [thing.cls for thing in self.things]


def pick(rng, cumulative):
    """Index drawn by a cumulative weight list."""
    at = rng.random() * cumulative[-1]
    return next(i for i, edge in enumerate(cumulative) if at < edge)


def pick_classes(rng, knobs, kind, count):
    """Globals by their rates, then members by Zipf without replacement, some replaced by intruders."""
    home = SCENE_NAMES[kind]
    chosen = [INDEX[name] for name, high, low, homes in GLOBALS
              if rng.random() < (high if home in homes.split(", ") else low)][:count - 1]
    members = list(MEMBERS[kind])
    weights = [(rank + 1) ** -knobs.zipf for rank in range(len(members))]
    while len(chosen) < count:
        if rng.random() < knobs.intruders:
            cls = rng.randrange(len(GLOBALS), CLASSES)
            if cls not in chosen and cls not in MEMBERS[kind]:
                chosen.append(cls)
            continue
        at = pick(rng, list(accumulate(weights)))
        chosen.append(members.pop(at))
        weights.pop(at)
    return chosen


VARIANTS = 8
EASY_SIDES, HARD_SIDES = (20, 22, 24, 26, 28, 30, 32), (9, 10, 11, 12)


def place(rng, cell, side):
    """Top-left corner of a glyph near the middle of one of 4 x 4 cells, inside the picture."""
    def along(k):
        return min(max(round((k + .5) * SIZE / 4 - side / 2 + rng.uniform(-5, 5)), 0), SIZE - side)
    return along(cell % 4), along(cell // 4), side


def make_scene(knobs, seed, index):
    rng = random.Random(f"tiny-llava scene {seed} {index}")
    kind = rng.randrange(len(SCENES))
    backdrop = kind if rng.random() < knobs.visual_prior else rng.randrange(len(SCENES))
    scene = Scene(kind, backdrop, rng.randrange(VARIANTS))
    count = 3 + pick(rng, list(accumulate(knobs.objects)))
    cells = list(range(16))
    rng.shuffle(cells)
    for cls in pick_classes(rng, knobs, kind, count):
        hard = rng.random() < knobs.hard
        copies = 1 if hard else min(1 + pick(rng, list(accumulate(knobs.copies))), len(cells) - 6)
        thing = Thing(cls, hard, [])
        if not hard and copies == 1 and rng.random() < knobs.tiles:
            thing.tile = rng.randrange(len(COLORS))
        for _ in range(copies):
            side = rng.choice(HARD_SIDES if hard else EASY_SIDES)
            box = place(rng, cells.pop(), side)
            alpha = rng.uniform(*knobs.hard_alpha) if hard else 1.
            thing.boxes.append(box)
            scene.strokes.append((cls, box, rng.randrange(2), alpha, rng.uniform(.85, 1.1), thing.tile))
        scene.things.append(thing)
    rng.shuffle(scene.strokes)
    return scene


@lru_cache(None)
def glyph(cls):
    """The glyph in colour, trimmed and centred on a transparent square."""
    font = ImageFont.truetype(FONT, FONT_SIZE)
    sheet = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(sheet).text((12, 12), chr(GLYPHS[NAMES[cls]]), font=font, embedded_color=True)
    art = sheet.crop(sheet.getbbox())
    side = max(art.size)
    square = Image.new("RGBA", (side, side))
    square.paste(art, ((side - art.width) // 2, (side - art.height) // 2))
    return square


@lru_cache(None)
def sprite(cls, side, flip):
    """Premultiplied colour and alpha, both float32 of shape (side, side, 3 or 1)."""
    art = glyph(cls).convert("RGBa").resize((side, side), Image.Resampling.LANCZOS)
    pixels = np.asarray(art, np.float32)
    pixels = pixels[:, ::-1] if flip else pixels
    return np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3:] / 255)


@lru_cache(None)
def backdrop_image(kind, variant):
    """Two-tone pattern: tint and pattern by scene type, phase and lightness by variant."""
    rng = random.Random(f"tiny-llava backdrop {kind} {variant}")
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    hue = 2 * np.pi * kind / len(SCENES)
    tint = 175 + 32 * np.cos(hue + np.array([0, 2.1, 4.2], np.float32)) + rng.uniform(-14, 14)
    wave = 2 * np.pi / (9 + 3 * (kind % 4))
    phase = rng.uniform(0, 6.28)
    pattern = [np.sin(x * wave + phase), np.sin(y * wave + phase), np.sin((x + y) * wave + phase),
               np.sin(x * wave + phase) * np.sin(y * wave)][kind % 4]
    ramp = (x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1)) / SIZE
    return np.rint(tint + (8 * np.sign(pattern) + 12 * np.rint(ramp * 4) / 4)[..., None]).astype(np.float32)


def blend(canvas, box, colour, alpha):
    x, y, side = box
    part = canvas[y:y + side, x:x + side]
    part += colour - part * alpha


def render(scene):
    """The scene as uint8 of shape (SIZE, SIZE, 3)."""
    canvas = backdrop_image(scene.backdrop, scene.variant).copy()
    for cls, (x, y, side), flip, alpha, gain, tile in scene.strokes:
        if tile >= 0:
            left, top = max(x - 2, 0), max(y - 2, 0)
            canvas[top:y + side + 2, left:x + side + 2] = COLORS[COLOR_NAMES[tile]]
        colour, cover = sprite(cls, side, flip)
        blend(canvas, (x, y, side), colour * (alpha * gain), cover * alpha)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def patch_labels(scene):
    """Under each patch centre, for the auxiliary loss of the training: class (CLASSES where there is none), colour of
    the tile, number of copies less one, right half, bottom half (-1 where there is none). Hard objects do not count."""
    labels = np.array([CLASSES, -1, -1, -1, -1]) * np.ones((GRID, GRID, 1), np.int64)
    for cls, (x, y, side), _, alpha, _, tile in scene.strokes:
        if alpha < 1:
            continue
        copies = sum(stroke[0] == cls for stroke in scene.strokes)
        label = cls, tile, copies - 1, x + side / 2 > SIZE / 2, y + side / 2 > SIZE / 2
        low, high = [max(-(-(v - PATCH // 2) // PATCH), 0) for v in (y, x)], \
                    [(v + side - 1 - PATCH // 2) // PATCH + 1 for v in (y, x)]
        labels[low[0]:high[0], low[1]:high[1]] = label
        labels[(y + side // 2) // PATCH, (x + side // 2) // PATCH] = label
    return labels.reshape(GRID * GRID, -1)


def fingerprint(knobs, seed, count=64):
    """sha256 over the pictures and truths of the first scenes: equal on every machine with the same glyphs."""
    digest = hashlib.sha256()
    for index in range(count):
        scene = make_scene(knobs, seed, index)
        digest.update(render(scene).tobytes())
        digest.update(repr(scene).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(fingerprint(Knobs(), 0))
