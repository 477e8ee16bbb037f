"""录像文件：自述、画面里的码、取画面；坏的文件说得清楚。"""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import printed
import pytest
from film import Camera, Labels, Shot, film, truth
from filmed import SMALL, VISIT, card, record_clip, shots_of
from PIL import ExifTags, Image

from docgen.errors import InputInvalid
from docgen.media.frames import pictures_at
from docgen.media.probe import probe
from docgen.media.slates import sightings
from docgen.model.footage import Medium

ONE = "https://verify.docgen.example/r/CA7BLINQXSYT97"
TWO = "https://verify.docgen.example/r/O4UZL4YERPXC67"
PLAN = [(None, 1.0), (ONE, 1.0), (None, 1.5), (TWO, 1.0), (None, 0.5)]


@pytest.fixture(scope="session")
def clips(shared_folder: Path) -> Path:
    """同一段画面，各种封装。"""

    def make(folder: Path) -> None:
        for suffix in ("mp4", "mov", "mkv", "avi", "ts"):
            record_clip(folder / f"a.{suffix}", PLAN)

    return printed.once(shared_folder, "clips", make)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi", "ts"])
def test_codes_are_found_with_their_times_in_every_container(clips: Path, suffix: str) -> None:
    path = clips / f"a.{suffix}"
    box = probe(path, path.name)
    assert (box.medium, box.video_codec, box.width, box.height) == (
        *(Medium.VIDEO, "h264"),
        *(640, 360),
    )
    assert box.duration == pytest.approx(5.0, abs=0.15)
    found = sightings(path, path.name)
    wanted = list(truth(shots_of(PLAN), SMALL.fps))
    assert [one.text for one in found] == [text for text, _, _ in wanted]
    for one, (_, at, until) in zip(found, wanted, strict=True):
        assert one.at == pytest.approx(at, abs=0.25)
        assert one.until == pytest.approx(until, abs=0.25)


@pytest.mark.parametrize(
    ("suffix", "form"),
    [("mp4", "mp4"), ("mov", "mov"), ("mkv", "matroska"), ("avi", "avi"), ("ts", "mpegts")],
)
def test_the_container_tells_its_form_time_and_device(clips: Path, suffix: str, form: str) -> None:
    box = probe(clips / f"a.{suffix}", "a")
    assert box.format == form
    if suffix in ("mp4", "mov", "mkv"):
        assert box.started_at == VISIT.astimezone(UTC)
    if suffix in ("mp4", "mkv"):
        assert box.device == "示例 执法记录仪甲"


def test_a_code_shown_for_one_second_by_a_moving_hand_is_not_missed(tmp_path: Path) -> None:
    camera = Camera(size=(1280, 720), fps=25, blur=1.4, seed=3)
    plan = [(None, 0.7), (ONE, 1.0), (None, 0.6)]
    film(shots_of(plan), tmp_path / "a.mp4", camera, Labels(VISIT))
    (found,) = sightings(tmp_path / "a.mp4", "a")
    assert found.text == ONE
    assert found.at == pytest.approx(0.7, abs=0.3)
    assert found.until == pytest.approx(1.66, abs=0.3)


def test_two_codes_in_one_picture_are_both_told(tmp_path: Path) -> None:
    left, right = card(ONE), card(TWO)
    both = Image.new("L", (left.width * 2, left.height), 255)
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    film([Shot(1.0, both)], tmp_path / "a.mp4", SMALL, Labels(VISIT))
    assert {one.text for one in sightings(tmp_path / "a.mp4", "a")} == {ONE, TWO}


def test_a_code_that_comes_again_later_is_seen_twice(tmp_path: Path) -> None:
    record_clip(tmp_path / "a.mp4", [(ONE, 0.8), (None, 2.0), (ONE, 0.8)])
    first, second = sightings(tmp_path / "a.mp4", "a")
    assert first.until < 1.2
    assert second.at > 2.4


def test_footage_without_any_code_gives_none(tmp_path: Path) -> None:
    record_clip(tmp_path / "a.mp4", [(None, 2.0)])
    assert sightings(tmp_path / "a.mp4", "a") == ()


def test_a_long_recording_is_watched_in_parts_and_nothing_is_lost_between_them(
    tmp_path: Path,
) -> None:
    plan = [(None, 20.6), (ONE, 0.8), (None, 19.0), (TWO, 1.0), (None, 1.0)]
    record_clip(tmp_path / "a.mp4", plan)
    wanted = list(truth(shots_of(plan), SMALL.fps))
    found = sightings(tmp_path / "a.mp4", "a")
    assert [one.text for one in found] == [ONE, TWO]
    for one, (_, at, until) in zip(found, wanted, strict=True):
        assert (one.at, one.until) == (pytest.approx(at, abs=0.3), pytest.approx(until, abs=0.3))


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_a_recording_cut_off_in_the_middle_gives_what_it_has(
    clips: Path, tmp_path: Path, suffix: str
) -> None:
    data = (clips / f"a.{suffix}").read_bytes()
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(data[: len(data) * 55 // 100])
    assert probe(path, path.name).medium is Medium.VIDEO
    assert [one.text for one in sightings(path, path.name)] == [ONE]


def test_a_damaged_stretch_does_not_hide_what_follows(clips: Path, tmp_path: Path) -> None:
    data = bytearray((clips / "a.ts").read_bytes())
    middle = len(data) * 40 // 100 // 188 * 188
    data[middle : middle + 188 * 20] = bytes(188 * 20)
    (tmp_path / "a.ts").write_bytes(data)
    assert TWO in [one.text for one in sightings(tmp_path / "a.ts", "a.ts")]


def test_files_that_are_no_recordings_are_told_in_words(clips: Path, tmp_path: Path) -> None:
    whole = (clips / "a.mp4").read_bytes()
    index = whole.index(b"moov") - 4
    cases = {
        "empty.mp4": (b"", "空文件"),
        "text.mp4": ("这是一段文字\n".encode() * 50, "是文字文件，不是录像"),
        "cut.mp4": (whole[: index // 2], "没有索引（moov）"),
        "noise.avi": (bytes(range(256)) * 200, "不是能读的录像"),
    }
    for name, (data, told) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputInvalid, match=told.replace("（", r"（").replace("）", r"）")):
            probe(tmp_path / name, name)


def test_sound_has_no_picture_and_no_codes(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000 * 2))
    box = probe(tmp_path / "a.wav", "a.wav")
    assert (box.medium, box.format, box.duration) == (Medium.SOUND, "wav", 2.0)
    assert sightings(tmp_path / "a.wav", "a.wav") == ()
    with av.open(str(tmp_path / "a.m4a"), "w") as made:
        stream = made.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
        frame.rate = 8000
        made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    box = probe(tmp_path / "a.m4a", "a.m4a")
    assert (box.medium, box.format) == (Medium.SOUND, "m4a")
    assert pictures_at(tmp_path / "a.m4a", "a", box, [0.0], 100) == ()


def test_a_photo_tells_its_time_and_device_and_its_code(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "示例", "相机"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:04:09 16:05:00"
    page = card(ONE).convert("RGB")
    page.save(tmp_path / "a.jpg", exif=exif)
    box = probe(tmp_path / "a.jpg", "a.jpg")
    assert (box.medium, box.width, box.height) == (Medium.PHOTO, page.height, page.width)
    assert box.started_at == datetime.fromisoformat("2026-04-09T16:05:00+08:00")
    (seen,) = sightings(tmp_path / "a.jpg", "a.jpg")
    assert (seen.text, seen.at, seen.until) == (ONE, 0.0, 0.0)
    (picture,) = pictures_at(tmp_path / "a.jpg", "a.jpg", box, [0.0], 120)
    assert Image.open(io.BytesIO(picture)).width <= 120


def test_pictures_are_taken_at_the_moments_asked_for(clips: Path) -> None:
    path = clips / "a.mkv"
    box = probe(path, path.name)
    plain, shown, last = pictures_at(path, path.name, box, [0.5, 1.5, 4.9], 320)
    bright = [np.asarray(Image.open(io.BytesIO(p)).convert("L")).mean() for p in (plain, shown)]
    assert bright[1] > bright[0] + 20, "the slate's paper is bright"
    assert Image.open(io.BytesIO(last)).size == (320, 180)
