"""版面尺寸：GB/T 9704-2012 的 A4 页与版心，单位毫米。"""

from __future__ import annotations

POINTS_PER_MM = 72 / 25.4
PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
TOP = 37.0
LEFT = 28.0
TYPE_WIDTH = 156.0
TYPE_HEIGHT = 225.0
QR_WIDTH = 26.0
