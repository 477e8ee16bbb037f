"""再看几眼：同一处的几种样子，各自去掉一样可能看错的缘由。"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from docgen.model.scan import Box
from docgen.read.ocr import Pixels, crop, reddish, widened

_COLOURED = 0.004
_RULE = 0.9  # of the line's height: longer than any stroke of a character
_DEEP = 0.2  # as thick as this is no rule
_LEAN = -0.15  # across, for each pixel down


@dataclass(frozen=True)
class Looks:
    """plain: 原样，四边放宽，加锐，二值；cleared: 去红，去下划线，有才去。"""

    plain: tuple[Pixels, ...]
    cleared: tuple[Pixels, ...]


def looks(page: Pixels, box: Box) -> Looks:
    """一行的几种样子。"""
    import cv2  # comes with RapidOCR

    own, wider = crop(page, box), crop(page, widened(box, 0.35, 0.08))
    blurred = cv2.GaussianBlur(own, (0, 0), 1.5)
    sharp = cv2.addWeighted(own, 1.8, blurred, -0.8, 0)
    grey = cv2.cvtColor(own, cv2.COLOR_RGB2GRAY)
    _, black = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    plain = (own, wider, sharp, cv2.cvtColor(black, cv2.COLOR_GRAY2RGB))
    cleared = []
    if float(reddish(own).mean()) > _COLOURED:
        cleared.append(np.repeat(own[:, :, :1], 3, axis=2))
    for picture in (own, wider):
        bare = _without_rules(picture)
        if bare is not None:
            cleared.append(bare)
    return Looks(
        tuple(np.asarray(one, np.uint8) for one in plain),
        tuple(np.asarray(one, np.uint8) for one in cleared),
    )


def _without_rules(picture: Pixels) -> Pixels | None:
    """抹掉填写处的下划线；没有的为 None。"""
    import cv2  # comes with RapidOCR

    grey = picture.min(axis=2)
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    long = max(8, int(_RULE * len(picture))) | 1
    rules = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    deep = max(5, int(_DEEP * len(picture))) | 1
    rules[cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((deep, 1), np.uint8)) > 0] = 0
    if not rules.any():
        return None
    bare = picture.copy()
    bare[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = np.percentile(grey, 90)
    return bare


def leans_like_a_slash(picture: Pixels) -> bool:
    """单独一笔是斜的（／），不是直的（1）。"""
    import cv2  # comes with RapidOCR

    grey = picture.min(axis=2)
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    down, across = np.nonzero(dark)
    if len(down) < 2 or np.ptp(down) == 0:
        return False
    return float(np.polyfit(down, across, 1)[0]) < _LEAN
