# SPDX-License-Identifier: MIT
"""Writes the golden files of the reference engine: three tiny random LLaVA models and what transformers computes with them.

usage: python make_goldens.py     (torch, transformers, tokenizers, pillow, numpy; float32, eager attention, one thread)

Each folder is a model in hub layout plus
  expected.json   prompt, token ids after the splice, greedy tokens, shapes of the arrays below
  expected.f32    little-endian float32, one array after the other in the order of expected.json
The weights are drawn with a gain that keeps logits far from flat, and the script refuses a model whose greedy choices are close calls.
"""
import json
import pathlib
import struct

import numpy
import tokenizers
import torch
from PIL import Image
from tokenizers import decoders, models, normalizers
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

HERE = pathlib.Path(__file__).resolve().parent
PROMPT = "USER: <image>\nIs there a dog in the image? ASSISTANT:"
GREEDY = 32
SPACE = "\u2581"
PIECES = [piece.replace("_", SPACE) for piece in (
    "_ e t a i o n s r h d g m U S E R A I N T : ? _t _i he _a er _the in is _is re ma ge _in dog do _d _do _dog "
    "Y y es Yes No _Yes _No yes no").split()]

MODELS = {
    "plain": dict(
        seed=25, dtype=torch.float32, shard="10GB", gain=1.6, head=2.5,
        vision=dict(hidden_size=32, intermediate_size=56, num_hidden_layers=3, num_attention_heads=4, image_size=28, patch_size=7, hidden_act="quick_gelu"),
        text=dict(hidden_size=48, intermediate_size=88, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4, rms_norm_eps=1e-5),
        llava=dict(vision_feature_select_strategy="default")),
    "gqa_sharded": dict(
        seed=22, dtype=torch.float32, shard="90KB", hub_names=False, gain=1.6, head=2.5,
        vision=dict(hidden_size=40, intermediate_size=72, num_hidden_layers=2, num_attention_heads=5, image_size=42, patch_size=14, hidden_act="gelu", layer_norm_eps=1e-6),
        text=dict(hidden_size=40, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=12, rms_norm_eps=1e-6,
                  rope_parameters=dict(rope_type="default", rope_theta=50000.0)),
        llava=dict(vision_feature_select_strategy="full")),
    "tied_bf16": dict(
        seed=33, dtype=torch.bfloat16, shard="10GB", gain=1.6, head=0.6,
        vision=dict(hidden_size=48, intermediate_size=64, num_hidden_layers=3, num_attention_heads=3, image_size=35, patch_size=7, hidden_act="quick_gelu"),
        text=dict(hidden_size=64, intermediate_size=104, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-5),
        llava=dict(vision_feature_select_strategy="default", tie_word_embeddings=True)),
}


def write_tokenizer(folder):
    """A LLaMA-style BPE with byte fallback over a few dozen pieces; <image> and <pad> are added tokens as on the hub."""
    vocab = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for byte in range(256):
        vocab[f"<0x{byte:02X}>"] = len(vocab)
    for piece in PIECES:
        vocab[piece] = len(vocab)
    merges = []
    for piece in PIECES:
        for cut in range(1, len(piece)):
            if piece[:cut] in vocab and piece[cut:] in vocab:
                merges.append((piece[:cut], piece[cut:]))
    tok = tokenizers.Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tok.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tok.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tok.add_special_tokens([tokenizers.AddedToken(t, special=True, normalized=False) for t in ("<unk>", "<s>", "</s>", "<image>", "<pad>")])
    tok.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    tok.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        add_bos_token=True, add_eos_token=False, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>", image_token="<image>",
        legacy=False, tokenizer_class="LlamaTokenizer"), indent=2) + "\n")
    return tok


def picture():
    """A small picture with edges, gradients and a few odd pixels; wider than high so that the crop matters."""
    y, x = numpy.mgrid[0:37, 0:53]
    rgb = numpy.stack([(x * 5 + y * 2) % 256, (x * y) % 256, 255 - y * 6], axis=-1).astype(numpy.uint8)
    rgb[5:20, 10:30] = (200, 30, 60)
    rgb[25:33, 35:50] = (20, 220, 240)
    return Image.fromarray(rgb, "RGB")


def scale_weights(model, gain, head):
    """Weights ~ N(0, gain^2 / inputs), norms near 1, biases small: activations keep their size through the layers."""
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            if parameter.dim() >= 2 and "embed" not in name:
                inputs = parameter[0].numel()
                parameter.normal_(0.0, (head if "lm_head" in name else gain) / inputs ** 0.5)
            elif "embed" in name:
                parameter.normal_(0.0, head if "embed_tokens" in name and model.config.tie_word_embeddings else 0.7)
            elif "norm" in name and name.endswith("weight"):
                parameter.uniform_(0.6, 1.4)
            else:
                parameter.normal_(0.0, 0.2)


def greedy(model, ids, pixels):
    """The argmax at each of GREEDY steps, recomputing the whole sequence (no cache), with the smallest top-two gap seen."""
    tokens, gap = [], float("inf")
    for _ in range(GREEDY):
        logits = model(input_ids=torch.tensor([ids + tokens]), pixel_values=pixels).logits[0, -1]
        best = torch.topk(logits, 2)
        gap = min(gap, (best.values[0] - best.values[1]).item())
        tokens.append(best.indices[0].item())
    return tokens, gap


def expected(folder, model, tok, preprocessor):
    config = model.config
    pixels = torch.from_numpy(numpy.asarray(preprocessor(images=Image.open(HERE / "picture.png"))["pixel_values"][0], dtype=numpy.float32))[None]
    tower = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states[config.vision_feature_layer][0]
    chosen = tower[1:] if config.vision_feature_select_strategy == "default" else tower
    projected = model.model.multi_modal_projector(chosen[None])[0]
    prompt = tok.encode(PROMPT).ids
    ids = []
    for token in prompt:
        ids += [token] * (projected.shape[0] if token == config.image_token_index else 1)
    logits = model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0]
    tokens, gap = greedy(model, ids, pixels)
    margin = max(logits[-1, tok.token_to_id(t)].item() for t in ("yes", "Yes", SPACE + "Yes")) - max(
        logits[-1, tok.token_to_id(t)].item() for t in ("no", "No", SPACE + "No"))
    spread = logits.std().item()
    print(f"{folder.name}: {len(ids)} positions, logits std {spread:.2f}, smallest greedy gap {gap:.4f}, distinct greedy tokens {len(set(tokens))}")
    assert gap > 0.03, "a greedy choice is a close call: take another seed"
    assert config.text_config.eos_token_id not in tokens[:16], "the answer ends early: take another seed"
    arrays = dict(pixel_values=pixels[0], tower=tower, projected=projected, logits=logits)
    (folder / "expected.json").write_text(json.dumps(dict(
        prompt=PROMPT, prompt_ids=prompt, greedy=tokens, yes_margin=margin, arrays=[dict(name=k, shape=list(v.shape)) for k, v in arrays.items()]), indent=1) + "\n")
    with open(folder / "expected.f32", "wb") as out:
        for value in arrays.values():
            flat = value.detach().to(torch.float32).flatten().tolist()
            out.write(struct.pack(f"<{len(flat)}f", *flat))


def build(name, recipe):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    torch.manual_seed(recipe["seed"])
    tok = write_tokenizer(folder)
    image, pad = tok.token_to_id("<image>"), tok.token_to_id("<pad>")
    text = LlamaConfig(vocab_size=(pad + 8) // 8 * 8, max_position_embeddings=256, bos_token_id=1, eos_token_id=2, pad_token_id=pad, **recipe["text"])
    config = LlavaConfig(vision_config=CLIPVisionConfig(projection_dim=16, **recipe["vision"]), text_config=text, image_token_index=image, **recipe["llava"])
    config._attn_implementation = "eager"
    model = LlavaForConditionalGeneration(config).eval()
    scale_weights(model, recipe["gain"], recipe["head"])
    model.tie_weights()
    model.to(recipe["dtype"]).save_pretrained(folder, max_shard_size=recipe["shard"], save_original_format=recipe.get("hub_names", True))
    size = recipe["vision"]["image_size"]
    preprocessor = CLIPImageProcessorPil(size={"shortest_edge": size}, crop_size={"height": size, "width": size})
    preprocessor.save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    expected(folder, model, tok, preprocessor)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    picture().save(HERE / "picture.png")
    with torch.no_grad():
        for entry in MODELS.items():
            build(*entry)
