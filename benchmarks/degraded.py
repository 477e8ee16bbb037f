"""弄坏一页：拍照、扫描、复印、盖章时会出的毛病，各按轻重；同一种子给出同一张图。

Numpy and Pillow only, so that a picture is the same wherever it is made. Lengths are in mm of
paper; a module of the code is 0.40 mm.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels: TypeAlias = NDArray[Any]
Random: TypeAlias = np.random.Generator
Point: TypeAlias = tuple[float, float]

DESK = (92, 74, 58)
DPI = 150
_GRAIN = 701


def tilted(image: Image.Image, degrees: float, rng: Random) -> Image.Image:
    """斜着拍：针孔相机，距离约一页半高，方向任意；四周是桌面。"""
    away = rng.uniform(0, 2 * math.pi)
    axis, tilt = (math.cos(away), math.sin(away)), math.radians(degrees)
    width, height = image.size
    distance = 1.5 * height
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    seen = []
    for x, y in ((x - width / 2, y - height / 2) for x, y in corners):
        along = x * axis[0] + y * axis[1]
        across = -x * axis[1] + y * axis[0]
        near = distance / (distance + across * math.sin(tilt))
        across *= math.cos(tilt)
        seen.append(
            (
                (along * axis[0] - across * axis[1]) * near,
                (along * axis[1] + across * axis[0]) * near,
            )
        )
    left, top = min(x for x, _ in seen), min(y for _, y in seen)
    right, bottom = max(x for x, _ in seen), max(y for _, y in seen)
    edge = 0.04 * (right - left)
    size = (round(right - left + 2 * edge), round(bottom - top + 2 * edge))
    target = [(x - left + edge, y - top + edge) for x, y in seen]
    return image.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _homography(target, corners),
        Image.Resampling.BICUBIC,
        fillcolor=_desk(image),
    )


def _homography(source: Sequence[Point], target: Sequence[Point]) -> list[float]:
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(part) for part in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """失焦：radius 毫米。"""
    return image.filter(ImageFilter.GaussianBlur(radius / 25.4 * DPI))


def moved(image: Image.Image, length: float, rng: Random) -> Image.Image:
    """拍时手动了：length 毫米，方向任意。"""
    angle = rng.uniform(0, math.pi)
    pixels = length / 25.4 * DPI
    steps = max(2, math.ceil(pixels))
    total = np.zeros(np.asarray(image).shape, np.uint16)
    for step in np.linspace(-0.5, 0.5, steps):
        shift = (1, 0, step * pixels * math.cos(angle), 0, 1, step * pixels * math.sin(angle))
        once = image.transform(
            image.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR, fillcolor="white"
        )
        total += np.asarray(once)
    return Image.fromarray((total // steps).astype(np.uint8))


def shaded(image: Image.Image, depth: float, at: Point, rng: Random) -> Image.Image:
    """光不匀：一边渐暗，一道影子的边穿过码；影中只剩 1 - depth 的光。"""
    x, y = _grid(image)
    angle = rng.uniform(0, 2 * math.pi)
    away = (x - at[0]) * math.cos(angle) + (y - at[1]) * math.sin(angle)
    soft = rng.uniform(0.5, 4) / 25.4 * DPI
    shadow = 1 / (1 + np.exp(np.clip(-away / soft, -30, 30)))
    fall = np.clip(1 - 0.3 * depth * (x / image.width + y / image.height), 0, 1)
    light = (1 - depth * shadow) * fall
    return noisy(_lit(image, light), 3, rng)


def creased(image: Image.Image, count: float, at: Point, rng: Random) -> Image.Image:
    """折过：每道折痕穿过码，一侧缩短、变暗，折线上掉墨。"""
    x, y = _grid(image)
    light = np.ones_like(x)
    scuffed = np.zeros(x.shape, bool)
    for _ in range(int(count)):
        angle = rng.uniform(0, math.pi)
        place = [a + rng.uniform(-8, 8) / 25.4 * DPI for a in at]
        away = (x - place[0]) * math.cos(angle) + (y - place[1]) * math.sin(angle)
        scuffed |= np.abs(away) < rng.uniform(0.1, 0.25) / 25.4 * DPI
        bent = np.where(away > 0, away * rng.uniform(0.02, 0.10), 0)
        x, y = x + bent * math.cos(angle), y + bent * math.sin(angle)
        light = light * np.where(away > 0, rng.uniform(0.6, 0.9), 1)
    bent_image = _lit(_sampled(image, x, y), light)
    worn = Image.fromarray(scuffed & (rng.random(x.shape, np.float32) < 0.8))
    bent_image.paste("#e1e1e1", mask=worn)
    return blurred(bent_image, 0.08)


def stamped(image: Image.Image, offset: float, at: Point, rng: Random) -> Image.Image:
    """印章盖在码上：42 毫米的红圈，圆心离码的正中 offset 毫米。"""
    angle = rng.uniform(0, 2 * math.pi)
    reach = offset / 25.4 * DPI
    middle = (at[0] + reach * math.cos(angle), at[1] + reach * math.sin(angle))
    ink = np.asarray(_stamp(image.size, middle, rng), np.float32) / 255
    patchy = np.asarray(
        Image.fromarray(rng.integers(90, 256, (60, 45), np.uint8)).resize(image.size, 2)
    )
    ink = ink * patchy / 255
    red = np.array([rng.uniform(165, 215), rng.uniform(10, 50), rng.uniform(20, 60)]) / 255
    return _image(_pixels(image) * (1 - ink[..., None] * (1 - red)))


def _stamp(size: tuple[int, int], middle: Sequence[float], rng: Random) -> Image.Image:
    mm = DPI / 25.4
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    x, y = middle
    pen.ellipse(_round(x, y, 21 * mm), outline=255, width=round(1.2 * mm))
    points = []
    for corner in range(10):
        reach = (7 if corner % 2 == 0 else 2.7) * mm
        turn = math.pi * (corner / 5 - 0.5)
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    pen.polygon(points, fill=255)
    for letter in range(14):
        turn = math.pi * (0.75 + 1.5 * letter / 13)
        left, top = x + 16 * mm * math.cos(turn), y + 16 * mm * math.sin(turn)
        for _ in range(7):
            stroke = [(left, top) + rng.uniform(-2, 2, 2) * mm for _ in range(2)]
            pen.line([tuple(end) for end in stroke], fill=255, width=round(0.45 * mm))
    return mask


def _round(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (x - radius, y - radius, x + radius, y + radius)


def squeezed(image: Image.Image, quality: int) -> Image.Image:
    """存成 JPEG 再打开。"""
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality)
    return Image.open(target).convert(image.mode)


def noisy(image: Image.Image, sigma: float, rng: Random) -> Image.Image:
    """噪点；一小块随机数铺满全图，快得多。"""
    pixels = np.asarray(image)
    grain = (rng.standard_normal((_GRAIN, _GRAIN, *pixels.shape[2:])) * sigma).astype(np.int16)
    repeats = [-(-side // _GRAIN) for side in pixels.shape[:2]]
    laid = np.tile(grain, (*repeats, *[1] * (pixels.ndim - 2)))
    laid = laid[: pixels.shape[0], : pixels.shape[1]]
    return Image.fromarray(np.clip(laid + pixels, 0, 255).astype(np.uint8))


def turned(image: Image.Image, degrees: float, *, desk: bool = False) -> Image.Image:
    """转 degrees 度，四角不裁；四角是桌面或者白纸。"""
    ground = _desk(image) if desk else "white"
    return image.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=ground)


def _desk(image: Image.Image) -> int | tuple[int, int, int]:
    return DESK[0] if image.mode == "L" else DESK


def copied(image: Image.Image, rng: Random) -> Image.Image:
    """复印一次：略缩放、略歪、只剩黑白，笔画变粗或变细，加墨点。"""
    scale = rng.uniform(0.985, 1.015)
    size = (round(image.width * scale), round(image.height * scale))
    grey = turned(image.convert("L").resize(size, Image.Resampling.BICUBIC), rng.uniform(-0.7, 0.7))
    grey = grey.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9)))
    pixels = np.asarray(noisy(grey, 12, rng))
    black = np.where(pixels < rng.uniform(105, 155), 0, 255).astype(np.uint8)
    spread = rng.random()
    if spread < 0.15:
        black = _spread(black, np.minimum)
    elif spread < 0.25:
        black = _spread(black, np.maximum)
    for value in (0, 255):
        rows, columns = (rng.integers(0, side - 3, black.size // 3000) for side in black.shape)
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (1, 2)):
            black[rows + down, columns + right] = value
    return Image.fromarray(black)


def _spread(pixels: Pixels, pick: np.ufunc) -> Pixels:
    """3 × 3 邻域的最小或最大。"""
    for _ in range(2):
        padded = np.pad(pixels, ((1, 1), (0, 0)), mode="edge")
        pixels = pick(pick(padded[:-2], padded[1:-1]), padded[2:]).T
    return pixels.copy()


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"), np.float32)


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _grid(image: Image.Image) -> tuple[Pixels, Pixels]:
    y, x = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    return x, y


def _lit(image: Image.Image, light: Pixels) -> Image.Image:
    pixels = np.asarray(image)
    return Image.fromarray(
        (pixels * (light if pixels.ndim == 2 else light[..., None])).astype("u1")
    )


def _sampled(image: Image.Image, x: Pixels, y: Pixels) -> Image.Image:
    """每点取原图 (x, y) 处，先放大一倍再取最近的点。"""
    twice = np.asarray(image.resize((image.width * 2, image.height * 2), Image.Resampling.BILINEAR))
    column = np.clip(x * 2, 0, twice.shape[1] - 1).astype(np.int32)
    row = np.clip(y * 2, 0, twice.shape[0] - 1).astype(np.int32)
    return Image.fromarray(twice[row, column])
