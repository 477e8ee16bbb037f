"""把一小块模糊、阴暗、复印坏了的码整饰得读得出：各种办法，由轻到重。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

Grey: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.floating[Any]]

SMALL = 400
"""小块的边长：码约占其四成半，第 10 版的一个点约三像素。"""
LARGE = 800
_DOT = 3.2  # pixels of a module in a small piece
_BLOCK = 4
_SOFT = (0.5, 0.6, 0.7, 0.85)  # blur to undo, in modules
_SHAKES = (1.2, 1.8, 2.4)
_PAD = 28  # so that the transform's sides are 456, a product of small primes


def without_ink(image: Image.Image) -> Image.Image:
    """红印章、蓝签名都变白，黑的仍黑：取三色里最亮的。"""
    red, green, blue = image.convert("RGB").split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def light_touches(large: Image.Image) -> Iterator[Image.Image]:
    """略放大，拉平明暗。"""
    yield large
    small = large.reduce(LARGE // SMALL)
    yield small
    yield Image.fromarray(_flattened(small))


def heavy_touches(large: Image.Image) -> Iterator[Image.Image]:
    """去噪、描细描粗、局部取阈、反卷积。"""
    small = large.reduce(LARGE // SMALL)
    flat = Image.fromarray(_flattened(small))
    yield flat.filter(ImageFilter.GaussianBlur(_DOT * 0.3))
    yield flat.filter(ImageFilter.UnsharpMask(_DOT, 300, 0))
    yield _threshold(small, _DOT * 3)
    yield _threshold(small.filter(ImageFilter.GaussianBlur(_DOT * 0.3)), _DOT * 5)
    thin = thick = np.asarray(large)
    for _ in range(3):
        thin = spread(thin, np.maximum)
        yield _halved(thin)
    thick = spread(thick, np.minimum)
    yield _halved(thick)
    yield from _deconvolved(_flattened(small))


def spread(pixels: Grey, pick: np.ufunc) -> Grey:
    """3 × 3 邻域的最小或最大；Pillow 的同类滤镜慢几十倍。"""
    for _ in range(2):
        padded = np.pad(pixels, ((1, 1), (0, 0)), mode="edge")
        pixels = np.ascontiguousarray(pick(pick(padded[:-2], padded[1:-1]), padded[2:]).T)
    return pixels


def _halved(pixels: Grey) -> Image.Image:
    return Image.fromarray(pixels).reduce(LARGE // SMALL)


def _flattened(image: Image.Image) -> Grey:
    """各处最暗的拉成黑，最亮的拉成白。"""
    pixels = np.asarray(image)
    rows, columns = (side // _BLOCK for side in pixels.shape)
    blocks = pixels[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    low, high = blocks.min((1, 3)), blocks.max((1, 3))
    for _ in range(3):
        low, high = spread(low, np.minimum), spread(high, np.maximum)
    dark, bright = (_smooth(one, image.size) for one in (low, high))
    level = (pixels - dark) * (255 / np.maximum(bright - dark, 8))
    return np.asarray(np.clip(level, 0, 255), np.uint8)


def _smooth(blocks: Grey, size: tuple[int, int]) -> Floats:
    image = Image.fromarray(blocks).filter(ImageFilter.GaussianBlur(2))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32)


def _threshold(image: Image.Image, reach: float) -> Image.Image:
    """比四周的平均暗就是黑。"""
    around = np.asarray(image.filter(ImageFilter.BoxBlur(reach)))
    return Image.fromarray(np.where(np.asarray(image) < around, 0, 255).astype(np.uint8))


def _deconvolved(pixels: Grey) -> Iterator[Image.Image]:
    """还原失焦与手抖（维纳滤波）；手抖的方向一个一个试。"""
    padded = np.pad(pixels.astype(np.float32), _PAD, mode="reflect")
    spectrum = np.fft.rfft2(padded)
    down = np.fft.fftfreq(padded.shape[0]).astype(np.float32)[:, None]
    right = np.fft.rfftfreq(padded.shape[1]).astype(np.float32)[None, :]
    squares = down * down + right * right
    for soft in _SOFT:
        yield _restored(spectrum, np.exp(-2 * (math.pi * soft * _DOT) ** 2 * squares), 0.01)
    lens = np.exp(-2 * math.pi**2 * squares)
    for shake in _SHAKES:
        for turn in range(6):
            along = right * math.cos(turn * math.pi / 6) + down * math.sin(turn * math.pi / 6)
            yield _restored(spectrum, np.sinc(shake * _DOT * along) * lens, 0.02)


def _restored(
    spectrum: NDArray[np.complexfloating[Any, Any]], harm: Floats, doubt: float
) -> Image.Image:
    whole = np.fft.irfft2(spectrum * (harm / (harm * harm + doubt)))
    inner = whole[_PAD:-_PAD, _PAD:-_PAD]
    return Image.fromarray(np.clip(inner, 0, 255).astype(np.uint8))
