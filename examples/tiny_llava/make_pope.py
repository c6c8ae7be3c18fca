# SPDX-License-Identifier: MIT
"""Writes the held-out test set: pictures and the three POPE files."""
import argparse
import hashlib
import json
from pathlib import Path

from PIL import Image

import pope
from scenes import Knobs, fingerprint, make_scene, render

TEST_SEED, SCENES = 2, 300


def image_name(index):
    return f"scene_{index:06d}.png"


def test_scenes(count=SCENES):
    return [make_scene(Knobs(), TEST_SEED, index) for index in range(count)]


def line(number, row):
    index, cls, truth = row
    return json.dumps({"question_id": number, "image": image_name(index), "text": pope.text(cls),
                       "label": "yes" if truth else "no"})


def digest(folder):
    """sha256 over the names and bytes of all question files and pictures, in name order."""
    total = hashlib.sha256()
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("images/*.png")]):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, default=Path(__file__).parent / "pope")
    folder = args.parse_args().out
    (folder / "images").mkdir(parents=True, exist_ok=True)
    scenes = test_scenes()
    for index, scene in enumerate(scenes):
        Image.fromarray(render(scene)).save(folder / "images" / image_name(index), optimize=True)
    for split, rows in pope.build(scenes, TEST_SEED).items():
        lines = [line(number, row) for number, row in enumerate(rows, 1)]
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        absent = {cls for _, cls, truth in rows if not truth}
        print(f"{split}.jsonl: {len(rows)} questions, {len(absent)} absent classes")
    print("first test scenes, pixels and truths:", fingerprint(Knobs(), TEST_SEED))
    print("test set:", digest(folder))


if __name__ == "__main__":
    main()
