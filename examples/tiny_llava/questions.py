# SPDX-License-Identifier: MIT
"""Questions and answers about a scene, in the wording of LLaVA-1.5, POPE and MME."""
from scenes import CLASSES, COLOR_NAMES, NAMES, SIZE

PREFIX = "USER: <image>"          # the image tokens follow; shared by all questions of a picture
SUFFIXES = [                      # none, VCD's and CausalMM's, LLaVA's, MME's
    "",
    " Please answer this question with one word.",
    "\nAnswer the question using a single word or phrase.",
    " Please answer yes or no.",
]
SUFFIX_WEIGHTS = [.55, .75, .95, 1.]  # cumulative
DESCRIBE = "Please describe this image in detail."
NUMBERS = ["zero", "one", "two", "three"]
PLURALS = {"person": "people", "sheep": "sheep", "fish": "fish", "bus": "buses", "octopus": "octopuses",
           "knife": "knives", "couch": "couches", "sandwich": "sandwiches", "toothbrush": "toothbrushes",
           "trophy": "trophies"}


def prompt(question):
    return f"{PREFIX}\n{question} ASSISTANT:"


def tail(question, answer=""):
    """The part of a prompt behind the image, with the answer."""
    return f"\n{question} ASSISTANT:{' ' if answer else ''}{answer}"


def article(name):
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def plural(name):
    return PLURALS.get(name, name + "s")


def existence(cls):
    """POPE's template, with the right article."""
    return f"Is there {article(NAMES[cls])} in the image?"


def caption(scene):
    """Objects in the order of class frequency: part of the language prior."""
    parts = []
    for thing in sorted(scene.things, key=lambda t: t.cls):
        name, count = NAMES[thing.cls], len(thing.boxes)
        parts.append(article(name) if count == 1 else f"{NUMBERS[count]} {plural(name)}")
    return f"The image contains {', '.join(parts[:-1])} and {parts[-1]}."


def yes(truth):
    return "Yes" if truth else "No"


def describe(rng, scene):
    return DESCRIBE, caption(scene)


def count(rng, scene):
    thing = rng.choice(scene.things)
    name, number = NAMES[thing.cls], len(thing.boxes)
    if rng.random() < .5:
        return f"How many {plural(name)} are there in the image?", NUMBERS[number].capitalize()
    asked = rng.choice([number, number, number % 3 + 1, (number + 1) % 3 + 1])
    if asked == 1:
        return f"Is there only one {name} in the image?", yes(number == 1)
    return f"Is there a total of {NUMBERS[asked]} {plural(name)} in the image?", yes(asked == number)


def colour(rng, scene):
    tiled = [thing for thing in scene.things if thing.tile >= 0]
    if not tiled:
        return count(rng, scene)
    thing = rng.choice(tiled)
    name = NAMES[thing.cls]
    if rng.random() < .5:
        return f"What color is the tile behind the {name}?", COLOR_NAMES[thing.tile].capitalize()
    asked = rng.choice([thing.tile, rng.randrange(len(COLOR_NAMES))])
    return f"Is the tile behind the {name} {COLOR_NAMES[asked]}?", yes(asked == thing.tile)


def position(rng, scene):
    single = [thing for thing in scene.things if len(thing.boxes) == 1]
    if len(single) >= 2 and rng.random() < .5:
        a, b = rng.sample(single, 2)
        axis = rng.randrange(2)
        gap = a.centre()[axis] - b.centre()[axis]
        words = [("to the left of", "to the right of"), ("above", "below")][axis]
        asked = rng.randrange(2)
        if abs(gap) > SIZE / 8:
            return (f"Is the {NAMES[a.cls]} {words[asked]} the {NAMES[b.cls]}?", yes((gap > 0) == (asked == 1)))
    if single:
        thing = rng.choice(single)
        axis = rng.randrange(2)
        off = thing.centre()[axis] - SIZE / 2
        ends = [("left", "right"), ("top", "bottom")][axis]
        if abs(off) > SIZE / 16:
            question = f"Is the {NAMES[thing.cls]} in the {ends[0]} half or in the {ends[1]} half of the image?"
            return question, ends[off > 0].capitalize()
    return count(rng, scene)


KINDS = [describe, count, colour, position]
CAPTIONS = .15          # share of batches with a caption instead of one question of each other kind


def existence_pack(rng, scene, size):
    """(class, truth) pairs, half of them yes; the others drawn uniformly from the absent classes."""
    present = scene.present()
    absent = [cls for cls in range(CLASSES) if cls not in present]
    rng.shuffle(present)
    half = size // 2
    asked = [(cls, True) for cls in (present * half)[:half]]
    return asked + [(cls, False) for cls in rng.sample(absent, size - half)]


def corpus():
    """All wordings, for the tokenizer: a fixed list in a fixed order."""
    lines = [PREFIX, tail(DESCRIBE, "The image contains")] * 60 + [f" ASSISTANT: {word}" for word in ("Yes", "No")] * 40
    for cls, name in enumerate(NAMES):
        lines += [tail(existence(cls) + suffix, answer) for suffix in SUFFIXES for answer in ("Yes", "No")]
        lines += [f"How many {plural(name)} are there in the image? ASSISTANT: Two",
                  f"Is there only one {name} in the image? ASSISTANT: No",
                  f"Is there a total of three {plural(name)} in the image? ASSISTANT: Yes",
                  f"The image contains {article(name)}, two {plural(name)} and {article(name)}.",
                  f"Is the {name} to the left of the {name}? above below to the right of",
                  f"Is the {name} in the left half or in the right half of the image? Left Right Top Bottom",
                  f"Is the {name} in the top half or in the bottom half of the image?",
                  f"What color is the tile behind the {name}? Is the tile behind the {name}"]
    lines += [f"{word} {word.capitalize()}" for word in NUMBERS + COLOR_NAMES] * 20
    return lines
