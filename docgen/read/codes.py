"""在图片里找二维码：好图一试就得；坏图找出像码的地方，逐处放大、整饰再试。

The work is bounded: at most _MOST places, a fixed list of touches for each, and the five tries
on the whole picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import zxingcpp
from PIL import Image, ImageFilter

from docgen.read.spots import Spot, likely_spots
from docgen.read.touches import LARGE, heavy_touches, light_touches, without_ink

MAX_PIXELS = 120_000_000
_MOST = 4
_MOST_HEAVY = 2
_MOST_HEAVY_ON_A_TABLE = 4
_MOST_ON_A_TABLE = 16
_SPACIOUS = 210  # an A4 page is 120 times as large as the code on it
_ROOM = 0.6
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_WHOLE = ((2.0, False), (0.5, False), (1.0, True), (2.0, True))


def texts_in(
    image: Image.Image, wanted: Callable[[str], bool], *, closely: bool = True
) -> tuple[str, ...]:
    """图中各二维码的文字，只要 wanted 的，按读到的先后。

    closely: when nothing is read at first sight, touch up what looks like a code before the whole
    picture is tried in other sizes.
    """
    search = _Search(image, wanted)
    if search.blank:
        return ()
    search.look(search.grey)
    if search.found and not search.more_likely():
        return tuple(search.found)
    if search.found or closely:
        search.look_closer()
    if not search.found or search.unread():
        search.look_at_whole()
    return tuple(search.found)


def texts_at_sight(image: Image.Image, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    """只看一眼：刚印出的图，码是清楚的；没有码，也不必到处找。"""
    search = _Search(image, wanted)
    if not search.blank:
        search.look(search.grey)
    return tuple(search.found)


@dataclass
class _Search:
    """一张图的寻找：读到的码与它的位置，看见了却没读出的地方。"""

    image: Image.Image
    wanted: Callable[[str], bool]
    grey: Image.Image = field(init=False)
    found: dict[str, Spot] = field(default_factory=dict)
    seen: list[Spot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grey = self.image if self.image.mode == "L" else self.image.convert("L")

    @property
    def blank(self) -> bool:
        """全是一个颜色：里面没有码，不必找。"""
        low, high = cast(tuple[int, int], self.grey.getextrema())
        return low == high

    def look(self, picture: Image.Image, scale: float = 1.0, corner: Spot | None = None) -> bool:
        """读一遍 picture；它是原图自 corner 起、放大 scale 倍的一块。新读到了吗？"""
        before = len(self.found)
        for code in zxingcpp.read_barcodes(picture, formats=_QR, return_errors=True):
            spot = _spot(code.position, scale, corner)
            if not code.valid:
                self.seen.append(spot)
            elif self.wanted(code.text):
                self.found.setdefault(code.text, spot)
        return len(self.found) > before

    def unread(self) -> list[Spot]:
        """看见了、没读出、也不在读出的码里的地方。"""
        places = [s for s in self.seen if not self._read(s)]
        return [s for n, s in enumerate(places) if not any(p.like(s) for p in places[:n])]

    def more_likely(self) -> bool:
        """可能还有别的码：有看见没读出的，或者图比一页大得多。"""
        side = max(spot.side for spot in self.found.values())
        return bool(self.unread()) or self._spacious(side)

    def _spacious(self, side: float) -> bool:
        return self.grey.width * self.grey.height > _SPACIOUS * side * side

    def look_closer(self) -> None:
        """像码的地方一处一处看：先略略整饰，都没有再细细整饰。"""
        most = _MOST_ON_A_TABLE if self.found else _MOST
        spots = self.unread()[:_MOST]
        spots += [s for s in likely_spots(self.grey, most) if not any(o.like(s) for o in spots)]
        for spot in spots:
            self._touch(spot, light_touches)
        if not self.found or self.more_likely():
            left = [spot for spot in spots if not self._read(spot)]
            for spot in left[: _MOST_HEAVY if not self.found else _MOST_HEAVY_ON_A_TABLE]:
                self._touch(spot, heavy_touches)

    def _read(self, spot: Spot) -> bool:
        return any(known.holds(spot) for known in self.found.values())

    def _touch(self, spot: Spot, touches: Callable[[Image.Image], Iterator[Image.Image]]) -> None:
        if self._read(spot):
            return
        box = spot.box(_ROOM)
        scale = LARGE / (box[2] - box[0])
        pieces = self._pieces(box)
        for piece in pieces if touches is light_touches else pieces[:1]:
            for touched in touches(piece):
                at = scale * touched.width / LARGE
                if self.look(touched, at, Spot(box[0], box[1], 0)):
                    return

    def _pieces(self, box: tuple[int, int, int, int]) -> list[Image.Image]:
        """方框里的一块：去了彩色的，照原样的。"""
        piece = self.image.crop(box) if _within(box, self.image.size) else _cut(self.image, box)
        greys = [without_ink(piece)] if piece.mode == "RGB" else []
        greys.append(piece.convert("L"))
        return [grey.resize((LARGE, LARGE), Image.Resampling.BICUBIC) for grey in greys]

    def look_at_whole(self) -> None:
        """整张图换几种尺寸、加锐度再试。"""
        for scale, sharpen in _WHOLE:
            size = (int(self.grey.width * scale), int(self.grey.height * scale))
            if size[0] * size[1] > MAX_PIXELS or min(size) < 50:
                continue
            tried = self.grey
            if scale != 1.0:
                tried = tried.resize(size, Image.Resampling.LANCZOS)
            if sharpen:
                tried = tried.filter(ImageFilter.UnsharpMask(radius=2, percent=300, threshold=0))
            if self.look(tried, scale):
                return


def _spot(position: zxingcpp.Position, scale: float, corner: Spot | None) -> Spot:
    ends = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    side = max(
        math.hypot(one.x - other.x, one.y - other.y)
        for one, other in zip(ends, [*ends[1:], ends[0]], strict=True)
    )
    x, y = (sum(end.x for end in ends) / 4 / scale, sum(end.y for end in ends) / 4 / scale)
    if corner is not None:
        x, y = x + corner.x, y + corner.y
    return Spot(x, y, max(side / scale, 8.0))


def _within(box: tuple[int, int, int, int], size: tuple[int, int]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def _cut(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """方框里的一块，图外是白纸。"""
    piece = Image.new(image.mode, (box[2] - box[0], box[3] - box[1]), "white")
    inside = (
        max(box[0], 0),
        max(box[1], 0),
        min(box[2], image.width),
        min(box[3], image.height),
    )
    if inside[0] < inside[2] and inside[1] < inside[3]:
        piece.paste(image.crop(inside), (inside[0] - box[0], inside[1] - box[1]))
    return piece
