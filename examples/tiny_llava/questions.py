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
SUFFIX_WEIGHTS = [.60, .72, .88, 1.]  # cumulative
DESCRIBE = "Please describe this image in detail."
NUMBERS = ["zero", "one", "two", "three"]
COUNT_WEIGHTS = [0, 1, 4, 10]     # of an object with so many copies
HALVES = [("left", "right"), ("top", "bottom")]
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


def visible(scene):
    """What count, colour and position are asked of: of a hard object nobody can see more than that it is there.

    If all are hard, all of them; then the question is always for the count, which is one.
    """
    return [thing for thing in scene.things if not thing.hard] or scene.things


def describe(rng, scene):
    return DESCRIBE, caption(scene)


def count(rng, scene):
    """The rarer numbers are asked for more often, so that "one" is no safe answer."""
    things = visible(scene)
    thing = rng.choices(things, [COUNT_WEIGHTS[len(thing.boxes)] for thing in things])[0]
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
    other = (thing.tile + rng.randrange(1, len(COLOR_NAMES))) % len(COLOR_NAMES)
    asked = rng.choice([thing.tile, other])
    return f"Is the tile behind the {name} {COLOR_NAMES[asked]}?", yes(asked == thing.tile)


def position(rng, scene):
    """About one object; the relation of two would need two look-ups."""
    single = [thing for thing in visible(scene) if len(thing.boxes) == 1 and not thing.hard]
    axis = rng.randrange(2)
    single = [thing for thing in single if abs(thing.centre()[axis] - SIZE / 2) > SIZE / 16]
    if not single:
        return count(rng, scene)
    thing = rng.choice(single)
    name, ends, truth = NAMES[thing.cls], HALVES[axis], int(thing.centre()[axis] > SIZE / 2)
    if rng.random() < .5:
        return f"Is the {name} in the {ends[0]} or {ends[1]} half of the image?", ends[truth].capitalize()
    asked = rng.randrange(2)
    return f"Is the {name} in the {ends[asked]} half of the image?", yes(asked == truth)


SKILLS = ["existence"] + [f"{kind} {form}" for kind in ("count", "colour", "position") for form in ("open", "yes/no")]


def skill(question, answer):
    """Index into SKILLS; a colour or position question may have become one about the count."""
    if question.startswith(("Is there a ", "Is there an ")) and "total" not in question:
        return 0
    kind = 1 if "tile" in question else 2 if "half" in question else 0
    return 1 + 2 * kind + (answer in ("Yes", "No"))


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
                  f"Is the {name} in the left or right half of the image? Left Right",
                  f"Is the {name} in the top or bottom half of the image? Top Bottom",
                  f"What color is the tile behind the {name}? Is the tile behind the {name}"]
    lines += [f"{word} {word.capitalize()}" for word in NUMBERS + COLOR_NAMES] * 20
    return lines
