# SPDX-License-Identifier: MIT
"""Tokenizer goldens.

llama/tokenizer.json   a small LLaMA-style BPE in the structure of the hub's llava-1.5-7b-hf: Prepend + Replace normalizer, byte
                       fallback, fused unknowns, added <image> and <pad>; trained here on the text below
resaved/tokenizer.json the same after LlamaTokenizer of transformers 5 loaded and saved it: Metaspace "first", no unk_token
random_N.json          vocabularies whose merges are drawn at random, so that orders and ties of merges matter; one per way of
                       marking words; unknown characters, strip rules, normalized added tokens
corpus.json            awkward strings with their ids in the first two; long strings; decodings; prompts that quote specials
random.json            strings with their ids in each random_N.json
sentencepiece/         a tokenizer.model of type BPE with LLaMA's settings, and an added_tokens.json
sentencepiece.json     strings with the ids that the sentencepiece library gives them (0.2.3)
user_defined/          the same with pieces of the user's own, some nested, some starts of others, one a single character
user_defined.json      strings of those pieces and what surrounds them, with ids and the decoded text (0.2.3)
"""
import io
import json
import os
import pathlib
import random
import shutil
import tempfile

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
MARK = "\u2581"
WORDS = """a the is are there in of picture image dog cat person chair table cup bottle car bus train bench bird
question answer please one word yes no how many what colour left right above below red green blue yellow describe detail
USER ASSISTANT object objects see can you do not this that and or with on under near between two three four five hundred
counterfactual attention pattern reversed shuffled uniform random visual language prior""".split()
SCRIPTS = ["\u0447\u0442\u043e \u043d\u0430 \u043a\u0430\u0440\u0442\u0438\u043d\u043a\u0435", "\u5b83\u662f\u4ec0\u4e48\u989c\u8272", "\u3053\u306e\u7d75\u306b\u4f55\u304c",
           "\u05de\u05d4 \u05d6\u05d4 \u05db\u05dc\u05d1", "\u0645\u0627 \u0647\u0630\u0627 \u0627\u0644\u0643\u0644\u0628", "\u03ba\u03b1\u03b9 \u03b5\u03af\u03bd\u03b1\u03b9", "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902",
           "\ud55c\uad6d\uc5b4 \uadf8\ub9bc", "\u0e20\u0e32\u0e1e\u0e19\u0e35\u0e49", "caf\u00e9 na\u00efve \u00fcber stra\u00dfe \u0141\u00f3d\u017a"]
EMOJI = ["\U0001F600", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1FA\U0001F1E6", "\U0001F44D\U0001F3FD", "\u2764\uFE0F", "\U0001FAE0"]
ODD = ["\u0301", "e\u0301", "\u00e9", "\ufeff", "\u200b", "\u200d", "\u202e", "\u00a0", "\u3000", "\u2028", "\u0085", "\u00ad", "\ufffd", "\uffff", "\U0010FFFF", "\ue000",
       "\u0000", "\u0001", "\u001b[31m", "\u007f", "\r\n", "\t", "\n\n", "\v\f", MARK, MARK + MARK, "<0x0A>", "<0xZZ>", "<unk>", "<s>", "</s>", "<image>",
       "<image", "image>", "<<image>>", "<image><image>", " <image> ", "\n<image>\n", "<pad>", "</s", "<|im_end|>", "{}", "\\", "\"", "'", "0", "007", "3.14159", "1e-9"]


def sentence(rng, length):
    return " ".join(rng.choice(WORDS) for _ in range(length))


def training_texts():
    rng = random.Random(1)
    return [sentence(rng, rng.randint(3, 12)) + rng.choice([".", "?", "!", "\n"]) for _ in range(4000)] + SCRIPTS * 20


def train():
    texts = training_texts()
    base = {"<unk>": 0, "<s>": 1, "</s>": 2} | {f"<0x{b:02X}>": 3 + b for b in range(256)}
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    learner.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=700, show_progress=False))
    learned = json.loads(learner.to_str())["model"]
    # LLaMA's order: controls, bytes, merged pieces, single characters; and merges of runs of the mark
    pieces = list(base) + ["".join(m) for m in learned["merges"]] + [p for p in learned["vocab"] if len(p) == 1]
    merges = [tuple(m) for m in learned["merges"]]
    for size in (2, 4, 8):
        pieces.append(MARK * size)
        merges.append((MARK * (size // 2), MARK * (size // 2)))
    pieces.append(MARK * 3)
    merges.append((MARK * 2, MARK))
    vocab = {}
    for piece in pieces:
        vocab.setdefault(piece, len(vocab))
    return vocab, merges


def llama_like(vocab, merges):
    out = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    out.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    out.decoder = decoders.Sequence([decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    out.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", vocab["<s>"])])
    out.add_special_tokens([AddedToken(t, normalized=False) for t in ("<unk>", "<s>", "</s>", "<image>", "<pad>")])
    return out


def resave(source, target):
    settings = {"tokenizer_class": "LlamaTokenizer", "legacy": False, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
                "pad_token": "<pad>", "add_bos_token": True, "add_eos_token": False}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(source, os.path.join(folder, "tokenizer.json"))
        pathlib.Path(folder, "tokenizer_config.json").write_text(json.dumps(settings))
        loaded = AutoTokenizer.from_pretrained(folder)
        loaded.save_pretrained(folder + "/again")
        shutil.copy(folder + "/again/tokenizer.json", target)
    return loaded


def corpus():
    rng = random.Random(2)
    texts = ["", " ", "  ", "a", " a", "a ", "  a  b  ", "\n", "Is there a dog in the image?", "USER: <image>\nIs there a dog in the image? ASSISTANT:"]
    texts += ODD + EMOJI + SCRIPTS + [o + "a" for o in ODD] + ["a" + o for o in ODD] + ["a " + o + " b" for o in ODD]
    texts += [chr(c) for c in range(256)] + [" " * n for n in range(2, 40)] + ["a" + " " * n + "b" for n in range(2, 20)]
    texts += [c * n for c in "a0.e\u5b83\u20ac" for n in (2, 3, 7, 33)]
    for _ in range(900):
        texts.append(sentence(rng, rng.randint(1, 6)) + rng.choice(["", "?", ".", " ", "\n"]))
    for _ in range(1600):
        parts = [rng.choice(rng.choice([WORDS, SCRIPTS, EMOJI, ODD, [" ", "  ", ""]])) for _ in range(rng.randint(1, 5))]
        texts.append(rng.choice(["", " "]).join(parts))
    for _ in range(500):
        texts.append("".join(chr(rng.choice([rng.randint(32, 126), rng.randint(0, 0x2FF), rng.randint(0x400, 0xD7FF), rng.randint(0x10000, 0x1FFFF)]))
                             for _ in range(rng.randint(1, 8))))
    return list(dict.fromkeys(texts))


def random_vocabulary(rng, bytes_known):
    """Many splits of the same strings, ranked at random: 'abc' may come from a+bc and ab+c."""
    letters = list("abc") + [MARK]
    pieces = dict.fromkeys(letters)
    merges = set()
    known = list(pieces)
    while len(merges) < 70:
        left, right = rng.choice(known), rng.choice(known)
        if len(left + right) <= 5:
            merges.add((left, right))
            pieces.setdefault(left + right)
            known = list(pieces)
    merges = sorted(merges)
    rng.shuffle(merges)
    names = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in bytes_known] + list(pieces)
    return {p: i for i, p in enumerate(names)}, merges


def random_tokenizers():
    rng = random.Random(3)
    some, every = [0x64, 0xC3, 0xA9, 0x0A], range(256)
    forms = [("normalizer", some, True), ("normalizer", [], False), ("always", some, True), ("first", every, True), ("never", some, False), ("split", some, True)]
    for form, known_bytes, fuse in forms:
        vocab, merges = random_vocabulary(rng, known_bytes)
        out = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=fuse, byte_fallback=bool(known_bytes)))
        if form == "normalizer":
            out.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
        else:
            out.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always" if form == "split" else form, split=form == "split")
        out.decoder = decoders.Sequence([decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
        out.post_processor = processors.TemplateProcessing(single="<s> <s> $A", special_tokens=[("<s>", 1)])
        out.add_special_tokens([AddedToken("<image>", normalized=False, lstrip=True), AddedToken("</s>", normalized=False, rstrip=True),
                                AddedToken("<s>", normalized=True)])
        out.add_tokens([AddedToken("ab", normalized=False), AddedToken("abca", normalized=False, lstrip=True, rstrip=True), AddedToken("bb c", normalized=True)])
        yield out


def random_texts():
    rng = random.Random(4)
    pool = ["a", "b", "c", "a", "b", "c", " ", " ", "  ", MARK, "d", "e", "\u00e9", "x", "\n", "\u3000", "<image>", "</s>", "<s>", "abca", "bb c", "ab"]
    return ["".join(rng.choice(pool[:rng.choice([3, 7, 10, len(pool)])]) for _ in range(rng.randint(1, 24))) for _ in range(500)]


def fnv(ids):
    """64-bit FNV-1a over the ids as 4 little-endian bytes each."""
    state = 0xCBF29CE484222325
    for byte in b"".join(i.to_bytes(4, "little") for i in ids):
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return f"{state:016x}"


def decodings(tokenizer, count):
    """Random ids, most of them bytes, so that runs of good, cut and bad UTF-8 occur."""
    rng = random.Random(5)
    byte_ids = [tokenizer.token_to_id(f"<0x{b:02X}>") for b in range(256)]
    good = [[byte_ids[b] for b in text.encode()] for text in ("\u00e9", "\u5b83", "\U0001F600", "ab", MARK)]
    out = []
    for _ in range(count):
        ids = []
        for _ in range(rng.randint(1, 5)):
            ids += rng.choice([rng.choice(good), rng.choice(good)[:1], [rng.choice(byte_ids)], [rng.randrange(tokenizer.get_vocab_size())]])
        out.append([ids, tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(ids, skip_special_tokens=False)])
    return out


def quoting(path):
    """Prompts whose question holds special tokens that must stay text: all after the image slot is encoded with specials switched off."""
    hidden = Tokenizer.from_file(str(path))
    hidden.encode_special_tokens = True
    image, out = hidden.token_to_id("<image>"), []
    for question in ["</s> <image> <image>", "<image>", "a<s>b", " <unk>", "Is there a </s>dog?", "no specials", ""]:
        whole = Tokenizer.from_file(str(path))
        head = whole.encode("USER: <image>").ids
        tail_text = "\n" + question + " ASSISTANT:"
        if hidden.pre_tokenizer is None:  # every stretch gets the mark
            tail = hidden.encode(tail_text, add_special_tokens=False).ids
        else:  # "first": only the stretch at the start does, so put one there and take it off again
            lead = hidden.encode("USER:", add_special_tokens=False).ids
            both = hidden.encode("USER:" + tail_text, add_special_tokens=False).ids
            assert both[:len(lead)] == lead
            tail = both[len(lead):]
        assert head[-1] == image
        out.append([question, head + tail])
    return out


# 64 nested ones: of more that start at one place the library sees the 64 shortest only, an accident of its buffer.
USER_DEFINED = ["dog", "do", "ogre", "#", "##", "<|sep|>", MARK + "dog", "g in", "caf\u00e9", "\U0001F600\U0001F44D"] + ["q" * n for n in range(2, 66)]


def sentencepiece_model(vocab_size=600, **more):
    """LLaMA's trainer settings; rare characters are left to the bytes."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(training_texts()), model_writer=out, model_type="bpe", vocab_size=vocab_size, byte_fallback=True, character_coverage=0.995,
        split_digits=True, allow_whitespace_only_pieces=True, normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1, minloglevel=2, **more)
    return out.getvalue()


def user_defined_texts():
    rng = random.Random(6)
    pool = USER_DEFINED[:10] + ["q" * 7, "q" * 150, "a", " a", " ", "  ", "do g", "ogre", "is there", "g", "\U0001F600", "caf", "\u5b83", "<|sep", "\n", "<s>"]
    return ["", "dog", " dog", "doggy", "dogre", "a###b", "qqqq", "q" * 250] + ["".join(rng.choice(pool) for _ in range(rng.randint(1, 8))) for _ in range(300)]


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    (HERE / "llama").mkdir(exist_ok=True)
    (HERE / "resaved").mkdir(exist_ok=True)
    llama_file, resaved_file = HERE / "llama" / "tokenizer.json", HERE / "resaved" / "tokenizer.json"
    built = llama_like(*train())
    built.save(str(llama_file), pretty=False)
    resaved = resave(llama_file, resaved_file)
    write(resaved_file, json.loads(resaved_file.read_text()))
    write(llama_file, json.loads(llama_file.read_text()))
    llama = PreTrainedTokenizerFast(tokenizer_file=str(llama_file))

    rows = []  # [text, ids in llama, ids in resaved or 0 if the same, llama's decoding without specials or 0 if it is the text]
    for text in corpus():
        a, b = llama.encode(text), resaved.encode(text)
        assert a == built.encode(text).ids
        plain = llama.decode(a, skip_special_tokens=True)
        assert plain == built.decode(a, skip_special_tokens=True)
        rows.append([text, a, 0 if a == b else b, 0 if plain == text else plain])
    long = []  # [unit, repetitions, count of ids, FNV of the ids]: lengths at which a quadratic merge would take minutes
    for unit, times in [("a", 200_000), (" ", 100_003), ("Is there a dog? ", 12_000), ("\u5b83\U0001F600 ", 20_000), ("the", 70_000)]:
        ids = built.encode(unit * times).ids
        long.append([unit, times, len(ids), fnv(ids)])
    write(HERE / "corpus.json", {"rows": rows, "long": long, "decodings": decodings(built, 400),
                                 "quoted": {"llama": quoting(llama_file), "resaved": quoting(resaved_file)}})

    folder = HERE / "sentencepiece"
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.model").write_bytes(sentencepiece_model())
    spm = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    write(folder / "added_tokens.json", {"<pad>": spm.get_piece_size() + 1, "<image>": spm.get_piece_size()})
    texts = [text for text in corpus() if "\0" not in text][::2]
    write(HERE / "sentencepiece.json", [[text, spm.encode(text)] for text in texts])

    folder = HERE / "user_defined"
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.model").write_bytes(sentencepiece_model(vocab_size=460, user_defined_symbols=USER_DEFINED))
    spm = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    write(HERE / "user_defined.json", [[text, spm.encode(text), spm.decode(spm.encode(text))] for text in user_defined_texts()])

    cases = []
    texts = random_texts()
    for number, tokenizer in enumerate(random_tokenizers()):
        write(HERE / f"random_{number}.json", json.loads(tokenizer.to_str()))
        again = Tokenizer.from_file(str(HERE / f"random_{number}.json"))
        encoded = [again.encode(text).ids for text in texts]
        # Without <s>: this version of the library does not skip a special token that is also "normalized".
        plain = [[i for i in ids if i != 1] for ids in encoded[:60]]
        cases.append({"ids": encoded, "decoded": [again.decode(ids, skip_special_tokens=True) for ids in plain]})
    write(HERE / "random.json", {"texts": texts, "cases": cases})
