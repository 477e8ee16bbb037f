"""金样：每种文书一份样本的文字与各页图片。make golden 重写，tests/test_golden.py 比较。

The code at the top of a page is left out: it differs with every register. All else is the same
on every run, since each procedure is printed into a register of its own.
"""

from __future__ import annotations

import difflib
import io
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import printed
import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from printed import Sample
from support import ROOT

from docgen.model.words import Row

GOLDEN = ROOT / "tests" / "golden"
DPI = 72
TOP = 36.5  # mm: the type area begins at 37
# The mean difference of any 7×7 points, in 255 levels of grey. Kept pictures have 16 levels, which
# costs up to 8; one stroke of a character drawn elsewhere is 24 and more.
TOLERANCE = 14
AROUND = 3  # points on each side: 7×7

Files = Mapping[str, bytes]


def golden_samples(samples: tuple[Sample, ...]) -> dict[str, Sample]:
    """samples/procedures 里每种文书的第一份，按种类。"""
    procedures = {path.stem for path in (ROOT / "samples" / "procedures").glob("*.yaml")}
    found: dict[str, Sample] = {}
    for sample in samples:
        if sample.case in procedures:
            found.setdefault(sample.instrument, sample)
    return dict(sorted(found.items()))


def golden_files(sample: Sample) -> Files:
    """一份样本的金样：<种类>.txt 与 <种类>-<页>.png。"""
    files = {f"{sample.instrument}.txt": words(sample).encode()}
    for number, page in enumerate(page_pictures(sample.pdf.read_bytes()), 1):
        files[f"{sample.instrument}-{number}.png"] = png(page)
    return files


def words(sample: Sample) -> str:
    """文字，一段或一格一行。"""
    told = []
    for block in sample.content.words.blocks:
        told += list(block.cells) if isinstance(block, Row) else [block]
    return "".join(f"{line}\n" for line in told)


def page_pictures(pdf: bytes) -> list[Image.Image]:
    """各页的灰度图，版心以上留白。"""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]
    document.close()
    for page in pages:
        page.paste(255, (0, 0, page.width, round(TOP / 25.4 * DPI)))
    return pages


def png(page: Image.Image) -> bytes:
    """十六级灰度的 PNG；同样的图总是同样的字节。"""
    levels = page.point([round(value / 17) for value in range(256)])
    levels.putpalette([level * 17 for level in range(16) for _ in range(3)])
    target = io.BytesIO()
    levels.save(target, "PNG", bits=4, optimize=True)
    return target.getvalue()


def apart(expected: Image.Image, actual: Image.Image) -> Image.Image | None:
    """两图不同在哪里：差别的图；差别在容许之内则 None。"""
    if expected.size != actual.size:
        return actual
    difference = ImageChops.difference(expected, actual)
    worst = difference.filter(ImageFilter.BoxBlur(AROUND)).getextrema()[1]
    return ImageChops.invert(difference) if worst > TOLERANCE else None


def compare(golden: Path, actual: Files, folder: Path) -> list[str]:
    """与 golden 里的金样不同的文件名；金样、现样、差别写进 folder。"""
    wrong = []
    kind = next(iter(actual)).removesuffix(".txt")
    kept = {path.name: path.read_bytes() for path in golden.glob(f"{kind}*") if _of(path, kind)}
    for name in sorted({*kept, *actual}):
        parts = _difference(kept.get(name), actual.get(name), name)
        for told, content in parts.items():
            stem, _, suffix = name.rpartition(".")
            (folder / f"{stem}.{told}.{suffix}").write_bytes(content)
        wrong += [name] if parts else []
    return wrong


def _of(path: Path, kind: str) -> bool:
    return path.stem == kind or path.stem.rpartition("-")[0] == kind


def _difference(expected: bytes | None, actual: bytes | None, name: str) -> dict[str, bytes]:
    both = {"expected": expected, "actual": actual}
    found = {told: content for told, content in both.items() if content is not None}
    if expected is None or actual is None:
        return found
    if name.endswith(".txt"):
        lines = [content.decode().splitlines() for content in (expected, actual)]
        told = "\n".join(difflib.unified_diff(*lines, "expected", "actual", lineterm=""))
        return {**found, "difference": told.encode()} if told else {}
    difference = apart(_opened(expected), _opened(actual))
    return {} if difference is None else {**found, "difference": png(difference)}


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("L")


def renew(samples: tuple[Sample, ...], golden: Path) -> list[str]:
    """重写金样；返回增、改、删的文件名。再来一次，什么也不改。"""
    fresh: dict[str, bytes] = {}
    for sample in golden_samples(samples).values():
        fresh |= golden_files(sample)
    golden.mkdir(exist_ok=True)
    kept = {path.name: path.read_bytes() for path in golden.iterdir()}
    changed = sorted(name for name in {*kept, *fresh} if kept.get(name) != fresh.get(name))
    for name in changed:
        if name in fresh:
            (golden / name).write_bytes(fresh[name])
        else:
            (golden / name).unlink()
    return changed


def main() -> int:
    """make golden：印出样本，重写 tests/golden/。"""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        printed.print_procedures(folder)
        changed = renew(printed.samples_in(folder), GOLDEN)
    print(f"tests/golden：{len(changed)} 个文件有变化。", *changed, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
