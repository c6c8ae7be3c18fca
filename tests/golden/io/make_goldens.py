# SPDX-License-Identifier: MIT
"""Writes the goldens beside this file: what tokenizers, transformers and Pillow make of awkward input.

Usage: python make_goldens.py     (about a minute, no network)
Versions used: tokenizers 0.23.3, transformers 5.23.0, sentencepiece 0.2.3, Pillow 13.0.0, numpy 2.4.6.
Every seed is fixed: a second run writes the same bytes.
"""
import make_images
import make_tokenizers

make_tokenizers.main()
make_images.main()
