# SPDX-License-Identifier: MIT
"""LLaVA-1.5 in small, for training: parameter names as in the hub's files, many questions behind one picture.

The questions of a picture share its prefix ("USER: " and the image tokens). Each sees the prefix and itself, and its
positions continue from the prefix, so one image forward serves them all and each answer is what it would be alone.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from scenes import PATCH, SIZE


@dataclass(frozen=True)
class Shape:
    vision_hidden: int = 160
    vision_layers: int = 6      # the last one is there, as in CLIP, but select layer -2 never reads it
    vision_heads: int = 5
    text_hidden: int = 160
    text_layers: int = 4
    text_heads: int = 5
    text_inner: int = 432
    vocab: int = 896


def bare(**children):
    """A module that only holds children: the path segments of the hub's parameter names."""
    module = nn.Module()
    for name, child in children.items():
        setattr(module, name, child)
    return module


def attention(q, k, v, causal=False):                                  # (B, h, T, d) each
    """Written out: faster than the fused kernel on a CPU at these sizes."""
    score = q * q.shape[-1] ** -.5 @ k.transpose(-1, -2)
    if causal:
        future = torch.ones(score.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        score = score.masked_fill(future, float("-inf"))
    return score.softmax(-1, dtype=torch.float32).to(v.dtype) @ v


class VisionLayer(nn.Module):
    def __init__(self, hidden, heads):
        super().__init__()
        self.heads = heads
        self.self_attn = bare(**{f"{name}_proj": nn.Linear(hidden, hidden) for name in ("q", "k", "v", "out")})
        self.layer_norm1 = nn.LayerNorm(hidden, eps=1e-5)
        self.layer_norm2 = nn.LayerNorm(hidden, eps=1e-5)
        self.mlp = bare(fc1=nn.Linear(hidden, 4 * hidden), fc2=nn.Linear(4 * hidden, hidden))

    def forward(self, x):                                              # (B, 65, H)
        a, y = self.self_attn, self.layer_norm1(x)
        q, k, v = (proj(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for proj in (a.q_proj, a.k_proj, a.v_proj))
        x = x + a.out_proj(attention(q, k, v).transpose(1, 2).flatten(2))
        y = self.mlp.fc1(self.layer_norm2(x))
        return x + self.mlp.fc2(y * torch.sigmoid(1.702 * y))          # quick_gelu


def places(hidden, amplitude=.5):
    """Start of the position embedding: sines and cosines of column and row, half a period over the grid and faster."""
    side = SIZE // PATCH
    angle = torch.arange(side)[:, None] * (math.pi / side * side ** torch.linspace(0, 1, hidden // 4))
    wave = amplitude * torch.cat([angle.sin(), angle.cos()], 1)
    return torch.cat([wave.repeat(side, 1), wave.repeat_interleave(side, 0)], 1)


class VisionModel(nn.Module):
    def __init__(self, shape):
        super().__init__()
        hidden, patches = shape.vision_hidden, (SIZE // PATCH) ** 2
        self.embeddings = bare(patch_embedding=nn.Conv2d(3, hidden, PATCH, PATCH, bias=False),
                               position_embedding=nn.Embedding(patches + 1, hidden))
        self.embeddings.class_embedding = nn.Parameter(torch.randn(hidden) * .02)
        self.pre_layrnorm = nn.LayerNorm(hidden, eps=1e-5)             # the hub's spelling
        self.encoder = bare(layers=nn.ModuleList(VisionLayer(hidden, shape.vision_heads)
                                                 for _ in range(shape.vision_layers)))
        self.post_layernorm = nn.LayerNorm(hidden, eps=1e-5)

    def forward(self, pixels):                                         # (B, 3, S, S)
        e = self.embeddings
        patches = F.unfold(pixels, PATCH, stride=PATCH).transpose(1, 2)  # (B, 64, 3 * 14 * 14)
        x = F.linear(patches, e.patch_embedding.weight.flatten(1))
        x = torch.cat([e.class_embedding.expand(len(x), 1, -1), x], 1) + e.position_embedding.weight
        x = self.pre_layrnorm(x)
        for layer in self.encoder.layers[:-1]:                         # select layer -2
            x = layer(x)
        return x[:, 1:]                                                # strategy "default": no class token


class Norm(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, 1e-5)


def rotate(x, cos, sin):                                               # (N, heads, d), (N, 1, d / 2)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def attend_prefix(q, k, v):                                            # (B, P, h, d)
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    return attention(q, k, v, causal=True).transpose(1, 2).flatten(2).flatten(0, 1)


def attend_questions(q, k, v, prefix_k, prefix_v):                     # (B, Q, T, h, d), (B, P, h, d)
    batch, questions, tokens, heads, width = q.shape
    q, k, v = (x.permute(0, 3, 1, 2, 4) for x in (q * width ** -.5, k, v))           # (B, h, Q, T, d)
    q_flat = q.reshape(batch, heads, questions * tokens, width)
    to_prefix = (q_flat @ prefix_k.permute(0, 2, 3, 1)).unflatten(2, (questions, tokens))
    future = torch.ones(tokens, tokens, dtype=torch.bool, device=q.device).triu(1)
    to_self = (q @ k.transpose(-1, -2)).masked_fill(future, float("-inf"))
    weight = torch.cat([to_prefix, to_self], -1).softmax(-1, dtype=torch.float32).to(v.dtype)
    from_prefix = weight[..., :-tokens].flatten(2, 3) @ prefix_v.transpose(1, 2)     # (B, h, Q T, d)
    out = from_prefix + (weight[..., -tokens:] @ v).flatten(2, 3)
    return out.transpose(1, 2).flatten(2).flatten(0, 1)                              # (B Q T, h d)


class TextLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        hidden, inner = shape.text_hidden, shape.text_inner
        self.heads = shape.text_heads
        self.self_attn = bare(**{f"{name}_proj": nn.Linear(hidden, hidden, bias=False) for name in "qkvo"})
        self.mlp = bare(gate_proj=nn.Linear(hidden, inner, bias=False), up_proj=nn.Linear(hidden, inner, bias=False),
                        down_proj=nn.Linear(inner, hidden, bias=False))
        self.input_layernorm = Norm(hidden)
        self.post_attention_layernorm = Norm(hidden)

    def forward(self, x, cos, sin, shapes):
        """x: (N, H), all tokens of prefix and groups in one row; shapes: their leading sizes."""
        a = self.self_attn
        weight = torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight])
        qkv = F.linear(self.input_layernorm(x), weight).view(len(x), 3 * self.heads, -1)
        qk = rotate(qkv[:, :2 * self.heads], cos, sin)
        sizes = [torch.Size(shape).numel() for shape in shapes]
        q, k, v = ([part.view(*shape, self.heads, -1) for part, shape in zip(y.split(sizes), shapes)]
                   for y in (qk[:, :self.heads], qk[:, self.heads:], qkv[:, 2 * self.heads:]))
        out = [attend_prefix(q[0], k[0], v[0])]
        out += [attend_questions(*group, k[0], v[0]) for group in zip(q[1:], k[1:], v[1:])]
        x = x + a.o_proj(torch.cat(out))
        y, m = self.post_attention_layernorm(x), self.mlp
        gate, up = F.linear(y, torch.cat([m.gate_proj.weight, m.up_proj.weight])).chunk(2, -1)
        return x + m.down_proj(F.silu(gate) * up)


class TextModel(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab, shape.text_hidden)
        self.layers = nn.ModuleList(TextLayer(shape) for _ in range(shape.text_layers))
        self.norm = Norm(shape.text_hidden)

    def forward(self, prefix, groups):
        """prefix: (B, P, H) embeddings; groups: list of (B, Q, T) token ids. Returns one (B, Q, T, H) per group."""
        heads, hidden = self.layers[0].heads, prefix.shape[-1]
        shapes = [prefix.shape[:2]] + [ids.shape for ids in groups]
        x = torch.cat([prefix.flatten(0, 1)] + [self.embed_tokens(ids).flatten(0, 2) for ids in groups])
        start = prefix.shape[1]
        position = torch.cat([torch.arange(shape[-1]).add(start if i else 0).expand(shape).flatten()
                              for i, shape in enumerate(shapes)]).to(x.device)
        rate = 10000. ** -(torch.arange(0, hidden // heads, 2, device=x.device) / (hidden // heads))
        angle = (position[:, None] * rate)[:, None]
        kind = torch.get_autocast_dtype(x.device.type) if torch.is_autocast_enabled(x.device.type) else x.dtype
        cos, sin = angle.cos().to(kind), angle.sin().to(kind)
        for layer in self.layers:
            x = layer(x, cos, sin, shapes)
        parts = self.norm(x).split([torch.Size(shape).numel() for shape in shapes])
        return [part.view(*shape, hidden) for part, shape in zip(parts[1:], shapes[1:])]


class Projector(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.linear_1 = nn.Linear(shape.vision_hidden, shape.text_hidden)
        self.linear_2 = nn.Linear(shape.text_hidden, shape.text_hidden)

    def forward(self, x):
        return self.linear_2(F.gelu(self.linear_1(x)))


class Llava(nn.Module):
    def __init__(self, shape=Shape()):
        super().__init__()
        self.vision_tower = bare(vision_model=VisionModel(shape))
        self.multi_modal_projector = Projector(shape)
        self.language_model = bare(model=TextModel(shape),
                                   lm_head=nn.Linear(shape.text_hidden, shape.vocab, bias=False))
        self.apply(self.start)
        with torch.no_grad():                                          # place is readable from the first step
            self.vision_tower.vision_model.embeddings.position_embedding.weight[1:] = places(shape.vision_hidden)
            for layer in self.language_model.model.layers:             # a word attends to what looks like it
                layer.self_attn.q_proj.weight *= 1.5
                layer.self_attn.k_proj.weight.copy_(layer.self_attn.q_proj.weight)

    @staticmethod
    def start(module):
        if isinstance(module, (nn.Linear, nn.Embedding, nn.Conv2d)):
            nn.init.normal_(module.weight, std=.04)
        if getattr(module, "bias", None) is not None:
            nn.init.zeros_(module.bias)

    def image_tokens(self, pixels):
        return self.multi_modal_projector(self.vision_tower.vision_model(pixels))

    def forward(self, image, prefix_ids, groups):
        """image: image_tokens(); prefix_ids: ids before <image>. Returns hidden states for each group."""
        text = self.language_model.model
        head = text.embed_tokens(prefix_ids).expand(len(image), -1, -1)
        return text(torch.cat([head, image.to(head.dtype)], 1), groups)
