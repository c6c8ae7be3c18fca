# SPDX-License-Identifier: MIT
"""POPE questions for scenes, by POPE's own construction, and the scores."""
import random
from collections import Counter

from questions import existence
from scenes import CLASSES

SPLITS = ("random", "popular", "adversarial")
POSITIVES = 3


def ranked(counter):
    """Classes by falling count; ties by index."""
    return sorted(range(CLASSES), key=lambda cls: (-counter[cls], cls))


def first_free(order, present, asked):
    return next((cls for cls in order if cls not in present and cls not in asked), None)


def negatives(split, present, positives, popular, partners, rng):
    """One class that is not in the picture for each positive one."""
    asked = []
    for positive in positives:
        absent = [cls for cls in range(CLASSES) if cls not in present and cls not in asked]
        cls = None
        if split == "popular":
            cls = first_free(popular, present, asked)
        elif split == "adversarial":
            cls = first_free(partners[positive], present, asked)
        asked.append(rng.choice(absent) if cls is None else cls)
    return asked


def build(scenes, seed):
    """{split: [(scene index, class, truth), ...]}: per picture three yes and three no in turn, as in POPE."""
    count = Counter(cls for scene in scenes for cls in scene.present())
    pairs = {cls: Counter() for cls in range(CLASSES)}
    for scene in scenes:
        for a in scene.present():
            pairs[a].update(b for b in scene.present() if b != a)
    popular = ranked(count)
    partners = {cls: [other for other in ranked(pairs[cls]) if pairs[cls][other]] for cls in range(CLASSES)}
    draw = random.Random(f"tiny-llava pope {seed} positives")
    positives = [draw.sample(scene.present(), POSITIVES) for scene in scenes]
    out = {}
    for split in SPLITS:
        rng = random.Random(f"tiny-llava pope {seed} {split}")
        rows = []
        for index, scene in enumerate(scenes):
            absent = negatives(split, scene.present(), positives[index], popular, partners, rng)
            for yes, no in zip(positives[index], absent):
                rows += [(index, yes, True), (index, no, False)]
        out[split] = rows
    return out


def text(cls):
    return existence(cls)


def score(truths, answers):
    """Accuracy, precision, recall, F1 and yes rate over two lists of booleans."""
    pairs = Counter(zip(truths, answers))
    tp, fp, fn, tn = pairs[True, True], pairs[False, True], pairs[True, False], pairs[False, False]
    precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return {"accuracy": (tp + tn) / len(truths), "precision": precision, "recall": recall,
            "f1": 2 * precision * recall / max(precision + recall, 1e-9), "yes_rate": (tp + fp) / len(truths),
            "false_yes": fp / max(fp + tn, 1)}
