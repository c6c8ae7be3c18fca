# SPDX-License-Identifier: MIT
"""Greedy scores and controls on the test set, by the training's own forward or by transformers."""
import argparse
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import pope
import questions
import statements
from make_pope import TEST_SEED, test_scenes
from model import Llava, Shape
from scenes import CLASSES, NAMES, render
from train import END, Words, margins, pixels

HERE = Path(__file__).parent
ROUNDS = 3    # questions of each kind per scene


def read(folder, split):
    with open(folder / f"{split}.jsonl", encoding="utf-8") as file:
        return [json.loads(row) for row in file]


def class_of(text):
    return next(cls for cls in range(CLASSES) if pope.text(cls) == text)


def load_fast(folder):
    from safetensors.torch import load_file
    model = Llava(Shape()).eval()
    model.load_state_dict({name: value.float() for name, value in load_file(folder / "model.safetensors").items()})
    return model


def auc(truths, values):
    """Probability that a yes question has the larger margin."""
    values, truths = np.asarray(values), np.asarray(truths)
    yes, no = values[truths], values[~truths]
    return float((yes[:, None] > no[None]).mean() + .5 * (yes[:, None] == no[None]).mean())


class Fast:
    """All questions of a picture at once."""
    def __init__(self, folder, images_folder, suffix=""):
        self.model, self.words, self.suffix, self.images = load_fast(folder), Words(), suffix, {}
        self.folder = images_folder

    def image(self, name):
        if name not in self.images:
            self.images[name] = np.asarray(Image.open(self.folder / name).convert("RGB"))
        return self.images[name]

    def __call__(self, rows, change=lambda name, image: image):
        """(margin, greedy answer is Yes) for each row, in order; rows of a picture are adjacent."""
        names = list(dict.fromkeys(row["image"] for row in rows))
        out = []
        for at in range(0, len(names), 50):
            part = names[at:at + 50]
            asked = [[class_of(row["text"]) for row in rows if row["image"] == name] for name in part]
            pictures = [change(name, self.image(name)) for name in part]
            margin, answer = margins(self.model, self.words, pictures, asked, suffix=self.suffix)
            out += zip(sum(margin, []), sum(answer, []))
        return out


def text_only(fast, rows):
    """The prompt without picture and image tokens, as for a text model."""
    words, model, seen = fast.words, fast.model, {}
    yes, no = (words.ids(f": {word}")[-1] for word in ("Yes", "No"))
    for row in rows:
        if row["text"] in seen:
            continue
        ids = [1] + words.tokenizer.encode(f"USER: {row['text']} ASSISTANT:", add_special_tokens=False).ids
        text = model.language_model.model
        with torch.no_grad():
            prefix = text.embed_tokens(torch.tensor(ids[:4]))[None]
            state = text(prefix, [torch.tensor(ids[4:])[None, None]])[0][0, 0, -1]
            logits = model.language_model.lm_head(state)
        seen[row["text"]] = ((logits[yes] - logits[no]).item(), logits.argmax().item() == yes)
    return [seen[row["text"]] for row in rows]


def greedy(fast, images, asked, limit=45):
    """Greedy answers as text: one question per picture."""
    words, model = fast.words, fast.model
    rows = [list(words.ids(questions.tail(question))) for question in asked]
    starts, done = [len(row) for row in rows], [False] * len(rows)
    with torch.no_grad():
        image = model.image_tokens(torch.from_numpy(pixels(images)))
        for _ in range(limit):
            ids = torch.zeros(len(rows), 1, max(map(len, rows)), dtype=torch.long)
            for i, row in enumerate(rows):
                ids[i, 0, :len(row)] = torch.tensor(row)
            state = model(image, torch.tensor(words.prefix), [ids])[0][:, 0]
            last = state[torch.arange(len(rows)), torch.tensor([len(row) - 1 for row in rows])]
            top = model.language_model.lm_head(last).argmax(-1).tolist()
            for i, token in enumerate(top):
                done[i] = done[i] or token == END
                if not done[i]:
                    rows[i].append(token)
            if all(done):
                break
    return [words.tokenizer.decode(row[start:]).strip() for row, start in zip(rows, starts)]


def mentioned(text):
    """Classes of a caption in the training's form."""
    forms = {form: cls for cls, name in enumerate(NAMES) for form in (name, questions.plural(name))}
    parts = text.removeprefix("The image contains").rstrip(".").replace(" and ", ", ").split(", ")
    return [forms.get(part.strip().partition(" ")[2]) for part in parts]


def run_skills(args):
    """Count, colour and position questions by exact match; captions by CHAIR."""
    fast, scenes = Fast(args.model, args.pope / "images"), test_scenes()
    images = [render(scene) for scene in scenes]
    rows = [[] for _ in questions.SKILLS]
    for kind in questions.KINDS[1:]:
        rng = random.Random(f"tiny-llava skill {kind.__name__}")
        pairs = [kind(rng, scene) for scene in scenes * ROUNDS]
        for answer, pair in zip(greedy(fast, images * ROUNDS, [question for question, _ in pairs], 4), pairs):
            skill = questions.skill(*pair)
            if questions.SKILLS[skill].startswith(kind.__name__):      # not a count in the place of another question
                rows[skill].append((answer, pair[1]))
    for name, row in list(zip(questions.SKILLS, rows))[1:]:
        constant = max(Counter(truth for _, truth in row).values()) / len(row)
        right = np.mean([answer == truth for answer, truth in row])
        print(f"{name}: {right:.3f} of {len(row)}; best constant answer {constant:.3f}")
    run_statements(fast, len(scenes))
    captions = greedy(fast, images, [questions.DESCRIBE] * len(scenes))
    found = [mentioned(caption) for caption in captions]
    wrong = [[cls for cls in classes if cls not in scene.present()] for classes, scene in zip(found, scenes)]
    hit = [len({*classes} & {*scene.present()}) for classes, scene in zip(found, scenes)]
    print(f"captions: CHAIRs {np.mean([bool(row) for row in wrong]):.3f}, "
          f"CHAIRi {sum(map(len, wrong)) / sum(map(len, found)):.3f}, "
          f"recall {sum(hit) / sum(len(scene.things) for scene in scenes):.3f}")
    print("first caption:", captions[0])


def run_statements(fast, count):
    """Statements about portraits; those about a thing that is not in its usual colour also by themselves."""
    portraits = [statements.make_portrait(TEST_SEED, index) for index in range(count)]
    images = [statements.paint(portrait) for portrait in portraits]
    odd = np.array([portrait.shown() != statements.USUAL[NAMES[portrait.cls]] for portrait in portraits])
    for kind in dict.fromkeys(statements.KINDS):
        rng = random.Random(f"tiny-llava statement {kind}")
        pairs = [statements.state(rng, portrait, kind) for portrait in portraits]
        answers = greedy(fast, images, [question for question, _ in pairs], 4)
        right = np.array([answer == truth for answer, (_, truth) in zip(answers, pairs)])
        print(f"statement, {kind}: {right.mean():.3f} of {count}; of those in another colour {right[odd].mean():.3f} of {odd.sum()}")


def shuffled(names, images):
    """Each picture replaced by that of another scene."""
    order = list(names)
    random.Random("tiny-llava shuffle").shuffle(order)
    swap = dict(zip(order, order[1:] + order[:1]))
    return lambda name, image: images(swap[name])


def show(name, split, truths, result):
    values = pope.score(truths, [answer for _, answer in result])
    marks = [margin for margin, _ in result]
    if len({*marks}) > 1:
        values["auc"] = auc(truths, marks)
    print(f"{name:<14} {split:<12} " + " ".join(f"{key} {value:.3f}" for key, value in values.items()), flush=True)


def recall_by_size(scenes, rows, result):
    hits = {True: [], False: []}
    for row, (_, answer) in zip(rows, result):
        if row["label"] == "yes":
            cls = class_of(row["text"])
            scene = scenes[int(row["image"][6:12])]
            hits[next(thing.hard for thing in scene.things if thing.cls == cls)].append(answer)
    for hard in (False, True):
        print(f"recall on {'hard' if hard else 'easy'} positives: {np.mean(hits[hard]):.3f} of {len(hits[hard])}")


def worst(rows, result, count=6):
    wrong = [NAMES[class_of(row["text"])] for row, (_, answer) in zip(rows, result) if row["label"] == "no" and answer]
    names = sorted(set(wrong), key=lambda name: (-wrong.count(name), name))[:count]
    print("  wrongly affirmed most:", ", ".join(f"{name} {wrong.count(name)}" for name in names))


def run_fast(args):
    fast = Fast(args.model, args.pope / "images", questions.SUFFIXES[args.suffix])
    scenes = test_scenes()
    for split in pope.SPLITS:
        rows = read(args.pope, split)
        truths = [row["label"] == "yes" for row in rows]
        result = fast(rows)
        show("picture", split, truths, result)
        worst(rows, result)
        if split == "random":
            recall_by_size(scenes, rows, result)
        if args.expected:
            write_expected(args.expected, split, rows, result)
        names = sorted({row["image"] for row in rows})
        show("shuffled", split, truths, fast(rows, shuffled(names, fast.image)))
        show("blank grey", split, truths, fast(rows, lambda name, image: np.full_like(image, 160)))
        show("text only", split, truths, text_only(fast, rows))


def write_expected(folder, split, rows, result):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{split}.jsonl", "w", encoding="utf-8") as file:
        for row, (margin, answer) in zip(rows, result):
            file.write(json.dumps({"question_id": row["question_id"], "answer": "Yes" if answer else "No",
                                   "margin": round(margin, 4)}) + "\n")


def run_transformers(args):
    from transformers import AutoProcessor, LlavaForConditionalGeneration
    model, info = LlavaForConditionalGeneration.from_pretrained(args.model, dtype=torch.float32,
                                                                output_loading_info=True)
    print({key: sorted(value) for key, value in info.items()})
    processor = AutoProcessor.from_pretrained(args.model)
    fast = Fast(args.model, args.pope / "images", questions.SUFFIXES[args.suffix])
    for split in pope.SPLITS:
        rows = read(args.pope, split)[:args.limit]
        answers = []
        for row in rows:
            inputs = processor(images=Image.open(args.pope / "images" / row["image"]),
                               text=questions.prompt(row["text"] + questions.SUFFIXES[args.suffix]),
                               return_tensors="pt")
            with torch.no_grad():
                out = model.generate(**inputs, max_new_tokens=16, do_sample=False)
            answers.append(processor.decode(out[0, inputs["input_ids"].shape[1]:], skip_special_tokens=True).strip())
        truths = [row["label"] == "yes" for row in rows]
        show("transformers", split, truths, [(0., answer == "Yes") for answer in answers])
        same = sum((answer == "Yes") == mine for answer, (_, mine) in zip(answers, fast(rows)))
        odd = sum(answer not in ("Yes", "No") for answer in answers)
        print(f"  equal to the fast path: {same} of {len(rows)}; neither Yes nor No: {odd}")


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, default=HERE / "model")
    args.add_argument("--pope", type=Path, default=HERE / "pope")
    args.add_argument("--engine", default="fast", choices=["fast", "transformers", "skills"])
    args.add_argument("--suffix", type=int, default=0, help="0 none, 1 VCD's, 2 LLaVA's, 3 MME's")
    args.add_argument("--limit", type=int, default=300, help="questions per file, transformers only")
    args.add_argument("--expected", type=Path, help="folder for answers and margins")
    args.add_argument("--threads", type=int, default=1)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    {"fast": run_fast, "transformers": run_transformers, "skills": run_skills}[args.engine](args)


if __name__ == "__main__":
    main()
