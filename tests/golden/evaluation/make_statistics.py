# SPDX-License-Identifier: MIT
"""Expected statistics by SciPy 1.17 and NumPy 2.4. Writes statistics.json beside this file.

mcnemar    scipy.stats.binomtest of the discordant pairs, two-sided, p = 1/2
auc        scipy.stats.mannwhitneyu / (P N), margins with ties
holm       step by step as Holm 1979 has it, no library
bootstrap  clusters of questions drawn with replacement, 200,000 resamples by numpy, percentiles 2.5 and 97.5; se is the standard
           deviation of the resampled means: what a tolerance is measured in
"""
import json
import pathlib

import numpy as np
import scipy.stats

rng = np.random.default_rng(11)


def mcnemar():
    pairs = [(0, 0), (1, 0), (0, 1), (1, 1), (5, 0), (0, 6), (10, 3), (3, 10), (25, 24), (60, 40), (100, 160), (700, 600), (0, 1200), (5000, 5300)]
    return [{"ours": b, "theirs": c, "p": scipy.stats.binomtest(b, b + c, 0.5).pvalue if b + c else 1.0} for b, c in pairs]


def auc():
    cases = []
    for n, steps in ((8, 4), (40, 10), (300, 25), (300, 100000)):
        label = rng.integers(0, 2, n)
        label[:2] = 0, 1
        margin = np.round((rng.normal(size=n) + 0.8 * label) * steps / 4) * 4 / steps
        u = scipy.stats.mannwhitneyu(margin[label == 1], margin[label == 0]).statistic
        area = float(u) / (int(label.sum()) * int(n - label.sum()))
        cases.append({"margins": margin.tolist(), "yes": label.astype(bool).tolist(), "area": area})
    return cases


def holm():
    cases = []
    for values in ([0.01], [0.04, 0.01, 0.03], [0.2, 0.2, 0.2, 0.9], rng.random(9).round(3).tolist(), (rng.random(21) ** 4).round(6).tolist()):
        adjusted = [0.0] * len(values)
        reached = 0.0
        for rank, i in enumerate(sorted(range(len(values)), key=values.__getitem__)):
            reached = max(reached, min(1.0, (len(values) - rank) * values[i]))
            adjusted[i] = reached
        cases.append({"values": values, "adjusted": adjusted})
    return cases


def bootstrap():
    cases = []
    for clusters, largest, fractional in ((50, 6, False), (300, 6, False), (120, 1, False), (200, 6, True)):
        sizes = rng.integers(1, largest + 1, clusters)
        cluster = np.repeat(np.arange(clusters), sizes)
        lean = np.repeat(rng.normal(0, 0.3, clusters), sizes)   # questions of a cluster lean the same way
        difference = np.clip(np.round(rng.normal(0.1, 0.6, cluster.size) + lean), -1, 1)
        if fractional:
            difference = difference * rng.choice([0.25, 0.5, 1.0], cluster.size)
        sums = np.bincount(cluster, difference)
        means = np.empty(200_000)
        for start in range(0, means.size, 10_000):
            drawn = rng.integers(0, clusters, (10_000, clusters))
            means[start:start + 10_000] = sums[drawn].sum(1) / sizes[drawn].sum(1)
        low, high = np.percentile(means, [2.5, 97.5])
        cases.append({"clusters": cluster.tolist(), "differences": difference.tolist(), "mean": float(difference.mean()),
                      "low": float(low), "high": float(high), "se": float(means.std())})
    return cases


text = json.dumps({"mcnemar": mcnemar(), "auc": auc(), "holm": holm(), "bootstrap": bootstrap()})
pathlib.Path(__file__).with_name("statistics.json").write_text(text.replace("}, {", "},\n{") + "\n", encoding="ascii")
print(len(text), "bytes")
