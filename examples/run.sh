#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing (Debian 12), builds the example programs in build/, asks the embedded model a question plainly and
# with CausalMM, prints the tables that compare the methods on POPE and on MME-like, caption and VLind-like tasks, and writes the
# report beside the answers. Arguments go to causalmm-eval run: --limit 100, ...
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/cmake/bootstrap.sh"

# The methods under comparison, with published strengths and nothing tuned: either branch, both, the published code's gate, and visual
# contrastive decoding. The controls stand beside them unasked: the model alone, three seeds of sampling, the plausibility cut alone, an
# identity branch.
causalmm=causalmm:vision=shuffled,language=reversed,gamma=1,epsilon=0.1
methods="causalmm:vision=shuffled,gamma=1,epsilon=0.1 causalmm:language=reversed,gamma=1,epsilon=0.1 $causalmm
    released:gate=shuffle,gamma=1,epsilon=0.6 vcd:gamma=1,epsilon=0.1,noise=500"

# shellcheck disable=SC2086
require_packages $causalmm_packages
configure_build -DCAUSALMM_NATIVE=ON
cmake --build "$build" --target causalmm-llava causalmm-eval

tiny=$root/examples/tiny_llava
first=$(head -n 1 "$tiny/pope/adversarial.jsonl")
picture=$(printf '%s' "$first" | sed 's/.*"image": *"\([^"]*\)".*/\1/')
question=$(printf '%s' "$first" | sed 's/.*"text": *"\([^"]*\)".*/\1/')
for method in greedy "$causalmm"; do
    printf '\n%s, %s\nQ: %s\nA: ' "$picture" "$method" "$question"
    "$build/bin/causalmm-llava" --model "$tiny/model" --image "$tiny/pope/images/$picture" --prompt "$question" --method "$method"
done
echo

for method in $methods; do set -- "$@" --method "$method"; done
for split in random popular adversarial; do set -- "$@" --task "pope:$tiny/pope/$split.jsonl"; done
set -- "$@" --task "mme:$tiny/mme" --task "chair:$tiny/chair/chair.jsonl" --task "vlind:$tiny/vlind/vlind.json"
# A folder for each state of program, model and questions: the same state continues or shows its answers, another begins anew.
out=
before=
for word in "$@"; do
    case "$word" in --out=*) out=${word#--out=} ;; esac
    [ "$before" != --out ] || out=$word
    before=$word
done
if [ -z "$out" ]; then
    out=$build/evaluation/$(cat "$build/bin/causalmm-eval" "$tiny"/model/* "$tiny"/pope/*.jsonl "$tiny"/mme/*/*.txt "$tiny"/chair/* \
        "$tiny"/vlind/*.json | cksum | cut -d ' ' -f 1)
    set -- "$@" --out "$out"
fi
"$build/bin/causalmm-eval" run --model "$tiny/model" --images "$tiny/pope/images" "$@"
printf '\nreport: '
"$build/bin/causalmm-eval" report "$out" --model "$tiny/model"
