"""认字：一页图片 → 各行的字与位置（RapidOCR，可选安装）；并可就一行另比两种读法。

The models are those inside the wheel; their paths are given outright, so that nothing is ever
looked for on the network.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from docgen.errors import EnvironmentLacking
from docgen.model.scan import Box, ScannedLine

Pixels = npt.NDArray[np.uint8]
Chances = npt.NDArray[np.float32]
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNIZER = "PP-OCRv6_rec_small.onnx"
_ADVICE = '请执行 pip install "docgen[ocr]"（约 60 MB，模型在包里，不再联网），再运行一次。'
_HEIGHT = 48
_BATCH = 6
_LOOKED_AT = 1600
_FLOOR = 1e-7
_RED = 40


class Reader:
    """认字的模型，用到才装入。"""

    @cached_property
    def _parts(self) -> tuple[Any, Any, tuple[str, ...]]:
        """找行的引擎，认字的会话，认得的字（第一个是空）。Raises EnvironmentLacking."""
        try:
            import onnxruntime  # an extra
            import rapidocr
        except ImportError:
            message = "没有安装认字的程序库（RapidOCR），不能比对图片上的文字。"
            raise EnvironmentLacking(message, advice=_ADVICE) from None
        models = Path(rapidocr.__file__).parent / "models"
        missing = [name for name in (_DETECTOR, _RECOGNIZER) if not (models / name).is_file()]
        if missing:
            message = f"RapidOCR 里没有模型 {'、'.join(missing)}，不能比对图片上的文字。"
            raise EnvironmentLacking(message, advice=_ADVICE)
        settings = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": _LOOKED_AT,
            "Det.model_path": str(models / _DETECTOR),
            "Rec.model_path": str(models / _RECOGNIZER),
        }
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        engine = rapidocr.RapidOCR(params=settings)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(models / _RECOGNIZER), options, providers=["CPUExecutionProvider"]
        )
        told = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        return engine, session, ("", *told, " ")

    @property
    def known(self) -> frozenset[str]:
        """认得的字。"""
        return frozenset(self._parts[2])

    @cached_property
    def _codes(self) -> Mapping[str, int]:
        return {char: code for code, char in enumerate(self._parts[2]) if code}

    def read(self, page: Pixels, number: int) -> tuple[ScannedLine, ...]:
        """一页（RGB）上的各行。"""
        found = self._parts[0](page[:, :, ::-1].copy(), use_det=True, use_cls=False, use_rec=False)
        boxes = [] if getattr(found, "boxes", None) is None else list(found.boxes)
        quads = [_box(box) for box in boxes]
        crops = [crop(page, quad) for quad in quads]
        lines = []
        for quad, picture, chances in zip(quads, crops, self._chances(crops), strict=True):
            text, centres, sure = self._decoded(chances, picture)
            if text.strip():
                mean = sum(sure) / len(sure)
                red = _is_red(picture)
                lines.append(ScannedLine(text, quad, mean, number, centres, sure, red))
        return tuple(lines)

    def compare(self, pictures: Sequence[Pixels], one: str, other: str) -> tuple[float, ...]:
        """各图上读作 one 比读作 other 可信多少（对数似然之差）。"""
        sheets = self._logs(pictures)
        return tuple(self._likelihood(x, one) - self._likelihood(x, other) for x in sheets)

    def likelihoods(self, pictures: Sequence[Pixels], text: str) -> tuple[float, ...]:
        """各图上读作 text 的对数似然。"""
        return tuple(self._likelihood(logs, text) for logs in self._logs(pictures))

    def _likelihood(self, logs: Chances, text: str) -> float:
        codes = [self._codes[char] for char in text if char in self._codes]
        return likelihood(logs, codes)

    def _logs(self, pictures: Sequence[Pixels]) -> list[Chances]:
        return [
            np.log(np.maximum(chances[: self._steps(picture, chances)], _FLOOR))
            for picture, chances in zip(pictures, self._chances(pictures), strict=True)
        ]

    def _chances(self, pictures: Sequence[Pixels]) -> Iterator[Chances]:
        """各图每一步上各字的可能。"""
        import cv2  # comes with RapidOCR

        _, session, _ = self._parts
        order = sorted(range(len(pictures)), key=lambda n: _ratio(pictures[n]))
        told: dict[int, Chances] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            width = max(_HEIGHT, *(math.ceil(_HEIGHT * _ratio(pictures[n])) for n in batch), 320)
            entered = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
            for row, n in enumerate(batch):
                own = min(width, math.ceil(_HEIGHT * _ratio(pictures[n])))
                small = cv2.resize(pictures[n][:, :, ::-1], (own, _HEIGHT))
                entered[row, :, :, :own] = small.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
            (made,) = session.run(None, {session.get_inputs()[0].name: entered})
            told.update(zip(batch, made, strict=True))
        return (told[n] for n in range(len(pictures)))

    def _steps(self, picture: Pixels, chances: Chances) -> int:
        """补白之前的步数，多留一步。"""
        own = math.ceil(_HEIGHT * _ratio(picture)) / 8
        return min(len(chances), math.ceil(own) + 1)

    def _decoded(
        self, chances: Chances, picture: Pixels
    ) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
        """最可能的字，各在框的几分之几处，各有多可信。"""
        chars = self._parts[2]
        best = chances.argmax(axis=1)
        span = _HEIGHT * _ratio(picture) / 8
        text, centres, sure = [], [], []
        for step, code in enumerate(best):
            if code and (step == 0 or best[step - 1] != code):
                text.append(chars[code])
                centres.append(min(1.0, (step + 0.5) / span))
                sure.append(float(chances[step, code]))
        return "".join(text), tuple(centres), tuple(sure)


def likelihood(logs: Chances, codes: Sequence[int]) -> float:
    """CTC 前向：这些字按次序读出的对数似然；第 0 个是空。"""
    states = [0]
    for code in codes:
        states += [code, 0]
    own = logs[:, states].astype(np.float64)
    skip = np.array([n > 1 and c != 0 and c != states[n - 2] for n, c in enumerate(states)])
    now = np.full(len(states), -np.inf)
    now[:2] = own[0, :2]
    for row in own[1:]:
        one = np.r_[-np.inf, now[:-1]]
        two = np.where(skip, np.r_[[-np.inf] * min(2, len(now)), now[:-2]][: len(now)], -np.inf)
        now = row + np.logaddexp(np.logaddexp(now, one), two)
    return float(np.logaddexp(now[-1], now[-2]) if len(now) > 1 else now[-1])


def crop(page: Pixels, box: Box) -> Pixels:
    """剪下一个四边形，扶正。"""
    import cv2  # comes with RapidOCR

    corners = np.array(box, np.float32)
    a, b, c, d = corners
    width = max(int(max(np.linalg.norm(a - b), np.linalg.norm(d - c))), 4)
    height = max(int(max(np.linalg.norm(a - d), np.linalg.norm(b - c))), 4)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turned = cv2.getPerspectiveTransform(corners, flat)
    return np.asarray(
        cv2.warpPerspective(
            page, turned, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _box(points: npt.NDArray[np.float32]) -> Box:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def widened(box: Box, across: float, down: float) -> Box:
    """四边放宽，按高的几分之几。"""
    a, b, c, d = (np.array(point) for point in box)
    height = (np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2
    right = (b - a) / max(float(np.linalg.norm(b - a)), 1.0) * height * across
    lower = (d - a) / max(float(np.linalg.norm(d - a)), 1.0) * height * down
    moved = (a - right - lower, b + right - lower, c + right + lower, d - right + lower)
    p, q, r, s = ((float(x), float(y)) for x, y in moved)
    return p, q, r, s


def _ratio(picture: Pixels) -> float:
    return max(float(picture.shape[1] / picture.shape[0]), 0.5)


def reddish(picture: Pixels) -> npt.NDArray[np.bool_]:
    """哪些像素是红的。"""
    red, green, blue = (picture[:, :, n].astype(np.int16) for n in range(3))
    return np.asarray((red - green > _RED) & (red - blue > _RED))


def _is_red(picture: Pixels) -> bool:
    """墨迹是不是多为红的。"""
    dark = picture.min(axis=2) < 150
    return bool(dark.any()) and float((reddish(picture) & dark).sum()) > 0.5 * float(dark.sum())
