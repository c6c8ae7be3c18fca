# SPDX-License-Identifier: MIT
"""Expected readings of awkward answers by the four scoring rules, worked out from their descriptions.

Writes rules.jsonl beside this file: one {"answer", "vcd_if_yes", "vcd_if_no", "official", "words", "exact"} a line.

vcd       lower case; label yes: yes if "yes" occurs anywhere, else no; label no: no if "no" occurs anywhere, else yes
official  only what stands before the first full stop; commas dropped; cut at single spaces; "No", "no" or "not" among the
          words: no; otherwise yes
words     lower case, cut at white space and punctuation (the apostrophe belongs to its word); exactly one of "yes" and "no"
          among the words, else neither
exact     lower case without white space at both ends; equal to "yes" or "no", else neither
"""
import itertools
import json
import pathlib
import re


def vcd(answer, label):
    wanted = {"yes": "yes", "no": "no"}[label]
    other = {"yes": "no", "no": "yes"}[label]
    return wanted if answer.lower().count(wanted) else other


def official(answer):
    sentence, _, _ = answer.partition(".")
    sentence = "".join(c for c in sentence if c != ",")
    return "no" if {"No", "no", "not"} & set(sentence.split(" ")) else "yes"


def words(answer):
    found = {w for w in re.findall(r"[^\s!-&(-/:-@\[-`{-~\x00-\x1f\x7f]+", answer.lower(), re.ASCII)}
    said = found & {"yes", "no"}
    return said.pop() if len(said) == 1 else "neither"


def exact(answer):
    bare = answer.strip(" \t\n\v\f\r").lower()
    return bare if bare in ("yes", "no") else "neither"


plain = [
    "", " ", ".", ",", "yes", "no", "Yes", "No", "YES", "NO", "yEs", "nO", "not", "Not", "NOT", "none", "None", "nothing", "know",
    "I do not know", "I don't know.", "I know", "There is a snowboard", "There is a snowboard.", "Yes, but I cannot tell", "cannot",
    "No, there is no snowboard in the image.", "Yes, there is a dog in the image.", "There is not a dog", "There isn't a dog", "y", "n",
    "Yes and no", "No. Yes.", "Yes. No.", "Well. No", "no no", "yes yes", "yesno", "noyes", "yes/no", "yes-no", "no-one", "no one",
    "eyes", "noon", "notable", "a note", "nowhere", "north", "another", "snow", "Yes!", "No!", "Yes?", "No?", "(yes)", "(no)", "\"yes\"",
    "\"No\"", "'yes'", "'no'", "yes'", "no's", "*yes*", "**No**", "_yes_", "_no_", "yes:", "no;", "yes\n", "\nno", "\tyes", "no\t", "yes\r\n",
    "no\r", "\vyes", "\fno", "  yes  ", "  no  ", "yes no", "no\nyes", "yes\tno", "Yes,No", "No,Yes", "n o", "y e s", "N.o", "Y.es", "no,t",
    "n,o", "y,es", "No,", ",No", ",no,", "not.", ".not", ".no", "0", "1", "true", "false", "The answer is yes", "The answer is no",
    "The answer is no.", "The answer is: No", "answer:yes", "answer=no", "<yes>", "<no>", "[yes]", "[no]", "{no}", "yes|no", "yes\\no",
    "yes@no", "no#1", "yes%", "no$", "no^", "no&yes", "yes+", "no~", "yes`", "\u00e9yes", "yes\u00e9", "n\u00f6", "no\u00e9", "s\u00ed", "\u662f",
    "\uff2e\uff2f", "\uff59\uff45\uff53", "yes\u3002", "no\u3002", "yes \u2014 a dog", "no\u2014a cat", "\u201cno\u201d", "\U0001f600 yes", "no\U0001f600", "oui", "non", "nein", "nope",
    "yep", "yeah", "nah", "not sure", "maybe", "unsure", "It is not possible to say", "No\u00a0", "yes2", "2no", "no2", "yes_1", "no-", "-no",
]
made = [f"{a}{mark} {b}" for a, mark, b in itertools.product(["Yes", "no", "It is"], [",", ".", "", " -"], ["no", "a dog", "not here", "YES", "now"])]
answers = list(dict.fromkeys(plain + made))

with open(pathlib.Path(__file__).with_name("rules.jsonl"), "w", encoding="ascii", newline="\n") as out:
    for answer in answers:
        line = {"answer": answer, "vcd_if_yes": vcd(answer, "yes"), "vcd_if_no": vcd(answer, "no"), "official": official(answer),
                "words": words(answer), "exact": exact(answer)}
        out.write(json.dumps(line) + "\n")
print(len(answers), "answers")
