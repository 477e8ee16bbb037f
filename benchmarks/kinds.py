"""各种毛病与轻重：benchmarks/degraded.py 的弄坏办法怎样用在一页上。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from degraded import (
    DESK,
    DPI,
    Point,
    Random,
    blurred,
    copied,
    creased,
    moved,
    noisy,
    shaded,
    squeezed,
    stamped,
    tilted,
    turned,
)
from PIL import Image, ImageFilter

_A4 = (210.0, 297.0)
_ANY = -1.0


@dataclass(frozen=True)
class Page:
    """一页：给分辨率得灰度图，码里的文字，码的正中（毫米，从左上角起）。"""

    render: Callable[[int], Image.Image]
    text: str
    code: Point


@dataclass(frozen=True)
class Kind:
    """一种毛病：各级的说法与程度，弄坏的办法，一张图几页；大图少做，几分之一。"""

    name: str
    levels: tuple[tuple[str, float], ...]
    spoil: Callable[[Sequence[Page], float, Random], Image.Image]
    pages: Callable[[float], int] = lambda _: 1
    share: Callable[[float], int] = lambda _: 1


def _at(page: Page) -> Point:
    """码的正中，DPI 下的像素。"""
    return (page.code[0] / 25.4 * DPI, page.code[1] / 25.4 * DPI)


def scanned(page: Page, dpi: int, rng: Random) -> Image.Image:
    """扫描：略歪、略糊、有噪点，存成 JPEG。"""
    image = turned(page.render(dpi), rng.uniform(-2.5, 2.5))
    image = image.filter(ImageFilter.GaussianBlur(0.06 / 25.4 * dpi))
    return squeezed(noisy(image, 6, rng), 80)


def together(pages: Sequence[Page], dpi: int, rng: Random) -> Image.Image:
    """几页摆在桌上一起拍：各歪一点，有的倒着。"""
    turns = [rng.uniform(-6, 6) + 180 * (rng.random() < 0.25) for _ in pages]
    images = [turned(p.render(dpi), turn, desk=True) for p, turn in zip(pages, turns, strict=True)]
    columns = {2: 2, 4: 2, 6: 3}[len(pages)]
    width, height = max(i.width for i in images), max(i.height for i in images)
    table = Image.new("L", (width * columns, height * (len(pages) // columns)), DESK[0])
    for number, image in enumerate(images):
        table.paste(image, (width * (number % columns), height * (number // columns)))
    return squeezed(noisy(table.filter(ImageFilter.GaussianBlur(0.6)), 4, rng), 85)


def mixed(page: Page, level: float, rng: Random) -> Image.Image:
    """什么毛病都有一点。"""
    image = stamped(page.render(DPI), 34 - 3 * level, _at(page), rng)
    if level > 2:
        image = creased(image, 1, _at(page), rng)
    image = shaded(image, 0.1 * level, _at(page), rng)
    image = moved(blurred(image, 0.02 * level), 0.05 * level, rng)
    image = tilted(turned(image, rng.uniform(-180, 180), desk=True), 5 * level, rng)
    return squeezed(noisy(image, 1.5 * level, rng), round(92 - 10 * level))


def copies(page: Page, times: float, rng: Random) -> Image.Image:
    """复印的复印。"""
    image = page.render(240)
    for _ in range(int(times)):
        image = copied(image, rng)
    return image


def _low(page: Page, dpi: float, rng: Random) -> Image.Image:
    small = page.render(300).resize([round(side / 25.4 * dpi) for side in _A4], 1)
    return squeezed(noisy(small, 2, rng), 85)


def _steps(unit: str, *levels: float) -> tuple[tuple[str, float], ...]:
    return tuple((f"{level:g}{unit}", level) for level in levels)


KINDS = (
    Kind(
        "perspective",
        _steps("° tilt", 20, 35, 50, 60),
        lambda p, v, r: squeezed(noisy(tilted(p[0].render(DPI), v, r), 4, r), 85),
    ),
    Kind(
        "defocus",
        _steps(" mm", 0.08, 0.12, 0.16, 0.2, 0.24),
        lambda p, v, r: squeezed(noisy(blurred(p[0].render(DPI), v), 3, r), 85),
    ),
    Kind(
        "motion blur",
        _steps(" mm", 0.3, 0.5, 0.7, 0.9),
        lambda p, v, r: squeezed(noisy(moved(p[0].render(DPI), v, r), 3, r), 85),
    ),
    Kind(
        "shadow",
        (("50% darker", 0.5), ("70%", 0.7), ("85%", 0.85), ("93%", 0.93)),
        lambda p, v, r: squeezed(shaded(p[0].render(DPI), v, _at(p[0]), r), 85),
    ),
    Kind(
        "creases",
        _steps("", 1, 2, 3, 5),
        lambda p, v, r: squeezed(creased(p[0].render(DPI), v, _at(p[0]), r), 85),
    ),
    Kind(
        "red stamp",
        _steps(" mm off", 30, 22, 14, 0),
        lambda p, v, r: squeezed(noisy(stamped(p[0].render(DPI), v, _at(p[0]), r), 4, r), 80),
    ),
    Kind(
        "JPEG quality",
        _steps("", 30, 12, 7, 4),
        lambda p, v, r: squeezed(noisy(turned(p[0].render(150), r.uniform(-3, 3)), 2, r), int(v)),
    ),
    Kind(
        "scan",
        _steps(" dpi", 150, 200, 300, 600),
        lambda p, v, r: scanned(p[0], int(v), r),
        share=lambda dpi: 3 if dpi == 600 else 1,
    ),
    Kind("low resolution", _steps(" dpi", 110, 100, 90, 80, 72), lambda p, v, r: _low(p[0], v, r)),
    Kind(
        "photocopy",
        (("1st", 1), ("2nd", 2), ("3rd", 3), ("4th generation", 4)),
        lambda p, v, r: copies(p[0], v, r),
    ),
    Kind(
        "rotation",
        (*_steps("°", 90, 180, 270), ("any angle", _ANY)),
        lambda p, v, r: squeezed(
            turned(p[0].render(150), v if v != _ANY else r.uniform(0, 360), desk=True), 75
        ),
    ),
    Kind(
        "several pages",
        (("2 pages", 2), ("4 pages", 4), ("6 pages", 6), ("6 at 110 dpi", 6.5)),
        lambda p, v, r: together(p, 110 if v == 6.5 else 150, r),
        int,
    ),
    Kind("all of these", _steps("", 1, 2, 3, 4), lambda p, v, r: mixed(p[0], v, r)),
)
