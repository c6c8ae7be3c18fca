# SPDX-License-Identifier: MIT
"""Small inputs, answers and expected scores of the benchmarks other than POPE, worked out from the descriptions of their rules.

Writes mme/, vlind/, chair/, amber/ and hallusion/ beside this file: questions in the published layout, answers in the form of
the official scorer, expected.json with its numbers as fractions. The mentions in captions and the right answers of
HallusionBench are written down by hand, not computed.
"""
import json
import pathlib
import struct
import zlib

here = pathlib.Path(__file__).parent


def save(path, value, **form):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, **form) + "\n", encoding="ascii", newline="\n")


def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(row + "\n" for row in rows), encoding="utf-8", newline="\n")


def pixel():
    """A PNG of one grey pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


# MME: lower case, then "yes" or else "no" within the first four characters, or nothing.
MME = {  # subtask: picture: (question, truth, answer) twice
    "existence": {"000000001": [("Is there a dog in this image?", "Yes", "Yes"), ("Is there a cat in this image?", "No", "No")],
                  "000000002": [("Is there a cup in this image?", "Yes", "yes, there is"), ("Is there a pen in this image?", "No", "There is no pen")],
                  "000000003": [("Is there a bed in this image?", "Yes", "I know"), ("Is there a tie in this image?", "No", "nope")]},
    "count": {"one": [("Are there two dogs in this image?", "Yes", "It is yes"), ("Is there one dog in this image?", "No", "")],
              "two": [("Is there a total of two people?", "Yes", "YES."), ("Is there one person?", "No", "\u00e9 no")]},
    "position": {"a": [("Is the dog on the left", "Yes", "eyes"), ("Is the dog right of the cat?", "No", "a no")]},
    "landmark": {"tower": [("Is this a photo of the tower?", "Yes", "no yes"), ("Is this a photo of the bridge?", "No", "yes no")]},
    "OCR": {"0001": [("Is the word in the logo \"x\"?", "Yes", "yes"), ("Is the word in the logo \"y\"?", "No", "no")]},
    "code_reasoning": {"0002": [("Is the output \"1\"?", "Yes", "yes"), ("Is the output \"2\"?", "No", "Yes")],
                       "0003": [("Is the output \"3\"?", "Yes", "\u00e9\u00e9\u00e9no"), ("Is the output \"4\"?", "No", "\u00e9\u00e9no")]},
}
PERCEPTION = "existence count position color posters celebrity scene landmark artwork OCR".split()


def mme_verdict(answer):
    head = (answer + "\n").lower()[:4]
    return "yes" if "yes" in head else "no" if "no" in head else "other"


def make_mme():
    root = here / "mme"
    expected, sums, other = {}, {"perception": 0., "cognition": 0.}, 0
    for sub, pictures in MME.items():
        nested = sub == "landmark"
        texts, images = root / sub / ("questions_answers_YN" if nested else ""), root / sub / ("images" if nested else "")
        rows, right, both = [], 0, 0
        for name, pair in pictures.items():
            asked = [(f"{q} Please answer yes or no.", truth, answer) for q, truth, answer in pair]
            lines(texts / f"{name}.txt", [f"{q}\t{truth}" for q, truth, _ in asked])
            images.mkdir(parents=True, exist_ok=True)
            suffix = ".jpg" if sub == "count" else ".png"
            (images / f"{name}{suffix}").write_bytes(pixel())
            rows += [f"{name}{suffix}\t{q}\t{truth}\t{answer}" for q, truth, answer in asked]
            verdicts = [mme_verdict(answer) for *_, answer in asked]
            good = [v == truth.lower() for v, (_, truth, _) in zip(verdicts, asked)]
            right, both, other = right + sum(good), both + all(good), other + verdicts.count("other")
        lines(root / "results" / f"{sub}.txt", rows)
        acc, plus = right / (2 * len(pictures)), both / len(pictures)
        expected[sub] = {"acc": acc, "acc_plus": plus, "score": 100 * acc + 100 * plus}
        sums["perception" if sub in PERCEPTION else "cognition"] += 100 * acc + 100 * plus
    expected |= {kind: {"acc": None, "acc_plus": None, "score": total} for kind, total in sums.items()}
    save(root / "expected.json", {"groups": expected, "unparseable": other}, indent=1)


# VLind-Bench: answers as (a1, a2), (b1, b2), (c1, c2) and for each good picture (d1, d2).
GOOD = ("True", "False")
VLIND = [
    ("climate", {"0": 3, "1": 2, "5": 2}, GOOD, GOOD, GOOD, {"0": GOOD, "1": GOOD, "5": GOOD}),
    ("climate", {"0": 3, "1": 1, "4": 2, "8": 3}, GOOD, GOOD, ("True.", "It is false,"), {"0": GOOD, "4": ("True", "True"), "8": ("true", "FALSE")}),
    ("color", {"2": 2, "11": 3}, ("False", "False"), GOOD, GOOD, {"2": GOOD, "11": GOOD}),
    ("color", {"3": 2, "6": 2}, GOOD, ("True!", "False"), GOOD, {"3": GOOD, "6": GOOD}),
    ("size", {"0": 1, "9": 1}, None, None, None, None),
    ("size", {"7": 3, "10": 2}, GOOD, GOOD, ("False", "False"), {"7": GOOD, "10": ("False", "False")}),
    ("size", {"1": 2}, GOOD, ("The answer is\ntrue", "no, false"), GOOD, {"1": ("false true", "False")}),
    ("time", {"0": 2, "1": 2, "2": 2, "3": 2}, GOOD, GOOD, GOOD, {"0": GOOD, "1": ("", "False"), "2": GOOD, "3": ("True", "true false")}),
]
STYLES = {"": range(12), "photorealistic": range(4), "illustration": range(4, 8), "cartoon": range(8, 12)}


def true_false(response):
    cleaned = "".join(c for c in response.lower().replace("\n", " ") if c not in ",.")
    return next((w.capitalize() for w in cleaned.split(" ") if w in ("true", "false")), "NA")


def predicted(response):
    return {"response": response, "answer": true_false(response)}


def passes(pair):
    return tuple(map(true_false, pair)) == GOOD


def vlind_scores(style):
    allowed, sums, n = {str(k) for k in STYLES[style]}, dict.fromkeys("a b c ac abc d abcd".split(), 0.), 0
    for _, votes, a, b, c, d in VLIND:
        good = [k for k, count in votes.items() if count >= 2 and k in allowed]
        if not good:
            continue
        n += 1
        a, b, c, d = passes(a), passes(b), passes(c), sum(passes(d[k]) for k in good) / len(good)
        for key, value in zip(sums, (a, b, c, a and c, a and b and c, d, d if a and b and c else 0)):
            sums[key] += value
    def share(part, whole):
        return part / whole if whole else 0.
    return {"s_ck": share(sums["a"], n), "s_vp": share(sums["b"], n), "s_cb": share(sums["ac"], sums["a"]),
            "s_lp": share(sums["abcd"], sums["abc"]), "cb": share(sums["c"], n), "lp": share(sums["d"], n)}


def make_vlind():
    data, answered = [], []
    for number, (concept, votes, a, b, c, d) in enumerate(VLIND):
        row = {"concept": concept, "context_id": number if number % 2 else str(number), "context": f"odd world {number}.",
               "context_rating": 4.5, "factual_context": f"usual world {number}.", "true_statement": f"Odd {number}.",
               "false_statement": f"Usual {number}.", "existent_noun": "a penguin", "non-existent_noun": "a lion",
               "best_img_id": max(votes, key=votes.get), "aggregated_human_label_good_images": votes}
        data.append(row)
        answered.append(dict(row))
        good = [k for k in map(str, range(12)) if votes.get(k, 0) >= 2]
        for key, pair in {"a{}_image": a, "b{}": b, "c{}_image": c}.items() if good else ():
            answered[-1] |= {f"m_pred_{key.format(k + 1)}": predicted(pair[k]) for k in range(2)}
        if good:
            answered[-1] |= {f"m_pred_d{k + 1}": {p: predicted(d[p][k]) for p in good} for k in range(2)}
    save(here / "vlind" / "data.json", data, indent=4)
    save(here / "vlind" / "data_m.json", answered, indent=4)
    save(here / "vlind" / "expected.json", {style: vlind_scores(style) for style in STYLES}, indent=1)


# CHAIR: classes in the picture, caption, classes that the caption mentions, in its order.
CHAIR = [
    (["person", "dog"], [], "A man walks two dogs.", ["person", "dog"]),
    (["bird"], [], "A baby bird and an adult bear cub.", ["bird", "bear"]),
    (["toilet"], [], "A toilet with its seat up.", ["toilet"]),
    (["toilet"], [], "The toilet seat is down.", ["toilet"]),
    (["chair"], [], "An empty seat by the window.", ["chair"]),
    (["wine glass", "dining table"], [], "Wine glasses on the tables, and one wine glass more.", ["wine glass", "dining table", "wine glass"]),
    (["fire hydrant", "traffic light"], [], "A FIRE HYDRANT near traffic lights and a stop sign", ["fire hydrant", "traffic light", "stop sign"]),
    (["hot dog"], [], "Two hot dogs, not a dog's dinner.", ["hot dog", "dog"]),
    (["airplane", "train"], [], "A passenger jet over a passenger train", ["airplane", "train"]),
    (["person"], ["A woman with two knives and a bow tie"], "Women with a knife, ties and scissors", ["person", "knife", "tie", "scissors"]),
    (["baseball bat", "person"], [], "A batter at home plate swings a baseball bat", ["person", "baseball bat"]),
    (["cat"], [], "Nothing to see.", []),
    (["person", "skis"], [], "People on skis; skiers' skis.", ["person", "skis", "person", "skis"]),
    (["bus"], [], "Buses, benches, couches and sheep.", ["bus", "bench", "couch", "sheep"]),
    (["teddy bear"], [], "A teddy bear with a cell phone beside a laptop computer", ["teddy bear", "cell phone", "laptop"]),
    ([], [], "A giraffe eats leaves.", ["giraffe"]),
]


def make_chair():
    root = here / "chair"
    sums = dict.fromkeys("captions absent_captions mentions absent named present".split(), 0)
    extra = {9: {"person", "knife", "tie"}}  # what the true caption adds
    for i, (present, _, _, mentioned) in enumerate(CHAIR):
        there = set(present) | extra.get(i, set())
        absent = [m for m in mentioned if m not in there]
        for key, value in zip(sums, (1, bool(absent), len(mentioned), len(absent), len(there & set(mentioned)), len(there))):
            sums[key] += value
    lines(root / "questions.jsonl", [json.dumps({"image_id": 100 + i, "image": f"{i}.jpg", "objects": present} | ({"captions": true} if true else {}))
                                     for i, (present, true, _, _) in enumerate(CHAIR)])
    lines(root / "captions.jsonl", [json.dumps({"image_id": 100 + i, "caption": caption}) for i, (_, _, caption, _) in enumerate(CHAIR)])
    save(root / "expected.json", {"chair_s": sums["absent_captions"] / sums["captions"], "chair_i": sums["absent"] / sums["mentions"],
                                  "recall": sums["named"] / sums["present"], "mentions": [m for *_, m in CHAIR]}, indent=1)


# AMBER: "No" is positive; denominators begin at .001; rounding to a tenth of a percent before F1.
AMBER = {
    "discriminative-attribute-state": [("yes", "Yes"), ("yes", "No"), ("no", "No"), ("no", "Yes"), ("no", "no"), ("yes", "Yes.")],
    "discriminative-attribute-number": [("yes", "Yes"), ("no", "Yes"), ("no", "No")],
    "discriminative-attribute-action": [("no", "No"), ("yes", "yes")],
    "discriminative-hallucination": [("no", "No"), ("no", "No"), ("no", "Yes"), ("no", "Maybe")],
    "discriminative-relation": [("yes", "Yes"), ("yes", "No")],
    "relation": [("no", "Yes"), ("no", "Yes")],
}
AMBER_GROUPS = {"all": list(AMBER), "existence": ["discriminative-hallucination"], "attribute": [t for t in AMBER if "attribute" in t],
                "state": ["discriminative-attribute-state"], "number": ["discriminative-attribute-number"],
                "action": ["discriminative-attribute-action"], "relation": ["discriminative-relation", "relation"]}


def amber_scores(group):
    # "all" has one counter; the others add one for each of their types, the two kinds of relation sharing theirs.
    start = .001 * (3 if group == "attribute" else 1)
    rows = [row for kind in AMBER_GROUPS[group] for row in AMBER[kind]]
    no, denied = [r for r in rows if r[0] == "no"], [r for r in rows if r[1] == "No"]
    hit = sum(r == ("no", "No") for r in rows)
    right = hit + sum(r == ("yes", "Yes") for r in rows)
    accuracy, precision, recall = (round(a / (start + len(b)) * 100, 1) for a, b in ((right, rows), (hit, denied), (hit, no)))
    p, r = precision / 100, recall / 100
    f1 = round(2 * p * r / (p + r + (.001 if group == "existence" else .0001)) * 100, 1)
    return {"accuracy": accuracy / 100, "precision": p, "recall": r, "f1": f1 / 100}


def make_amber():
    root = here / "amber"
    annotations, queries, answers = [{"id": 1, "type": "generative", "truth": ["tree"], "hallu": []}], [], []
    for kind, rows in AMBER.items():
        for truth, response in rows:
            number = len(annotations) + 1
            annotations.append({"id": number, "type": kind, "truth": truth})
            queries.append({"id": number, "image": f"AMBER_{number}.jpg", "query": f"Is number {number} there?"})
            answers.append({"id": number, "response": response})
    save(root / "annotations.json", annotations, indent=1)
    save(root / "query" / "query_discriminative.json", queries, indent=1)
    save(root / "answers.json", answers, indent=1)
    save(root / "expected.json", {group: amber_scores(group) for group in AMBER_GROUPS}, indent=1)


# HallusionBench: category, subcategory, set, figure, question, truth, prediction, right (by hand).
HALLUSION = [
    ("VD", "illusion", "0", "0", "0", "1", "Yes, they are.", True), ("VD", "illusion", "0", "0", "1", "0", "No.", True),
    ("VD", "illusion", "0", "1", "0", "0", "Yes", False), ("VD", "illusion", "0", "1", "1", "1", "yes", True),
    ("VD", "math", "0", "0", "0", "1", "I am not sure", False), ("VD", "math", "0", "1", "0", "0", "No", True),
    ("VS", "chart", "0", "0", "0", "1", "I cannot tell", True), ("VS", "chart", "0", "0", "1", "0", "Yes", False),
    ("VS", "chart", "0", "1", "0", "1", "Yes", True), ("VS", "chart", "0", "1", "1", "0", "No", True),
    ("VS", "chart", "0", "2", "0", "0", "Yes and no", False),
    ("VS", "map", "3", "0", "0", "0", "no", True), ("VS", "map", "3", "1", "0", "0", "It is not.", False),
    ("VS", "table", 7, 0, 0, "1", "", True), ("VS", "table", 7, 1, 0, "1", "YES", True),
]


def shares(rows):
    figures, sets = {}, {}
    for category, sub, number, figure, question, _, _, right in rows:
        if not (category == "VS" and str(figure) == "0"):
            figures.setdefault((category, sub, number, figure), []).append(right)
        sets.setdefault((category, sub, number, question), []).append(right)
    return {"a_acc": sum(r[-1] for r in rows) / len(rows), "f_acc": sum(map(all, figures.values())) / len(figures),
            "q_acc": sum(map(all, sets.values())) / len(sets)}


def make_hallusion():
    root, questions, answers = here / "hallusion", [], []
    for i, (category, sub, number, figure, question, truth, prediction, _) in enumerate(HALLUSION):
        blind = category == "VS" and str(figure) == "0"
        row = {"category": category, "subcategory": sub, "visual_input": "0" if blind else "1", "set_id": number, "figure_id": figure,
               "sample_note": "\u00e9", "question_id": question, "question": f"Is it so, {i}?", "gt_answer_details": "as it is",
               "gt_answer": truth, "filename": None if blind else f"./{category}/{sub}/{number}_{figure}.png"}
        questions.append(row)
        answers.append(row | {"model_prediction": prediction})
    save(root / "HallusionBench.json", questions, indent=4)
    save(root / "HallusionBench_result.json", answers, indent=4)
    save(root / "expected.json", {"all": shares(HALLUSION)} | {c: shares([r for r in HALLUSION if r[0] == c]) for c in ("VD", "VS")}, indent=1)


for make in (make_mme, make_vlind, make_chair, make_amber, make_hallusion):
    make()
