# SPDX-License-Identifier: MIT
"""Draws the README's picture from answer files: questions that a method corrected, and questions that it spoiled.

python3 picture.py --questions pope/adversarial.jsonl --images pope/images --plain GREEDY.answers.jsonl \
    --method CAUSALMM.answers.jsonl --out picture.png
"""
import argparse
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SCALE, MARGIN, TEXT = 2, 12, 84


def read(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def first_of_each(questions, plain, method):
    """The first two questions that only the method answers right, and the first two that only the plain run does."""
    right = lambda answer, question: answer["text"].lower().startswith(question["label"])
    rows = list(zip(questions, plain, method))
    corrected = [row for row in rows if right(row[2], row[0]) and not right(row[1], row[0])]
    spoiled = [row for row in rows if right(row[1], row[0]) and not right(row[2], row[0])]
    return corrected[:2] + spoiled[:2]


def draw(rows, images):
    width = 112 * SCALE
    canvas = Image.new("RGB", (len(rows) * (width + MARGIN) + MARGIN, width + TEXT + 2 * MARGIN), "white")
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(size=13)
    for column, (question, plain, method) in enumerate(rows):
        left = MARGIN + column * (width + MARGIN)
        scene = Image.open(Path(images) / question["image"]).convert("RGB").resize((width, width), Image.BICUBIC)
        canvas.paste(scene, (left, MARGIN))
        lines = [(question["text"], "black"), (f"truth: {question['label']}", "black")]
        for name, answer in (("plain", plain), ("CausalMM", method)):
            good = answer["text"].lower().startswith(question["label"])
            lines.append((f"{name}: {answer['text']}", "#1a7f37" if good else "#b3261e"))
        for line, (text, colour) in enumerate(lines):
            pen.text((left, MARGIN + width + 6 + 19 * line), text, fill=colour, font=font)
    return canvas


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--questions", "--images", "--plain", "--method", "--out"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    rows = first_of_each(read(options.questions), read(options.plain), read(options.method))
    draw(rows, options.images).quantize(256).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
