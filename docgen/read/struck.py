"""划去的字：一道线从一行的中间划过，字还认得出来，话已经不算数。"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docgen.model.scan import ScannedLine
from docgen.read.ocr import Pixels, crop

_LONG = 2.5  # of the line's height: longer than any stroke of a character, or than a dash
_BAND = (0.2, 0.74)  # of the height: an underline is lower, the rule of a table higher
_LEAST = 3  # characters
_DASHES = "———"


def struck(page: Pixels, lines: Sequence[ScannedLine]) -> tuple[ScannedLine, ...]:
    """有长线划过的各行。"""
    return tuple(line for line in lines if _crossed(page, line))


def _crossed(page: Pixels, line: ScannedLine) -> bool:
    text = "".join(line.text.split())
    if len(text) < _LEAST or _DASHES in text:
        return False
    import cv2  # comes with RapidOCR

    picture = crop(page, line.box)
    height, width = picture.shape[:2]
    long = int(_LONG * height) | 1
    if width <= long:
        return False
    grey = picture.min(axis=2)
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    rules = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    top, bottom = (int(share * height) for share in _BAND)
    return bool(rules[top:bottom].any())
