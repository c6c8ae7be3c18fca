# SPDX-License-Identifier: MIT
"""Prints the statistics of the scenes that the data card compares with COCO's."""
from collections import Counter

import numpy as np

from scenes import CLASSES, NAMES, Knobs, make_scene

COUNT, SEED = 20000, 1


def main():
    scenes = [make_scene(Knobs(), SEED, index) for index in range(COUNT)]
    sets = [scene.present() for scene in scenes]
    count = Counter(cls for present in sets for cls in present)
    pairs = Counter((a, b) for present in sets for a in present for b in present if a != b)
    ranking = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    sizes = Counter(map(len, sets))
    print(f"classes in a scene: mean {np.mean([len(present) for present in sets]):.2f}",
          " ".join(f"{size}: {sizes[size] / COUNT:.1%}" for size in sorted(sizes)))
    print("most frequent:", ", ".join(f"{NAMES[cls]} {n / COUNT:.3f}" for cls, n in ranking[:8]))
    print(f"rank 40: {ranking[39][1] / COUNT:.3f}, last: {ranking[-1][1] / COUNT:.3f}")
    slope = np.polyfit(np.log(np.arange(1, CLASSES + 1)), np.log([n for _, n in ranking]), 1)[0]
    print(f"slope of log frequency over log rank: {slope:.2f}")
    for name, banned in (("all", ()), ("without person", (0,))):
        best = [max(pairs[cls, other] / count[cls] for other in range(CLASSES) if other not in (cls, *banned))
                for cls in range(CLASSES)]
        print(f"P(most frequent partner | class), {name}: quartiles", np.percentile(best, [25, 50, 75]).round(2))
    lift = [max(pairs[cls, other] * COUNT / count[cls] / count[other] for other in range(CLASSES) if other != cls)
            for cls in range(CLASSES)]
    print(f"best lift: median {np.median(lift):.1f}")
    things = [thing for scene in scenes for thing in scene.things]
    print(f"hard objects: {np.mean([thing.hard for thing in things]):.3f}, backdrop of another scene type:",
          f"{np.mean([scene.backdrop != scene.kind for scene in scenes]):.3f}")


if __name__ == "__main__":
    main()
