"""收录像：认码比实时快几倍、漏不漏、差几秒，内存随不随长度增长。

    python benchmarks/footage.py [-o benchmarks/results/footage.md]

One run, one machine: a 1080p clip of samples/film.py (a print job's recording sheets filmed by a
moving camera), its SHA-256, a plain decode of every frame, and the search for codes, three times
each; then the same clip five times over (packets copied) in a fresh process, for its memory.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import av

from docgen.cli import run
from docgen.media.slates import sightings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "samples"))
from film import Camera, Labels, film, truth, visit  # noqa: E402

TIMES = 3


def make_clip(folder: Path) -> tuple[Path, list[tuple[str, float, float]]]:
    """打印一个案件，拍下它的记录单；给出录像与真值。"""
    os.environ["DOCGEN_HOME"] = str(folder / "home")
    case = ROOT / "samples" / "cases" / "chemical-plant.yaml"
    assert run(["pack", str(case), "-o", str(folder / "pack.pdf")]) == 0
    shots, camera = visit(folder / "pack.pdf"), Camera()
    started = time.perf_counter()
    film(shots, folder / "clip.mp4", camera, Labels(datetime(2026, 11, 27, tzinfo=UTC)))
    print(f"filmed in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return folder / "clip.mp4", list(truth(shots, camera.fps))


def looped(clip: Path, times: int) -> Path:
    """同一段接着放几遍：只抄包，不重新编码。"""
    path = clip.with_name(f"looped-{times}.mkv")
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        length = stream.duration
        for number in range(times):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.dts is None:
                    continue
                packet.pts += number * length
                packet.dts += number * length
                packet.stream = copy
                target.mux(packet)
    return path


def hashed(path: Path) -> None:
    """SHA-256，一块一块读。"""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)


def decoded(path: Path) -> None:
    """每一帧都解出来，别的什么也不做。"""
    with av.open(str(path)) as box:
        box.streams.video[0].thread_type = "AUTO"
        for _ in box.decode(box.streams.video[0]):
            pass


def timed(action: Callable[[Path], object], path: Path) -> list[float]:
    """三次各用几秒。"""
    found = []
    for _ in range(TIMES):
        started = time.perf_counter()
        action(path)
        found.append(time.perf_counter() - started)
    return found


def worst(path: Path, wanted: Sequence[tuple[str, float, float]]) -> tuple[int, float]:
    """认出几个，起止最多差几秒。"""
    found = sightings(path, path.name)
    errors = []
    for text, at, until in wanted:
        near = [s for s in found if s.text == text and abs(s.at - at) < 3]
        if near:
            errors.append(max(abs(near[0].at - at), abs(near[0].until - until)))
    return len(errors), max(errors, default=0.0)


def peak(path: Path) -> float:
    """另起一个进程认一遍，至多用多少 MiB。"""
    program = (
        "import re, sys; from pathlib import Path; "
        "from docgen.media.slates import sightings; "
        "sightings(Path(sys.argv[1]), 'clip'); "
        "status = Path('/proc/self/status').read_text(); "
        "print(int(re.search(r'VmHWM:\\s+([0-9]+)', status)[1]) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def page(folder: Path) -> str:
    """量一遍，写成一页。"""
    clip, wanted = make_clip(folder)
    with av.open(str(clip)) as box:
        length = box.duration / 1_000_000
        rate = box.bit_rate / 1_000_000
    rows = {
        "SHA-256": timed(hashed, clip),
        "decode every frame, one decoder": timed(decoded, clip),
        "find the codes (docgen)": timed(lambda p: sightings(p, p.name), clip),
    }
    seen, error = worst(clip, wanted)
    long = looped(clip, 5)
    table = [
        f"| {name} | {statistics.median(t):.1f} | {min(t):.1f}–{max(t):.1f} "
        f"| {length / statistics.median(t):.1f} |"
        for name, t in rows.items()
    ]
    return "\n".join([
        "# Finding slates in footage",
        "",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}, "
        f"{len(os.sched_getaffinity(0))} processors. `make bench` gives this page.",
        "",
        f"Clip: {length:.1f} s of 1920×1080 H.264 at 25 frames a second, {rate:.1f} Mbit/s, "
        "made by `samples/film.py`; a key frame every 2 s.",
        "",
        "| work | seconds (median of 3) | spread | times real time |",
        "|---|---|---|---|",
        *table,
        "",
        f"Codes shown for 1.5 or 2 s: {seen} of {len(wanted)} found; begin and end differ from "
        f"the truth by at most {error:.2f} s.",
        "",
        "| footage | length, s | peak MiB |",
        "|---|---|---|",
        f"| the clip | {length:.0f} | {peak(clip):.0f} |",
        f"| five times over | {length * 5:.0f} | {peak(long):.0f} |",
        "",
    ])  # fmt: skip


def main() -> None:
    """写出结果。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = page(Path(folder))
    if asked.output:
        asked.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
