# SPDX-License-Identifier: MIT
"""Writes attention/MODEL.safetensors for two of the golden models: what the last row of every head looks at in transformers.

usage: python make_attention_goldens.py     (torch, transformers, tokenizers, safetensors, pillow; float32, eager attention, one thread)

Tensors vision.layers.N and language.layers.N, (1, heads, 1, keys), of the layers that LLaVA runs.
"""
import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import LlavaForConditionalGeneration
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from make_goldens import HERE, PROMPT


def attention(folder):
    model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    config = model.config
    preprocessor = CLIPImageProcessorPil.from_pretrained(folder)
    pixels = torch.from_numpy(numpy.asarray(preprocessor(images=Image.open(HERE / "picture.png"))["pixel_values"][0], dtype=numpy.float32))[None]
    vision = model.model.vision_tower(pixels, output_attentions=True).attentions
    vision = vision[:len(vision) + 1 + config.vision_feature_layer]
    rows = vision[0].shape[-1] - (config.vision_feature_select_strategy == "default")
    ids = []
    for token in Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROMPT).ids:
        ids += [token] * (rows if token == config.image_token_index else 1)
    language = model(input_ids=torch.tensor([ids]), pixel_values=pixels, output_attentions=True).attentions
    towers = {"vision": vision, "language": language}
    return {f"{tower}.layers.{n}": maps[:, :, -1:].contiguous() for tower, layers in towers.items() for n, maps in enumerate(layers)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        for name in ("plain", "gqa_sharded"):
            save_file(attention(HERE / name), HERE / "attention" / f"{name}.safetensors")
