#!/bin/sh
# SPDX-License-Identifier: MIT
# Draws the README's heat maps from the embedded model's own attention: figures.sh [FOLDER], by default this one, gets vision.png and
# language.png. CAUSALMM_BUILD_DIR names the build if it is not build/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
programs=${CAUSALMM_BUILD_DIR:-$root/build}/bin
folder=${1:-$root/examples/intervene}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The second question of the adversarial set, which the model answers wrongly.
"$programs/causalmm-llava" --model "$root/examples/tiny_llava/model" --prompt "Is there a drum in the image?" \
    --image "$root/examples/tiny_llava/pope/images/scene_000000.png" --save-attention "$work/attention.safetensors" >/dev/null

# The vision tower's edits take a head's whole map, the language model's each row, as published.
"$programs/causalmm-intervene" --tensors vision.layers.2 --head 1 --map --policy random:scale=2 --policy reversed \
    --policy uniform --policy shuffled --policy renormalized_reversed "$work/attention.safetensors" --picture "$folder/vision.png"
"$programs/causalmm-intervene" --tensors language.layers.0 --head 0 --visibility causal --policy renormalized_random --policy reversed \
    --policy uniform --policy shuffled --policy renormalized_reversed "$work/attention.safetensors" --picture "$folder/language.png"
