# SPDX-License-Identifier: MIT
"""Whether the official scorers take what causalmm-eval writes, and find the numbers that it finds.

For each scorer whose clone is there: causalmm-eval answers one question by the embedded model and so begins a run; the run's
records are replaced by answers that take every turn of the rule, with white space at their ends, upper case, both words, none;
`merge` writes the run's files; the official program, unchanged, reads them in a process of its own; what it prints is compared
with what `score` says of those files and of the run's own, and with the scores that the run itself writes. Digits that the program
rounds away are rounded away here, all others must be equal. Prints one line per scorer; exit 1 if a number differs or a scorer fails. A minute in all.

Usage: python3 official_scorers.py CAUSALMM_EVAL CLONES [SCORER...]

CLONES holds clones of these repositories by these names; what is not there is said to be so and left out:
  POPE                     AoiDragon/POPE
  VCD                      DAMO-NLP-SG/VCD (CausalMM has the same program)
  LLaVA                    haotian-liu/LLaVA: its program for POPE, on the questions in the clone POPE
  MME                      tools/eval_tool.zip, unpacked, of BradyFU/Awesome-Multimodal-Large-Language-Models, branch Evaluation
  VLind-Bench              klee972/VLind-Bench; its data is published elsewhere: the instances are made from those of vlind/
  AMBER                    junyangwang0410/AMBER; the discriminative questions
  HallusionBench           tianyi-lab/HallusionBench; its judge GPT-4 replaced by the words of the answer
  CHAIR-metric-standalone  Maxlinn/CHAIR-metric-standalone, the chair.py of LisaAnne/Hallucination (which asks its options for a
                           coco_path that they have not, and ends there) for Python 3; needs a clone pattern of clips/pattern
The Python that runs this must have what the scorers import: tqdm, scikit-learn (MME), numpy and prettytable (HallusionBench), nltk (CHAIR).
"""
import ast
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

golden = pathlib.Path(__file__).parent
model = golden.parents[1] / "examples" / "tiny_llava" / "model"
own_scores, kept = "scores.json", ".answers.jsonl"
draw = random.Random()
tool = clones = None   # set by main



def called(command, **how):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **how)
    if done.returncode != 0:
        raise RuntimeError(f"{pathlib.Path(str(command[1])).name}: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}")
    return done.stdout


def official(script, *arguments, stubs=None, **how):
    """What an official script prints; modules in the folder `stubs` come before all others."""
    return called([sys.executable, script, *arguments], env=os.environ | {"PYTHONPATH": str(stubs or ""), "PYTHONUTF8": "1"}, **how)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def picture(path):
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(golden / "io" / "images" / "pixel.png", path)


def rows(file):
    return [json.loads(line) for line in open(file, encoding="utf-8")]


def json_lines(objects):
    return "".join(json.dumps(each) + "\n" for each in objects)


# Awkward answers, and how the rule `words` reads them.
awkward = {row["answer"]: row["words"] for row in rows(golden / "evaluation" / "rules.jsonl")}
awkward |= {"\n\n\n\nNo": "no", "    yes": "yes", "\t \t no way": "no"}


def yes_or_no(truths):
    """Answers of which most are right, so that whole pairs and figures are right too."""
    return [("Yes." if truth else "no") if draw.random() < .6 else draw.choice(list(awkward)) for truth in truths]


def merged(work, task, questions, answers, *options):
    """Has causalmm-eval write the files of a run with these answers by question id; returns what finds a file by its ending."""
    out = work / "out"
    run = [tool, "run", "--model", model, "--task", f"{task}:{questions}", "--method", "greedy", "--no-controls", "--out", out, *options]
    called([*run, "--limit", 1])
    shard, = out.glob("*.shards/*.jsonl")
    record = json.loads(shard.read_text())
    shard.write_text(json_lines(record | {"question_id": number, "text": text} for number, text in answers.items()))
    called([tool, "merge", out])
    called(run)   # finds every question answered, and writes scores.json
    name = shard.parent.name.removesuffix(".shards")
    return lambda ending: out / (ending if ending == own_scores else name + ending)


def scored(task, questions, answers, *options):
    """The groups of `score`, or of a run's own scores; a benchmark without groups has one, called all."""
    if answers.name == own_scores:
        (methods,) = json.loads(answers.read_text()).values()
        found = methods["greedy"]
    else:
        found = json.loads(called([tool, "score", "--task", task, "--questions", questions, "--answers", answers,
                                   "--format", "json", *options]))
    return found.get("groups", {}) | ({"all": found} if "groups" not in found or "accuracy" in found else {})


def numbers(text, names, group="all"):
    """Of lines "NAME: NUMBER" those with these names, by our own."""
    found = dict(re.findall(r"^\s*([\w ]*\w)\s*:\s*([\d.]+)\s*$", text, re.M))
    return {f"{group} {key}": float(found[name]) for name, key in names.items()}


def picked(groups, keys, scale=1, digits=None):
    """Our numbers as the scorer prints its own: all digits, or rounded to some."""
    def shown(value):
        return scale * value if digits is None else round(scale * value, digits)
    return {f"{group} {key}": shown(groups[group][key]) for group, key in keys}


pope_keys = {"Accuracy": "accuracy", "Precision": "precision", "Recall": "recall", "F1 score": "f1", "Yes ratio": "yes_rate"}


def sheet(work, questions):
    """Pictures for POPE's questions, and answers to them."""
    asked = rows(questions)
    for row in asked:
        picture(work / "images" / row["image"])
    return dict(zip((row["question_id"] for row in asked), yes_or_no(row["label"] == "yes" for row in asked)))


def pope(clone, work):
    questions = clone / "output" / "coco" / "coco_pope_adversarial.json"
    file = merged(work, "pope", questions, sheet(work, questions), "--images", work / "images")
    # The script leaves the names of its two files empty, to be filled in.
    script = (clone / "evaluate.py").read_text().replace("ans_file = ''", f"ans_file = {str(file('.pope.jsonl'))!r}")
    script = write(work / "evaluate.py", script.replace("label_file = ''", f"label_file = {str(questions)!r}"))
    theirs = numbers(official(script), pope_keys)
    for form in (".pope.jsonl", kept):
        yield theirs, picked(scored("pope", questions, file(form), "--rule", "official"), [("all", key) for key in pope_keys.values()])


def vcd(clone, work):
    questions = clone / "experiments" / "data" / "POPE" / "coco" / "coco_pope_adversarial.json"
    file = merged(work, "pope", questions, sheet(work, questions), "--images", work / "images", "--prompt-preset", "vcd")
    keys = {"Accuracy": "accuracy", "Precision": "precision", "Recall": "recall", "F1": "f1", "yes": "yes_rate"}
    said = official(clone / "experiments" / "eval" / "eval_pope.py", "--gt_files", questions, "--gen_files", file(kept))
    theirs = numbers(said, keys)
    yield theirs, picked(scored("pope", questions, file(kept), "--rule", "vcd"), [("all", key) for key in keys.values()])


def llava(clone, work):
    """LLaVA asks the questions of all categories in one file and takes the labels from POPE's."""
    categories = ("adversarial", "popular", "random")
    asked = []
    for category in categories:
        source = clone.parent / "POPE" / "output" / "coco" / f"coco_pope_{category}.json"
        shutil.copy(source, write(work / "coco" / source.name, ""))
        asked += [row | {"category": category} for row in rows(source)]
    labels = [row.pop("label") == "yes" for row in asked]
    asked = [row | {"question_id": number} for number, row in enumerate(asked)]
    for row in asked:
        picture(work / "images" / row["image"])
    questions = write(work / "llava_pope_test.jsonl", json_lines(asked))
    file = merged(work, "pope", questions, dict(enumerate(yes_or_no(labels))), "--images", work / "images", "--prompt-preset", "llava")
    said = official(clone / "llava" / "eval" / "eval_pope.py", "--annotation-dir", work / "coco", "--question-file", questions,
                    "--result-file", file(".llava.jsonl"))
    parts = re.split(r"Category: (\w+),.*", said)
    theirs = {}
    for category, part in zip(parts[1::2], parts[2::2]):
        theirs |= numbers(part, pope_keys, category)
    for form in (".llava.jsonl", kept):
        groups = scored("pope", questions, file(form), "--rule", "official", "--prompt-preset", "llava")
        yield theirs, picked(groups, [(category, key) for category in categories for key in pope_keys.values()])


def mme(clone, work):
    """The pictures are not public; the forms for results in the folder of the scorer hold all questions."""
    script = clone / "eval_tool" / "calculation.py"
    kinds = next(ast.literal_eval(node.value) for node in ast.parse(script.read_text()).body
                 if isinstance(node, ast.Assign) and node.targets[0].id == "eval_type_dict")
    subtasks = [sub for names in kinds.values() for sub in names]
    truths = []
    for sub in subtasks:
        texts = {}
        for line in open(clone / "eval_tool" / "Your_Results" / f"{sub}.txt", encoding="utf-8"):
            image, question, truth = line.rstrip("\n").split("\t")
            texts.setdefault(image, []).append((question, truth))
        for image, pair in sorted(texts.items()):
            picture(work / "mme" / sub / image)
            write((work / "mme" / sub / image).with_suffix(".txt"), "".join(f"{question}\t{truth}\n" for question, truth in pair))
            truths += [truth == "Yes" for _, truth in pair]
    file = merged(work, "mme", work / "mme", dict(enumerate(yes_or_no(truths), 1)))
    for sub in subtasks:   # the form of each file, with a fourth field
        form = (clone / "eval_tool" / "Your_Results" / f"{sub}.txt").read_text().splitlines()
        ours = [line.rpartition("\t")[0] for line in (file(".results") / f"{sub}.txt").read_text().splitlines()]
        yield {f"{sub} lines": len(form)}, {f"{sub} lines": len(form) if sorted(ours) == sorted(form) else -1}
    for sub in subtasks:   # as of another program: blanks before an answer count
        lines = [line.rsplit("\t", 1) for line in (file(".results") / f"{sub}.txt").read_text().splitlines()]
        write(work / "indented" / f"{sub}.txt", "".join(f"{asked}\t{' ' * draw.randrange(4)}{answer}\n" for asked, answer in lines))
    for folder, forms in ((file(".results"), (".results", kept, own_scores)), (work / "indented", (work / "indented",))):
        said = official(script, "--results_dir", folder)
        theirs = {f"{sub} score": float(re.search(rf"\t {sub}  score: ([\d.]+)", said)[1]) for sub in subtasks}
        theirs |= {f"{kind.lower()} score": float(total) for kind, total in zip(kinds, re.findall(r"total score: ([\d.]+)", said))}
        for form in forms:
            groups = scored("mme", work / "mme", form if folder == form else file(form))
            yield theirs, picked(groups, [(group, "score") for group in [*subtasks, *map(str.lower, kinds)]])


def vlind(clone, work):
    says = {True: ["True", "True.", "true", "It is\ntrue"], False: ["False", "FALSE,", "no, false"]}
    other = ["", "True!", "NA", "untrue", "false true", "true false", "\tTrue", "T.rue", "fal,se", "I do not know."]
    data, count = [], 0
    for number in range(80):
        row = dict(draw.choice(json.loads((golden / "evaluation" / "vlind" / "data.json").read_text())))
        votes = {str(k): draw.randrange(4) for k in draw.sample(range(12), draw.randrange(1, 6))}
        row |= {"context_id": number, "best_img_id": max(votes, key=votes.get), "aggregated_human_label_good_images": votes}
        data.append(row)
        good = [k for k, vote in votes.items() if vote >= 2]
        count += 6 + 2 * len(good) if good else 0
        picture(work / "factual" / row["concept"] / f"{number}_{row['factual_context']}" / "0.jpg")
        for k in votes:
            picture(work / "counterfactual" / row["concept"] / f"{number}_{row['context']}" / f"{k}.jpg")
    questions = write(work / "data.json", json.dumps(data))
    # Of each pair of questions the first is to be affirmed.
    answers = {i + 1: draw.choice(says[i % 2 == 0] if draw.random() < .8 else other + says[i % 2 == 1]) for i in range(count)}
    file = merged(work, "vlind", questions, answers)
    keys = [("all", key) for key in ("s_ck", "s_vp", "s_cb", "s_lp", "cb", "lp")]
    predictions = file(f".data_{model.name}.json")
    for style in ("", "photorealistic", "illustration", "cartoon"):
        said = official(clone / "eval" / "score_pipeline.py", "-dp", predictions, "-mid", model.name, "-st", style or "all")
        theirs = {" ".join(key): float(number) for key, number in zip(keys, re.findall(r"([\d.]+)\s+&", said), strict=True)}
        yield theirs, picked(scored("vlind", questions, predictions, *(("--style", style) if style else ())), keys, 100, 1)
        if not style:   # the run was of all pictures
            for form in (kept, own_scores):
                yield theirs, picked(scored("vlind", questions, file(form)), keys, 100, 1)


def amber(clone, work):
    questions = clone / "data" / "query" / "query_discriminative.json"
    annotations = json.loads((clone / "data" / "annotations.json").read_text())
    asked = json.loads(questions.read_text())
    for row in asked:
        picture(work / "images" / row["image"])
    answers = yes_or_no(annotations[row["id"] - 1]["truth"] == "yes" for row in asked)
    file = merged(work, "amber", questions, {row["id"]: answer for row, answer in zip(asked, answers)}, "--images", work / "images")
    # Imported, and used by the generative part alone.
    write(work / "stubs" / "spacy.py", "load = str\n")
    write(work / "stubs" / "nltk" / "__init__.py", "")
    write(work / "stubs" / "nltk" / "stem.py", "WordNetLemmatizer = None\n")
    said = official(clone / "inference.py", "--inference_data", file(".amber.json"), "--evaluation_type", "d",
                    stubs=work / "stubs", cwd=clone)   # where it finds its own files
    names = {"Accuracy": "accuracy", "Precision": "precision", "Recall": "recall", "F1": "f1"}
    # Two of its headings are spelt so.
    headings = {"Descriminative Task": "all", "Exsitence": "existence", "Attribute": "attribute", "State": "state", "Number": "number",
                "Action": "action", "Relation": "relation"}
    parts = re.split(r"^([A-Z][a-zA-Z ]+):\n", said, flags=re.M)
    theirs = {}
    for heading, part in zip(parts[1::2], parts[2::2], strict=True):
        theirs |= numbers(part, names, headings[heading])
    for form, rule in ((".amber.json", "bare"), (".amber.json", "words"), (kept, "words"), (own_scores, "words")):
        groups = scored("amber", questions, file(form), "--rule", rule)
        yield theirs, picked(groups, [(group, key) for group in headings.values() for key in names.values()], 100, 1)


def hallusion(clone, work):
    questions = clone / "HallusionBench.json"
    asked = json.loads(questions.read_text())
    for row in asked:
        if row["filename"]:
            picture(work / "images" / row["filename"])
    answers = yes_or_no(row["gt_answer"] == "1" for row in asked)
    file = merged(work, "hallusion", questions, dict(enumerate(answers, 1)), "--images", work / "images")
    # The judge is a module of that name, which finds the question in the request and gives the verdict of the rule `words`.
    judged = {}
    for row, answer in zip(asked, answers):
        said = {"yes": "1", "no": "0", "neither": None}[awkward.get(answer) or answer.strip(".").lower()]
        verdict = "unclear" if said is None else "correct" if said == row["gt_answer"] else "incorrect"
        prediction = answer.strip(" \t\n\v\f\r")
        request = f"Question:{row['question']}\nReference answer: {row['gt_answer_details']}\nPrediction answer:{prediction}\nOutput:"
        assert judged.setdefault(request, verdict) == verdict
    write(work / "stubs" / "verdicts.json", json.dumps(judged))
    write(work / "stubs" / "openai.py", """
import json, pathlib
verdicts = json.loads(pathlib.Path(__file__).with_name("verdicts.json").read_text())
class ChatCompletion:
    def create(messages, **_):
        request = messages[0]["content"]
        start = request.find("\\n\\n Question:")
        said = "same" if start < 0 else verdicts[request[start + 3:]]   # same: does not matter for the numbers compared
        return {"choices": [{"message": {"content": said}}]}
""")
    result = work / "HallusionBench_result.json"   # so it must be called, in the working folder
    shutil.copy(file(".HallusionBench_result.json"), result)
    published = [{key: value for key, value in row.items() if key != "model_prediction"} for row in json.loads(result.read_text())]
    yield {"published rows": len(asked)}, {"published rows": len(asked) if published == asked else -1}
    said = official(clone / "evaluation.py", stubs=work / "stubs", cwd=work)
    cells = next(line for line in said.splitlines() if line.startswith("| GPT Eval")).split("|")
    theirs = {f"all {key}": float(cells[i]) for key, i in {"q_acc": 2, "f_acc": 3, "a_acc": 6}.items()}
    for form in (".HallusionBench_result.json", kept, own_scores):
        yield theirs, picked(scored("hallusion", questions, file(form)), [("all", key) for key in ("q_acc", "f_acc", "a_acc")], 100, 4)


def chair(clone, work):
    """The pictures of chair/, and more whose captions hold all names in the scorer's own table."""
    script = clone / "chair.py"
    table = next(ast.literal_eval(node.value) for node in ast.parse(script.read_text()).body
                 if isinstance(node, ast.Assign) and node.targets[0].id == "synonyms_txt")
    write(work / "synonyms.txt", table.strip() + "\n")
    # What it never counts, see object_table.hpp: a bus, ties, and names with a capital letter or behind two blanks.
    classes = [line.split(", ")[0] for line in table.strip().splitlines()]
    names = [name for name in re.split(", |\n", table.strip()) if not re.search("bus$|[A-Z]|^ ", name)]
    asked = rows(golden / "evaluation" / "chair" / "questions.jsonl")
    captions = [row["caption"].replace("ties", "a tie") for row in rows(golden / "evaluation" / "chair" / "captions.jsonl")]
    for name in names:
        captions.append(f"There is one {name} near a {draw.choice(names)}, and the {draw.choice(names)}.")
        asked.append({"image_id": 1000 + len(asked), "image": f"{len(asked)}.jpg", "objects": draw.sample(classes, 20)})
    for row in asked:
        picture(work / "images" / row["image"])
    questions = write(work / "questions.jsonl", json_lines(asked))
    captions = {row["image_id"]: caption for row, caption in zip(asked, captions, strict=True)}
    file = merged(work, "chair", questions, captions, "--images", work / "images")
    # COCO's four files of annotations, of these pictures.
    common = {"info": {}, "licenses": [], "images": []}
    instances = [{"image_id": row["image_id"], "category_id": classes.index(name)} for row in asked for name in row["objects"]]
    truths = [{"image_id": row["image_id"], "caption": caption} for row in asked for caption in row.get("captions", [])]
    for part, share in (("val", slice(None)), ("train", slice(0))):
        write(work / "coco" / f"instances_{part}2014.json", json.dumps(
            common | {"categories": [{"id": i, "name": name} for i, name in enumerate(classes)], "annotations": instances[share]}))
        write(work / "coco" / f"captions_{part}2014.json", json.dumps(common | {"annotations": truths[share]}))
    # Of pattern only the singular is used, and no Python since 3.9 imports the rest; each caption is one sentence, so that nltk needs
    # no model of where sentences end.
    write(work / "stubs" / "sitecustomize.py", f"""
import functools, importlib, sys, types, xml.etree.ElementTree
sys.modules["xml.etree.cElementTree"] = xml.etree.ElementTree
sys.path.append({str(clone.parent / "pattern")!r})
import nltk, pattern.text
nltk.word_tokenize = functools.partial(nltk.word_tokenize, preserve_line=True)
sys.modules["pattern.text.en"] = package = types.ModuleType("pattern.text.en")
package.__path__ = [{str(clone.parent / "pattern" / "pattern" / "text" / "en")!r}]
sys.modules["pattern.en"] = importlib.import_module("pattern.text.en.inflect")
""")
    official(script, "--cap_file", file(".captions.jsonl"), "--cache", work / "chair.pkl", "--coco_path", work / "coco",
             "--save_path", work / "chair.json", stubs=work / "stubs", cwd=work)
    found = json.loads((work / "chair.json").read_text())
    keys = {"CHAIRs": "chair_s", "CHAIRi": "chair_i", "Recall": "recall"}
    theirs = {f"all {key}": found["overall_metrics"][name] for name, key in keys.items()}
    for form in (".captions.jsonl", kept, own_scores):
        yield theirs, picked(scored("chair", questions, file(form)), [("all", key) for key in keys.values()])
    said = official("-c", "from pattern.en import singularize as s; print(s('bus'), s('ties'))", stubs=work / "stubs").split()
    if said != ["bus", "tie"]:
        yield "a defect of the scorer: its singulars of bus and ties are {} and {}, so that it counts neither; not asked here".format(*said), None


scorers = {"POPE": pope, "VCD": vcd, "LLaVA": llava, "MME": mme, "VLind-Bench": vlind, "AMBER": amber, "HallusionBench": hallusion,
           "CHAIR-metric-standalone": chair}
needs = {"LLaVA": "POPE", "CHAIR-metric-standalone": "pattern"}


def verdict(name):
    for clone in (name, needs.get(name, name)):
        if not (clones / clone).is_dir():
            return f"not there: {clone}"
    count, wrong, notes = 0, [], []
    draw.seed(name)
    with tempfile.TemporaryDirectory() as work:
        try:
            for theirs, ours in scorers[name](clones / name, pathlib.Path(work)):
                if ours is None:
                    notes.append(theirs)
                    continue
                assert theirs.keys() == ours.keys()
                count += len(theirs)
                wrong += [f"{key} {theirs[key]} here {ours[key]}" for key in theirs if theirs[key] != ours[key]]
        except (RuntimeError, OSError) as failure:
            return f"fails: {failure}"
    return "; ".join([f"differs: {', '.join(wrong)}" if wrong else f"equal in {count} numbers", *notes])


def main():
    global tool, clones
    tool, clones = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    bad = False
    for name in sys.argv[3:] or scorers:
        said = verdict(name)
        bad |= said.startswith(("differs", "fails"))
        print(f"{name}: {said}", flush=True)
    return bad


sys.exit(main())
