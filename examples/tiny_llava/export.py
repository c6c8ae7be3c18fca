# SPDX-License-Identifier: MIT
"""Writes a checkpoint in the layout of the hub's llava-1.5-7b-hf."""
import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

import tokenizer
from model import Llava, Shape
from scenes import PATCH, SIZE
from train import MEAN, STD

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
    "{% endfor %}{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}")


def model_config(shape, image_token, pad_token):
    return {
        "architectures": ["LlavaForConditionalGeneration"],
        "ignore_index": -100,
        "image_seq_length": (SIZE // PATCH) ** 2,
        "image_token_index": image_token,
        "model_type": "llava",
        "pad_token_id": pad_token,
        "projector_hidden_act": "gelu",
        "text_config": {
            "architectures": ["LlamaForCausalLM"],
            "attention_bias": False,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "head_dim": shape.text_hidden // shape.text_heads,
            "hidden_act": "silu",
            "hidden_size": shape.text_hidden,
            "intermediate_size": shape.text_inner,
            "max_position_embeddings": 512,
            "mlp_bias": False,
            "model_type": "llama",
            "num_attention_heads": shape.text_heads,
            "num_hidden_layers": shape.text_layers,
            "num_key_value_heads": shape.text_heads,
            "pad_token_id": pad_token,
            "rms_norm_eps": 1e-05,
            "rope_theta": 10000.0,
            "tie_word_embeddings": False,
            "torch_dtype": "bfloat16",
            "vocab_size": shape.vocab,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "vision_config": {
            "attention_dropout": 0.0,
            "hidden_act": "quick_gelu",
            "hidden_size": shape.vision_hidden,
            "image_size": SIZE,
            "intermediate_size": 4 * shape.vision_hidden,
            "layer_norm_eps": 1e-05,
            "model_type": "clip_vision_model",
            "num_attention_heads": shape.vision_heads,
            "num_channels": 3,
            "num_hidden_layers": shape.vision_layers,
            "patch_size": PATCH,
            "projection_dim": shape.vision_hidden,
        },
        "vision_feature_layer": -2,
        "vision_feature_select_strategy": "default",
    }


def processor_configs():
    image = {
        "crop_size": {"height": SIZE, "width": SIZE},
        "do_center_crop": True,
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [round(float(v), 8) for v in MEAN],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [round(float(v), 8) for v in STD],
        "processor_class": "LlavaProcessor",
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": SIZE},
    }
    both = {
        "image_token": "<image>",
        "num_additional_image_tokens": 1,
        "patch_size": PATCH,
        "processor_class": "LlavaProcessor",
        "vision_feature_select_strategy": "default",
    }
    return image, both


def special(content):
    return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}


def tokenizer_configs(added):
    """added: the added_tokens of tokenizer.json."""
    keys = ("content", "lstrip", "normalized", "rstrip", "single_word", "special")
    config = {
        "add_bos_token": True,
        "add_eos_token": False,
        "add_prefix_space": None,
        "added_tokens_decoder": {str(token["id"]): {key: token[key] for key in keys} for token in added},
        "bos_token": "<s>",
        "clean_up_tokenization_spaces": False,
        "eos_token": "</s>",
        "extra_special_tokens": {"image_token": "<image>"},
        "image_token": "<image>",
        "legacy": True,
        "model_max_length": 512,
        "pad_token": "<pad>",
        "padding_side": "left",
        "processor_class": "LlavaProcessor",
        "tokenizer_class": "LlamaTokenizer",
        "unk_token": "<unk>",
        "use_default_system_prompt": False,
    }
    names = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return config, {key: special(value) for key, value in names.items()} | {"image_token": special("<image>")}


def write(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")


def export(model, shape, out):
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(out / "tokenizer.json")
    file = Tokenizer.from_file(str(out / "tokenizer.json"))
    assert file.get_vocab_size() <= shape.vocab
    added = json.loads((out / "tokenizer.json").read_text(encoding="utf-8"))["added_tokens"]
    config, special_map = tokenizer_configs(added)
    image_token, pad_token = file.token_to_id("<image>"), file.token_to_id("<pad>")
    write(out / "config.json", model_config(shape, image_token, pad_token))
    write(out / "generation_config.json", {"_from_model_config": True, "bos_token_id": 1, "eos_token_id": 2,
                                           "pad_token_id": pad_token})
    image, both = processor_configs()
    write(out / "preprocessor_config.json", image)
    write(out / "processor_config.json", both)
    write(out / "chat_template.json", {"chat_template": CHAT_TEMPLATE})
    write(out / "tokenizer_config.json", config)
    write(out / "special_tokens_map.json", special_map)
    weights = {name: value.to(torch.bfloat16).contiguous() for name, value in model.state_dict().items()}
    path = out / "model.safetensors"
    save_file(dict(sorted(weights.items())), path, metadata={"format": "pt"})
    path.chmod(0o644)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("checkpoint", nargs="?", help="without one, an untrained model is written")
    args.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    args = args.parse_args()
    torch.manual_seed(0)
    model = Llava(Shape())
    if args.checkpoint:
        model.load_state_dict(torch.load(args.checkpoint, map_location="cpu")["model"])
    print(export(model, Shape(), args.out))


if __name__ == "__main__":
    main()
