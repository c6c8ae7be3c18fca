# SPDX-License-Identifier: MIT
"""Writes the other test sets, in the published layouts: mme/, chair/ and vlind/ beside the pictures of pope/.

mme     existence, count, position and colour: two questions a picture, the first to be affirmed; pictures of pope/
chair   the objects of sixty pictures of pope/, and the names of the classes
vlind   pictures of fruit and the like in a colour that they never have, and statements about them; the colour is what the picture
        or a sentence says, while common sense says another
"""
import argparse
import hashlib
import json
import random
import shutil
from pathlib import Path

from PIL import Image

import pope
from make_pope import TEST_SEED, image_name, test_scenes
from questions import HALVES, NUMBERS, article, existence, plural
from scenes import COLOR_NAMES, INDEX, NAMES, SCENE_NAMES, SIZE
from statements import TESTED, USUAL, Portrait, is_colored, paint, unusual, world

ASK = " Please answer yes or no."
PICTURES = 24          # of each MME subtask
CAPTIONS = 60


def easy_single(scene):
    return [thing for thing in scene.things if not thing.hard and len(thing.boxes) == 1]


def ask_existence(scenes):
    """A present class, and the absent one that goes best with it."""
    rows = pope.build(scenes, TEST_SEED)["adversarial"]
    pairs = {}
    for index, cls, truth in rows:
        pairs.setdefault(index, {}).setdefault(truth, cls)
    return lambda index: [existence(pairs[index][truth]) for truth in (True, False)]


def ask_count(scenes):
    def ask(index):
        things = [thing for thing in scenes[index].things if not thing.hard]
        if not things:
            return None
        thing = max(things, key=lambda t: len(t.boxes))
        name, number = NAMES[thing.cls], len(thing.boxes)
        def total(n):
            return f"Is there a total of {NUMBERS[n]} {plural(name)} in the image?"
        return [f"Is there only one {name} in the image?" if number == 1 else total(number), total(2 if number != 2 else 3)]
    return ask


def ask_position(scenes):
    def ask(index):
        axis = index % 2
        things = [t for t in easy_single(scenes[index]) if abs(t.centre()[axis] - SIZE / 2) > SIZE / 16]
        if not things:
            return None
        ends, far = HALVES[axis], things[0].centre()[axis] > SIZE / 2
        return [f"Is the {NAMES[things[0].cls]} in the {end} half of the image?" for end in (ends[far], ends[not far])]
    return ask


def ask_color(scenes):
    def ask(index):
        things = [thing for thing in scenes[index].things if thing.tile >= 0]
        if not things:
            return None
        colors = COLOR_NAMES[things[0].tile], COLOR_NAMES[(things[0].tile + 1 + index) % len(COLOR_NAMES)]
        if colors[0] == colors[1]:
            return None
        return [f"Is the tile behind the {NAMES[things[0].cls]} {color}?" for color in colors]
    return ask


def make_mme(folder, pictures, scenes):
    subtasks = {"existence": ask_existence, "count": ask_count, "position": ask_position, "color": ask_color}
    for number, (sub, make) in enumerate(subtasks.items()):
        ask, begin = make(scenes), number * len(scenes) // len(subtasks)
        (folder / sub).mkdir(parents=True, exist_ok=True)
        taken = [i for i in range(begin, len(scenes)) if ask(i)][:PICTURES]
        for index in taken:
            shutil.copyfile(pictures / image_name(index), folder / sub / image_name(index))
            text = "".join(f"{question}{ASK}\t{truth}\n" for question, truth in zip(ask(index), ("Yes", "No")))
            (folder / sub / image_name(index)).with_suffix(".txt").write_text(text, encoding="ascii", newline="\n")


def make_chair(folder, scenes):
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"image_id": i, "image": image_name(i), "objects": [NAMES[cls] for cls in sorted(scene.present())]})
             for i, scene in enumerate(scenes[:CAPTIONS])]
    (folder / "chair.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
    (folder / "synonyms.txt").write_text("\n".join(NAMES) + "\n", encoding="ascii", newline="\n")


def save(picture, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=92, subsampling=0)


def make_vlind(folder):
    """One counterfactual picture of each style (here: sizes and backdrops) for each tested name."""
    rng, rows = random.Random("tiny-llava vlind"), []
    def portrait(name, color, backdrop, side):
        at = (SIZE - side) // 2
        return Image.fromarray(paint(Portrait(INDEX[name], color, backdrop % len(SCENE_NAMES), 0, (at, at, side))))
    for number, name in enumerate(TESTED):
        usual, odd = USUAL[name], unusual(name)
        other = rng.choice([each for each in NAMES[5:] if each != name])
        context, factual = world(name, odd), world(name, usual)
        for picture, side in ((0, 56), (4, 40), (8, 28)):
            save(portrait(name, odd, number + picture, side),
                 folder / "counterfactual" / "color" / f"{number}_{context}" / f"{picture}.jpg")
        save(portrait(name, None, number, 56), folder / "factual" / "color" / f"{number}_{factual}" / "0.jpg")
        rows.append({"concept": "color", "context_id": number, "context": context, "factual_context": factual,
                     "true_statement": is_colored(name, odd), "false_statement": is_colored(name, usual),
                     "existent_noun": article(name), "non-existent_noun": article(other), "best_img_id": 0,
                     "aggregated_human_label_good_images": {"0": 3, "4": 3, "8": 2, "9": 1}})
    (folder / "vlind.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="ascii", newline="\n")


def digest(folder):
    """sha256 over the names and bytes of all files, in name order."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, default=Path(__file__).parent)
    args.add_argument("--pictures", type=Path, default=Path(__file__).parent / "pope" / "images")
    options = args.parse_args()
    scenes = test_scenes()
    make_mme(options.out / "mme", options.pictures, scenes)
    make_chair(options.out / "chair", scenes)
    shutil.rmtree(options.out / "vlind", ignore_errors=True)    # folders are named after what they show
    make_vlind(options.out / "vlind")
    for name in ("mme", "chair", "vlind"):
        print(f"{name}: {digest(options.out / name)}")


if __name__ == "__main__":
    main()
