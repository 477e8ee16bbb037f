"""画面里的二维码：每个从第几秒到第几秒。跳着看，看到了再往前、往后细看。"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import zxingcpp
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from docgen.media.container import frames_of, opened, picture_stream
from docgen.model.footage import Sighting

Plane: TypeAlias = NDArray[np.uint8]

STEP = 0.3
"""隔多少秒看一帧：亮一秒的码至少看到三次。"""
_APART = 1.2  # seconds without the code before it counts as gone
_SEGMENT = 20.0  # shorter recordings are not worth a second decoder
_WIDE = 2200  # wider pictures are looked at in half size
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_PLANAR = ("yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj422p", "gray")


def sightings(path: Path, name: str) -> tuple[Sighting, ...]:
    """画面里的每个二维码，按先后。Times in seconds from the first frame, within half a second.

    A recording is cut into as many parts as there are processors, each decoded by its own
    thread; memory does not grow with the length. Raises InputInvalid.
    """
    if (photo := _photo(path)) is not None:
        return tuple(Sighting(text, 0.0, 0.0) for text in _read(photo))
    spans = _spans(path, name)
    if len(spans) == 1:
        return _merged(_watch(path, name, spans[0]) or ())
    with ThreadPoolExecutor(len(spans)) as pool:
        watched = list(pool.map(lambda span: _watch(path, name, span), spans))
    if any(part is None for part in watched):  # this container cannot be entered in the middle
        return _merged(_watch(path, name, (0.0, float("inf"))) or ())
    return _merged(one for part in watched for one in part or ())


@dataclass
class _Live:
    """看得见的一个码。"""

    at: float
    until: float


@dataclass
class _Watch:
    """一路看下去的样子：还看得见的码，上一次看以后经过的帧。"""

    live: dict[str, _Live] = field(default_factory=dict)
    passed: list[tuple[float, Plane]] = field(default_factory=list)
    gone: list[Sighting] = field(default_factory=list)

    def look(self, at: float, plane: Plane) -> None:
        """看这一帧；新看到的往回找第一帧，看不到了的往前找最后一帧。"""
        found = _read(plane)
        for text in found:
            known = self.live.get(text)
            if known is None:
                self.live[text] = _Live(self._first(text, at), at)
            else:
                known.until = at
        for text, known in list(self.live.items()):
            if text not in found:
                self._lost(text, known, at)
        self.passed.clear()

    def end(self) -> tuple[Sighting, ...]:
        """看完了。"""
        for text, known in list(self.live.items()):
            self._lost(text, known, float("inf"))
        return tuple(self.gone)

    def _first(self, text: str, at: float) -> float:
        for moment, plane in reversed(self.passed):
            if text not in _read(plane):
                break
            at = moment
        return at

    def _lost(self, text: str, known: _Live, at: float) -> None:
        for moment, plane in self.passed:
            if text not in _read(plane):
                break
            known.until = max(known.until, moment)
        if at - known.until > _APART:
            self.gone.append(Sighting(text, round(known.at, 3), round(known.until, 3)))
            del self.live[text]


def _watch(path: Path, name: str, span: tuple[float, float]) -> tuple[Sighting, ...] | None:
    """看 span 之内的一段；跳不到它的开头则 None。"""
    first, last = span
    with opened(path, name) as box:
        stream = picture_stream(box)
        if stream is None:
            return ()
        _settle(stream)
        origin = _origin(stream)
        if first > 0:
            try:
                box.seek(int((first + origin) * 1_000_000), any_frame=False, backward=True)
            except (FFmpegError, OSError):
                return None
        watch, due, entered = _Watch(), first, first == 0
        for at, frame in _timed(frames_of(box, stream), stream, origin):
            if not entered and at > first + STEP:
                return None
            entered = True
            if at > last:
                break
            if at < first:
                continue
            plane = _plane(frame)
            if at >= due:
                watch.look(at, plane)
                due = at + STEP
            else:
                watch.passed.append((at, plane))
        return watch.end()


def _settle(stream: VideoStream) -> None:
    """只为认码解码：不去块，不作参考的帧不解。"""
    context = stream.codec_context
    context.thread_count = 1
    context.options = {"skip_loop_filter": "all"}
    context.skip_frame = "NONREF"


def _origin(stream: VideoStream) -> float:
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _timed(
    frames: Iterable[VideoFrame], stream: VideoStream, origin: float
) -> Iterator[tuple[float, VideoFrame]]:
    """每一帧的秒数；没有时间的接着上一帧算，倒退的当作没有前进。"""
    rate = float(stream.average_rate) if stream.average_rate else 25.0
    before = None
    for frame in frames:
        at = frame.time - origin if frame.time is not None else (before or 0.0) + 1 / rate
        if before is not None:
            at = max(at, before)
        before = at
        yield at, frame


def _spans(path: Path, name: str) -> Sequence[tuple[float, float]]:
    with opened(path, name) as box:
        length = (box.duration or 0) / 1_000_000
    parts = max(1, min(_processors(), int(length // _SEGMENT)))
    edges = [length * number / parts for number in range(parts)]
    ends = [*(edge + STEP for edge in edges[1:]), float("inf")]
    return list(zip(edges, ends, strict=True))


def _processors() -> int:
    return min(4, len(os.sched_getaffinity(0)))


def _plane(frame: VideoFrame) -> Plane:
    """亮度，形状 (高, 宽)，不抄；很大的画面取一半。"""
    if frame.format.name in _PLANAR:
        plane = frame.planes[0]
        rows = np.asarray(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        grey = rows[: frame.height, : frame.width]
    else:
        grey = frame.to_ndarray(format="gray").astype(np.uint8, copy=False)
    return np.ascontiguousarray(grey[::2, ::2]) if frame.width > _WIDE else grey


def _read(plane: Plane) -> frozenset[str]:
    """图中的码：先看一半大小，没有再看原来大小。"""
    half = np.ascontiguousarray(plane[::2, ::2])
    codes = zxingcpp.read_barcodes(half, formats=_QR, try_rotate=False, try_invert=False)
    if not codes:
        full = np.ascontiguousarray(plane)
        codes = zxingcpp.read_barcodes(full, formats=_QR, try_rotate=False, try_downscale=False)
    return frozenset(code.text for code in codes if code.valid)


def _merged(found: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """同一个码隔得很近的两段合成一段。"""
    done: list[Sighting] = []
    for one in sorted(found, key=lambda s: (s.text, s.at)):
        if done and done[-1].text == one.text and one.at - done[-1].until <= _APART:
            done[-1] = Sighting(one.text, done[-1].at, max(one.until, done[-1].until))
        else:
            done.append(one)
    return tuple(sorted(done, key=lambda s: (s.at, s.text)))


def _photo(path: Path) -> Plane | None:
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP", "TIFF", "BMP")) as image:
            return np.asarray(image.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
