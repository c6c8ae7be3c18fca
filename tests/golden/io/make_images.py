# SPDX-License-Identifier: MIT
"""Picture goldens: files of every kind with the RGB bytes Pillow reads from them, and the pixel values transformers makes of some.

images/*.png, *.jpg    the PNGs are written chunk by chunk here, since Pillow cannot write all kinds; the JPEGs by Pillow
images.json            per file: width, height, base64 of the RGB bytes (or their FNV where long)
pixels.json            per case: file, settings, and of the pixel values the shape and FNV; of some the float32 values in base64
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

HERE = pathlib.Path(__file__).parent
IMAGES = HERE / "images"
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]  # x, y, step x, step y
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def fnv(data):
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return f"{state:016x}"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(samples, depth):
    """Rows of samples (height, width, channels) as filtered PNG rows: filters 0 to 4 in turn, as a reader must undo them all."""
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    out, before = b"", None
    for y in range(height):
        values = samples[y].reshape(-1)
        if depth == 16:
            row = values.astype(">u2").tobytes()
        elif depth == 8:
            row = values.astype(np.uint8).tobytes()
        else:
            bits = ((values[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)
            row = np.packbits(bits).tobytes()
        up = before or bytes(len(row))
        kind = y % 5
        line = []
        for i, value in enumerate(row):
            a, b = (row[i - step] if i >= step else 0), up[i]
            c = up[i - step] if i >= step else 0
            distances = [(abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c)]
            guess = [0, a, b, (a + b) // 2, min(distances)[2]][kind]
            line.append((value - guess) % 256)
        out += bytes([kind]) + bytes(line)
        before = row
    return out


def png(samples, depth, colour, extra=b"", interlaced=False):
    height, width, _ = samples.shape
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(packed(p, depth) for p in passes if p.size)
    else:
        data = packed(samples, depth)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def write_pngs(rng):
    palette = rng.integers(0, 256, (256, 3), dtype=np.uint8)
    for colour, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
        for depth in depths:
            for interlaced in (False, True):
                samples = rng.integers(0, 2**depth, (11, 13, CHANNELS[colour]))
                extra = chunk(b"PLTE", palette[:2**depth].tobytes()) if colour == 3 else b""
                name = f"colour{colour}_depth{depth}{'_interlaced' if interlaced else ''}.png"
                (IMAGES / name).write_bytes(png(samples, depth, colour, extra, interlaced))
    small = rng.integers(0, 256, (5, 7, 1))
    half = bytes(rng.integers(0, 256, 256, dtype=np.uint8))
    (IMAGES / "palette_alpha.png").write_bytes(png(small, 8, 3, chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", half)))
    (IMAGES / "gray_alpha_key.png").write_bytes(png(small, 8, 0, chunk(b"tRNS", b"\0\x07")))
    (IMAGES / "rgb_alpha_key.png").write_bytes(png(rng.integers(0, 256, (5, 7, 3)), 8, 2, chunk(b"tRNS", b"\0\x07\0\x08\0\x09")))
    extras = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"tEXt", b"Comment\0hello") + chunk(b"iCCP", b"broken\0\0" + zlib.compress(b"not a profile"))
    (IMAGES / "ancillary.png").write_bytes(png(rng.integers(0, 256, (5, 7, 3)), 8, 2, extras))


def scene(rng, height, width):
    """Smooth colours with edges and some noise: a stand-in for a photograph."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [128 + 90 * np.sin(x / (7 + 11 * c) + c) * np.cos(y / (5 + 9 * c)) for c in range(3)]
    out = np.stack(planes, -1)
    for _ in range(8):
        top, left = rng.integers(0, height), rng.integers(0, width)
        out[top:top + rng.integers(1, height // 2 + 2), left:left + rng.integers(1, width // 2 + 2)] = rng.integers(0, 256, 3)
    return np.clip(out + rng.normal(0, 6, out.shape), 0, 255).astype(np.uint8)


def write_jpegs(rng):
    def save(name, array, **options):
        Image.fromarray(array).save(IMAGES / name, "JPEG", **options)

    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        save(f"sub{name}.jpg", scene(rng, 29, 37), quality=80, subsampling=subsampling)
        save(f"sub{name}_progressive.jpg", scene(rng, 30, 33), quality=70, subsampling=subsampling, progressive=True)
    save("gray.jpg", scene(rng, 21, 19)[:, :, 0], quality=85)
    save("optimized.jpg", scene(rng, 33, 31), quality=30, optimize=True)
    save("restart.jpg", scene(rng, 40, 40), quality=75, restart_marker_blocks=2)
    save("one.jpg", scene(rng, 1, 1), quality=75)
    save("photo.jpg", scene(rng, 427, 640), quality=60)
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: not applied
    Image.fromarray(scene(rng, 20, 30)).save(buffer, "JPEG", quality=80, exif=exif)
    (IMAGES / "orientation.jpg").write_bytes(buffer.getvalue())
    (IMAGES / "trailing.jpg").write_bytes(buffer.getvalue() + b"trailing bytes")
    (IMAGES / "png_inside.jpg").write_bytes((IMAGES / "ancillary.png").read_bytes())


def base(data):
    return base64.b64encode(data).decode()


def describe_images():
    out = {}
    for path in sorted(IMAGES.iterdir()):
        rgb = np.array(Image.open(path).convert("RGB"))
        out[path.name] = {"height": rgb.shape[0], "width": rgb.shape[1]} | ({"rgb": base(rgb.tobytes())} if rgb.size < 4000 else {"fnv": fnv(rgb.tobytes())})
    return out


def pixel_cases(rng):
    files = {"tall.png": (53, 37), "wide.png": (31, 90), "tiny.png": (3, 4), "pixel.png": (1, 1), "line.png": (2, 150), "big.png": (150, 131), "square.png": (24, 24),
             "tower.png": (150, 50)}
    for name, (height, width) in files.items():
        noisy = name in ("tiny.png", "line.png", "big.png", "tower.png")  # noise reaches every rounding and both clips
        array = rng.integers(0, 256, (height, width, 3), dtype=np.uint8) if noisy else scene(rng, height, width)
        (IMAGES / name).write_bytes(png(array, 8, 2))
    clip = {"size": {"shortest_edge": 24}, "crop_size": {"height": 24, "width": 24}}
    for name in files:
        yield name, CLIPImageProcessorPil, clip, name in ("tall.png", "pixel.png")
        yield name, LlavaImageProcessorPil, clip | {"do_pad": True}, name == "wide.png"
        yield name, CLIPImageProcessorPil, {"size": {"shortest_edge": 15}, "crop_size": {"height": 18, "width": 21}}, False  # crop pads
        yield name, CLIPImageProcessorPil, {"do_resize": False, "crop_size": {"height": 29, "width": 40}}, False
        yield name, CLIPImageProcessorPil, clip | {"do_center_crop": False, "do_normalize": False}, False
        yield name, CLIPImageProcessorPil, clip | {"do_rescale": False}, False
        yield name, CLIPImageProcessorPil, clip | {"rescale_factor": 0.01, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.1, 0.25, 0.5]}, False
    full = {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}
    yield "photo.jpg", CLIPImageProcessorPil, full, False
    yield "photo.jpg", LlavaImageProcessorPil, full | {"do_pad": True}, False
    yield "square.png", CLIPImageProcessorPil, full, False  # enlarged 14 times


def describe_pixels(rng):
    out = []
    for name, kind, settings, keep in pixel_cases(rng):
        values = kind(**settings)(Image.open(IMAGES / name), return_tensors="np")["pixel_values"][0]
        assert values.dtype == np.float32
        kind_name = kind.__name__.removesuffix("Pil")
        entry = {"file": name, "settings": settings | {"image_processor_type": kind_name}, "shape": list(values.shape), "fnv": fnv(values.tobytes())}
        out.append(entry | ({"values": base(values.tobytes())} if keep else {}))
    return out


def resize_cases(rng):
    """Image.resize alone, to odd sizes up and down."""
    array = rng.integers(0, 256, (23, 41, 3), dtype=np.uint8)
    (IMAGES / "resize.png").write_bytes(png(array, 8, 2))
    sizes = [(41, 23), (41, 7), (9, 23), (1, 1), (2, 3), (82, 46), (83, 45), (13, 100), (200, 5), (40, 24), (400, 300), (40, 21), (40, 20), (39, 19), (39, 18)]
    return [[w, h, fnv(np.array(Image.fromarray(array).resize((w, h), Image.Resampling.BICUBIC)).tobytes())] for w, h in sizes]


def main():
    IMAGES.mkdir(exist_ok=True)
    for old in IMAGES.iterdir():
        old.unlink()
    rng = np.random.default_rng(6)
    write_pngs(rng)
    write_jpegs(rng)
    pixels = {"resize": resize_cases(rng), "cases": describe_pixels(rng)}
    (HERE / "pixels.json").write_text(json.dumps(pixels, indent=0) + "\n")
    (HERE / "images.json").write_text(json.dumps(describe_images(), indent=0) + "\n")
