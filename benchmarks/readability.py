"""坏了的副本读得出多少：各种毛病、各级轻重，本程序与三个现成的读码器读同样的图。

    python benchmarks/readability.py [-o benchmarks/results/readability.md] [--pages N]

The pages are a sample case's own PDFs; benchmarks/kinds.py spoils them, from a fixed seed. A code
counts when its text is exactly the page's. Seconds are of processor time. OpenCV and pyzbar are
asked where they are installed; docgen needs neither.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pypdfium2
import zxingcpp
from kinds import KINDS, Page
from PIL import Image

from docgen.cli import run
from docgen.read.picture import codes_in_picture, read_code

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261127
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Reader: TypeAlias = Callable[[Image.Image], set[str]]
Row: TypeAlias = dict[str, tuple[int, int, float]]
Rows: TypeAlias = dict[tuple[int, int], list[Row]]


def own(image: Image.Image) -> set[str]:
    """docgen。"""
    return {reading.token for reading in codes_in_picture(image)}


def plain(image: Image.Image) -> set[str]:
    """zxing-cpp，只调用一次。"""
    return {code.text for code in zxingcpp.read_barcodes(image.convert("L"), formats=_QR)}


def opencv(image: Image.Image) -> set[str]:
    """OpenCV 的 QRCodeDetector。"""
    import cv2  # noqa: PLC0415

    cv2.setNumThreads(1)
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(np.asarray(image.convert("L")))
    return set(texts or ())


def zbar(image: Image.Image) -> set[str]:
    """pyzbar。"""
    from pyzbar import pyzbar  # noqa: PLC0415

    found = pyzbar.decode(np.asarray(image.convert("L")), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return {code.data.decode("utf-8", "replace") for code in found}


_PACKAGES: dict[Reader, str] = {
    own: "zxing-cpp",
    plain: "zxing-cpp",
    opencv: "opencv-python-headless",
    zbar: "pyzbar",
}
NAMES: dict[Reader, str] = {own: "docgen", plain: "zxing-cpp", opencv: "OpenCV", zbar: "pyzbar"}


def readers() -> tuple[Reader, ...]:
    """装了的读码器。"""
    found = []
    for reader, package in _PACKAGES.items():
        try:
            version(package)
        except PackageNotFoundError:
            continue
        found.append(reader)
    return tuple(found)


@cache
def printed_pages(folder: Path) -> tuple[Page, ...]:
    """各文书的各页；相邻的不是同一份文书。"""
    rows = json.loads((folder / "manifest.json").read_text("utf-8"))["documents"]
    pages = []
    for row in rows:
        if row["path"].endswith(".pdf"):
            with pypdfium2.PdfDocument(folder / row["path"]) as document:
                count = len(document)
            pages += [(n, _page(folder / row["path"], n)) for n in range(count)]
    return tuple(page for _, page in sorted(pages, key=lambda pair: pair[0]))


def _page(path: Path, number: int) -> Page:
    def render(dpi: int) -> Image.Image:
        with pypdfium2.PdfDocument(path) as document:
            return document[number].render(scale=dpi / 72, grayscale=True).to_pil()

    code = zxingcpp.read_barcodes(render(150), formats=_QR)[0]
    one, other = code.position.top_left, code.position.bottom_right
    middle = ((one.x + other.x) / 2, (one.y + other.y) / 2)
    return Page(render, code.text, (middle[0] / 150 * 25.4, middle[1] / 150 * 25.4))


def measured(folder: Path, kind: int, level: int, number: int) -> Row:
    """弄坏一页，各读码器读一遍：读对几个，读错几个，几秒。"""
    asked, harm = KINDS[kind], KINDS[kind].levels[level][1]
    pages = printed_pages(folder)
    first = (number + kind + level) % len(pages)
    by_text = {page.text: page for page in pages[first:] + pages[:first]}  # one of each document
    used = list(by_text.values())[: asked.pages(harm)]
    image = asked.spoil(used, harm, np.random.default_rng([SEED, kind, level, number]))
    found = {}
    for reader in readers():
        wanted = {page.text for page in used}
        if reader is own:
            wanted = {seal.token for text in wanted if (seal := read_code(text))}
        started = time.process_time()
        told = reader(image)
        spent = time.process_time() - started
        right = told & wanted
        found[NAMES[reader]] = (len(right), len(told - wanted - {""}), spent)
    return found


def cells(pages: int) -> Iterator[tuple[int, int, int]]:
    """每种毛病每级各做 pages 张。"""
    for number in range(pages):
        for kind, asked in enumerate(KINDS):
            for level, (_, harm) in enumerate(asked.levels):
                if number % asked.share(harm) == 0:
                    yield kind, level, number


def gathered(folder: Path, pages: int, workers: int, kept: Path) -> Rows:
    """全部做一遍；做过的记在 kept，中断了接着做。"""
    done = {}
    if kept.exists():
        for line in kept.read_text("utf-8").splitlines():
            row = json.loads(line)
            done[tuple(row["cell"])] = row["found"]
    asked = list(cells(pages))
    with ProcessPoolExecutor(workers) as pool, kept.open("a", encoding="utf-8") as file:
        coming = {one: pool.submit(measured, folder, *one) for one in asked if one not in done}
        for count, (one, future) in enumerate(coming.items(), len(done)):
            done[one] = future.result()
            file.write(json.dumps({"cell": one, "found": done[one]}) + "\n")
            file.flush()
            if count % 50 == 0:
                print(f"{count} of {len(asked)}", file=sys.stderr, flush=True)
    rows: Rows = defaultdict(list)
    for one in sorted(asked):
        rows[one[:2]].append(done[one])
    return rows


def ratio(rows: list[Row], name: str, codes: int) -> str:
    """读对的占几成。"""
    right = sum(row[name][0] for row in rows)
    return f"{right / (codes * len(rows)):.2f}"


def report(rows: Rows) -> str:
    """写成一页。"""
    names = [NAMES[reader] for reader in readers()]
    every = [row for found in rows.values() for row in found]
    lines = [
        "# Reading bad copies",
        "",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}; "
        + ", ".join(f"{p} {version(p)}" for p in dict.fromkeys(_PACKAGES.values()) if _there(p))
        + ". `python benchmarks/readability.py` gives this page.",
        "",
        f"{len(every)} pictures with {_codes(rows)} pages, seed {SEED}, made by "
        "`benchmarks/degraded.py` from a sample case's own pages (a version 10 code, 26 mm wide, "
        "modules of 0.40 mm). Photos hold a page "
        "at about 150 dpi. Share of the codes whose text was read exactly; every reader is given "
        "the same pictures, the other three in one call.",
        "",
    ]
    lines += _summary(rows, names)
    lines += ["", "## By severity", "", _head("kind", "severity", "pictures", *names)]
    for (kind, level), found in rows.items():
        label, harm = KINDS[kind].levels[level]
        shares = [ratio(found, name, KINDS[kind].pages(harm)) for name in names]
        lines.append(_row(KINDS[kind].name, label, str(len(found)), *shares))
    lines += ["", "## Seconds of processor time a picture", ""]
    lines += [_head("reader", "median", "95 in 100 within", "longest", "wrong texts")]
    for name in names:
        spent = sorted(row[name][2] for row in every)
        wrong = sum(row[name][1] for row in every)
        near = spent[min(len(spent) - 1, int(len(spent) * 0.95))]
        lines.append(
            _row(
                name,
                f"{statistics.median(spent):.3f}",
                f"{near:.2f}",
                f"{spent[-1]:.2f}",
                str(wrong),
            )
        )
    return "\n".join([*lines, *_by_outcome(every), ""])


def _summary(rows: Rows, names: list[str]) -> list[str]:
    lines = [_head("kind", "pictures", "codes", *names, "docgen, median s")]
    totals = dict.fromkeys(names, 0)
    pictures = codes = 0
    for number, kind in enumerate(KINDS):
        of_kind = {key: found for key, found in rows.items() if key[0] == number}
        held = sum(kind.pages(kind.levels[key[1]][1]) * len(f) for key, f in of_kind.items())
        every = [row for found in of_kind.values() for row in found]
        right = {name: sum(row[name][0] for row in every) for name in names}
        middle = statistics.median(row[names[0]][2] for row in every)
        shares = [f"{right[name] / held:.2f}" for name in names]
        lines.append(_row(kind.name, str(len(every)), str(held), *shares, f"{middle:.2f}"))
        pictures, codes = pictures + len(every), codes + held
        totals = {name: totals[name] + right[name] for name in names}
    shares = [f"**{totals[name] / codes:.2f}**" for name in names]
    return [*lines, _row("**all**", str(pictures), str(codes), *shares, "")]


def _by_outcome(every: list[Row]) -> list[str]:
    """好图、难图、读不出的图，本程序各用几秒；有没有比现成的少读的。"""
    easy = [row["docgen"][2] for row in every if row["zxing-cpp"][0]]
    hard = [row["docgen"][2] for row in every if row["docgen"][0] and not row["zxing-cpp"][0]]
    none = [row["docgen"][2] for row in every if not row["docgen"][0]]
    fewer = sum(row["docgen"][0] < row["zxing-cpp"][0] for row in every)
    told = [
        f"{label} {statistics.median(spent):.2f} s (longest {max(spent):.2f} s, {len(spent)})"
        for label, spent in (
            ("that the plain call reads too", easy),
            ("that only docgen reads", hard),
            ("that stay unread", none),
        )
        if spent
    ]
    return ["", f"docgen, median: pictures {'; '.join(told)}. Read fewer codes: {fewer} pictures."]


def _codes(rows: Rows) -> int:
    return sum(
        KINDS[kind].pages(KINDS[kind].levels[level][1]) * len(found)
        for (kind, level), found in rows.items()
    )


def _there(package: str) -> bool:
    return any(_PACKAGES[reader] == package for reader in readers())


def _row(*parts: str) -> str:
    return f"| {' | '.join(parts)} |"


def _head(*parts: str) -> str:
    return f"{_row(*parts)}\n{'|---' * len(parts)}|"


def main() -> None:
    """写出结果。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--pages", type=int, default=15, help="pictures of each severity")
    parser.add_argument("--kept", type=Path, help="what was measured, to go on after a break")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["DOCGEN_HOME"] = str(Path(place) / "home")
        case = ROOT / "samples" / "cases" / "chemical-plant.yaml"
        assert run(["generate", str(case), "-o", str(Path(place) / "out")]) == 0
        kept = asked.kept or Path(place) / "rows"
        text = report(gathered(Path(place) / "out", asked.pages, asked.workers, kept))
    if asked.output:
        asked.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
