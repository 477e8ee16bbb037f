"""拍一段示例录像：手持镜头先后对准记录单的场记板和文书，中间是现场。写出 MP4 与真值 JSON。

usage: python samples/film.py 打印文件.pdf -o 录像.mp4 [--rows 行数] [--started-at 时刻]
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Plane = NDArray[np.uint8]
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SCALE = 150 / 72


@dataclass(frozen=True)
class Shot:
    """一个镜头：对着 page 拍 seconds 秒；page 为 None 的是现场。"""

    seconds: float
    page: Image.Image | None = None
    text: str = ""


@dataclass(frozen=True)
class Camera:
    """镜头。size: pixels; fps; seed: of its shaking and noise; blur: radius at 1080 lines."""

    size: tuple[int, int] = (1920, 1080)
    fps: int = 25
    seed: int = 7
    blur: float = 1.1
    gop: int = 50


@dataclass(frozen=True)
class Labels:
    """文件自己说的：何时录起、哪家的哪一型。"""

    started_at: datetime | None = None
    make: str = "示例"
    model: str = "执法记录仪甲"


def film(shots: Sequence[Shot], path: Path, camera: Camera, labels: Labels) -> None:
    """拍成 H.264 录像；封装由扩展名定（mp4、mov、mkv、avi、ts）。同样的种子，同样的画面。"""
    width, height = camera.size
    tags = {"make": labels.make, "model": labels.model}
    if labels.started_at is not None:
        tags["creation_time"] = labels.started_at.astimezone(UTC).isoformat()
    keep = {"movflags": "use_metadata_tags"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=keep) as box:
        box.metadata.update(tags)
        stream = box.add_stream("libx264", rate=camera.fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "24", "g": str(camera.gop)}
        stream.time_base = Fraction(1, camera.fps)
        for number, grey in enumerate(frames(shots, camera)):
            colour = np.full((height // 2, width), 127, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.concatenate([grey, colour]), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, camera.fps)
            box.mux(stream.encode(frame))
        box.mux(stream.encode(None))


def truth(shots: Iterable[Shot], fps: int) -> Iterator[tuple[str, float, float]]:
    """各码从第几秒到第几秒：第一帧与最后一帧的时间。"""
    number = 0
    for shot in shots:
        count = round(shot.seconds * fps)
        if shot.text:
            yield shot.text, number / fps, (number + count - 1) / fps
        number += count


def frames(shots: Iterable[Shot], camera: Camera) -> Iterator[Plane]:
    """逐帧的灰度画面，形状 (高, 宽)。"""
    random = np.random.default_rng(camera.seed)
    scene, shade = _scene(camera, random), _vignette(camera)
    phases = random.uniform(0, 2 * math.pi, (8, 3))
    grain = [_grain(camera, random) for _ in range(4)]
    number = 0
    for shot in shots:
        for _ in range(round(shot.seconds * camera.fps)):
            seconds = number / camera.fps
            picture = _picture(shot.page, scene, phases, seconds, camera)
            gain = 1 + 0.12 * math.sin(seconds * 0.9 + phases[0, 0])
            lit = ImageChops.multiply(picture, shade)
            lit = lit.point([min(255, round(level * gain)) for level in range(256)])
            yield np.asarray(ImageChops.add(lit, grain[number % 4], 1, -128))
            number += 1


Slates = list[tuple[Image.Image, list[zxingcpp.Barcode]]]
Papers = list[tuple[Image.Image, str]]


def pages_of(pack: Path) -> tuple[Slates, Papers]:
    """打印文件里带场记板的各页，与各份文书右上角的近景，各带读到的码。"""
    slates: Slates = []
    papers: Papers = []
    seen: set[str] = set()
    document = pdfium.PdfDocument(pack)
    try:
        for page in document:
            image = page.render(scale=_SCALE).to_pil().convert("L")
            codes = zxingcpp.read_barcodes(image, formats=_QR)
            marks = [code for code in codes if "/r/" in code.text]
            if len(marks) == 2:
                marks.sort(
                    key=lambda c: (round(c.position.top_left.y / 200), c.position.top_left.x)
                )
                slates.append((image, marks))
            elif codes and codes[0].text not in seen:
                seen.add(codes[0].text)
                papers.append((_corner(page), codes[0].text))
    finally:
        document.close()
    return slates, papers


def _corner(page: pdfium.PdfPage) -> Image.Image:
    """首页右上角，凑近了拍：二维码的一个模块要有几个像素。"""
    sharp = page.render(scale=2 * _SCALE).to_pil().convert("L")
    return sharp.crop((sharp.width // 2, 0, sharp.width, sharp.height // 4))


def covered(page: Image.Image, code: zxingcpp.Barcode) -> Image.Image:
    """拿一张灰卡片遮住这个码。"""
    spot = code.position
    xs = [p.x for p in (spot.top_left, spot.top_right, spot.bottom_left, spot.bottom_right)]
    ys = [p.y for p in (spot.top_left, spot.top_right, spot.bottom_left, spot.bottom_right)]
    hidden = page.copy()
    box = (min(xs) - 30, min(ys) - 30, max(xs) + 30, max(ys) + 30)
    ImageDraw.Draw(hidden).rectangle(box, fill=150)
    return hidden


def visit(
    pack: Path, rows: int | None = None, seconds: float = 4.0, held: float = 1.5
) -> list[Shot]:
    """一次执法：每行先拍开始的场记板，再拍现场（其间把文书对准镜头），再拍结束的。"""
    slates, papers = pages_of(pack)
    shots = [Shot(1.0)]
    for number, (page, (start, end)) in enumerate(slates[:rows]):
        shots.append(Shot(held, covered(page, end), start.text))
        shots.append(Shot(seconds / 2))
        if papers and number < len(papers):
            shots.append(Shot(2.0, *papers[number]))
        shots.append(Shot(seconds / 2))
        shots.append(Shot(held, covered(page, start), end.text))
        shots.append(Shot(1.0))
    return shots


def _picture(
    page: Image.Image | None,
    scene: Image.Image,
    phases: NDArray[np.float64],
    seconds: float,
    camera: Camera,
) -> Image.Image:
    width, height = camera.size
    sway = [
        sum(math.sin(seconds * f + p) for f, p in zip((0.7, 1.9, 4.3), row, strict=True)) / 3
        for row in phases
    ]
    left = int((sway[0] + 1) / 2 * (scene.width - width))
    top = int((sway[1] + 1) / 2 * (scene.height - height))
    picture = scene.crop((left, top, left + width, top + height))
    if page is not None:
        quad = _quad(page, sway, camera)
        sheet = page.transform(
            camera.size,
            Image.Transform.PERSPECTIVE,
            _coefficients(quad, page.size),
            Image.Resampling.BILINEAR,
        ).filter(ImageFilter.BoxBlur(camera.blur * height / 1080))
        outline = Image.new("1", camera.size)
        ImageDraw.Draw(outline).polygon(quad, fill=1)
        picture.paste(
            sheet.point([round(25 + level * 0.82) for level in range(256)]), (0, 0), outline
        )
    return picture


def _quad(page: Image.Image, sway: Sequence[float], camera: Camera) -> list[tuple[float, float]]:
    """纸的四角在画面里的位置：左上、右上、右下、左下。"""
    width, height = camera.size
    tall = height * (1.15 + 0.08 * sway[2]) * min(1.0, 1.6 * page.height / page.width)
    wide = tall * page.width / page.height
    angle, tilt, lean = 0.10 * sway[3], 0.07 * sway[4], 0.07 * sway[5]
    centre = (width / 2 + width * 0.05 * sway[6], height * 0.56 + height * 0.03 * sway[7])
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        depth = 1 + tilt * x + lean * y
        px, py = x * wide / 2 / depth, y * tall / 2 / depth
        corners.append(
            (
                centre[0] + px * math.cos(angle) - py * math.sin(angle),
                centre[1] + px * math.sin(angle) + py * math.cos(angle),
            )
        )
    return corners


def _coefficients(quad: Sequence[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    """画面 → 纸的透视变换，Pillow 的八个系数。"""
    width, height = size
    rows, target = [], []
    for (x, y), (u, v) in zip(
        quad, ((0, 0), (width, 0), (width, height), (0, height)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        target += [u, v]
    return list(np.linalg.solve(np.array(rows, float), np.array(target, float)))


def _scene(camera: Camera, random: np.random.Generator) -> Image.Image:
    """现场：一片有明有暗、有横竖线条的背景，比画面大一圈。"""
    width, height = (round(side * 1.3) for side in camera.size)
    coarse = random.integers(40, 170, (height // 90 + 1, width // 90 + 1), np.uint8)
    picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        w, h = int(random.integers(20, width // 5)), int(random.integers(10, height // 5))
        draw.rectangle((x, y, x + w, y + h), fill=int(random.integers(20, 220)))
    return picture.filter(ImageFilter.BoxBlur(camera.blur * camera.size[1] / 1080))


def _grain(camera: Camera, random: np.random.Generator) -> Image.Image:
    noise = random.normal(128, 4, camera.size[::-1])
    return Image.fromarray(noise.clip(0, 255).astype(np.uint8))


def _vignette(camera: Camera) -> Image.Image:
    width, height = camera.size
    x = np.linspace(-1, 1, width)[None, :]
    y = np.linspace(-1, 1, height)[:, None]
    return Image.fromarray((255 * (1 - 0.28 * (x * x + y * y) / 2)).astype(np.uint8))


def main() -> None:
    """照打印文件拍一段。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--rows", type=int, help="只拍前几行；不写即全部")
    parser.add_argument("--started-at", type=datetime.fromisoformat, help="不写即现在")
    asked = parser.parse_args()
    started = asked.started_at or datetime.now(UTC).replace(microsecond=0)
    shots, camera = visit(asked.pack, asked.rows), Camera(fps=15, gop=30)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    film(shots, asked.output, camera, Labels(started))
    rows = [{"text": t, "at": a, "until": u} for t, a, u in truth(shots, camera.fps)]
    asked.output.with_suffix(".json").write_text(
        json.dumps(rows, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
