# SPDX-License-Identifier: MIT
"""A byte-pair tokenizer in the exact structure of LLaVA-1.5's tokenizer.json, trained on the recipe's own text."""
import json
import re
from collections import Counter

import questions
import statements

SPACE = "\u2581"
SPECIALS = ["<unk>", "<s>", "</s>"]
MERGES = 500


def words(line):
    """Pieces that merges never cross: a word with its leading space, or one other character."""
    return re.findall(f"{SPACE}?[A-Za-z]+|.", SPACE + line.replace(" ", SPACE), re.S)


def merge(piece, pair):
    out = []
    for symbol in piece:
        out.append(symbol)
        if tuple(out[-2:]) == pair:
            out[-2:] = ["".join(pair)]
    return tuple(out)


def learn_merges(lines, limit=MERGES):
    """Plain byte-pair encoding; ties go to the pair that sorts first."""
    pieces = Counter(tuple(word) for line in lines for word in words(line))
    merges = []
    while len(merges) < limit:
        pairs = Counter()
        for piece, times in pieces.items():
            for pair in zip(piece, piece[1:]):
                pairs[pair] += times
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        pieces = Counter({merge(piece, best): times for piece, times in pieces.items()})
    return merges


def characters(lines):
    printable = [chr(code) for code in range(33, 127)]
    return [SPACE] + sorted({*printable, *"".join(lines)} - {" ", "\n"})


def added(index, content):
    return {"id": index, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True}


def tokenizer_json():
    lines = questions.corpus() + statements.corpus()
    merges = learn_merges(lines)
    tokens = SPECIALS + [f"<0x{byte:02X}>" for byte in range(256)]
    tokens += list(dict.fromkeys("".join(pair) for pair in merges))
    tokens += characters(lines)
    vocab = {token: index for index, token in enumerate(tokens)}
    assert len(vocab) == len(tokens)
    specials = SPECIALS + ["<image>", "<pad>"]
    ids = [vocab.get(token, len(tokens) + i - len(SPECIALS)) for i, token in enumerate(specials)]
    begin = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    text = [{"Sequence": {"id": name, "type_id": i}} for i, name in enumerate("AB")]
    second = {"SpecialToken": {"id": "<s>", "type_id": 1}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added(index, token) for index, token in zip(ids, specials)],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": SPACE},
            {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}]},
        "pre_tokenizer": None,
        "post_processor": {"type": "TemplateProcessing", "single": [begin, text[0]],
                           "pair": [begin, text[0], second, text[1]],
                           "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
                  "vocab": vocab, "merges": [" ".join(pair) for pair in merges]},
    }


def save(path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(tokenizer_json(), file, ensure_ascii=False, indent=2)
        file.write("\n")
