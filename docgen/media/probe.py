"""录像文件自己说的：多长、何时录起、什么设备、怎样编码。只读头尾，不解码全部。"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import ExifTags, Image

from docgen.characters import legible
from docgen.errors import InputInvalid
from docgen.media.container import frames_of, opened, packets_of, picture_stream
from docgen.model.footage import Container, Medium

_PHOTOS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
_STARTED = ("com.apple.quicktime.creationdate", "creation_time", "date")
_MAKERS = ("com.apple.quicktime.make", "make", "manufacturer", "com.android.manufacturer")
_MODELS = ("com.apple.quicktime.model", "model", "com.android.model")
_NAMES = {"mov": "mov", "matroska": "matroska", "mpegts": "mpegts", "avi": "avi", "wav": "wav"}


def probe(path: Path, name: str) -> Container:
    """读出自述。name: for messages.

    Raises InputInvalid: empty, no recording at all, its index missing, neither picture nor sound.
    """
    if photo := _photo(path):
        return photo
    with opened(path, name) as box:
        stream = picture_stream(box)
        sound = box.streams.audio[0] if box.streams.audio else None
        if stream is None and sound is None:
            raise InputInvalid(f"{name} 里没有画面也没有声音。", advice="请核对是不是录像文件。")
        tags = _tags(box)
        rate = stream.average_rate if stream is not None else None
        size = _size(box, stream, name) if stream is not None else (None, None)
        return Container(
            medium=Medium.VIDEO if stream is not None else Medium.SOUND,
            format=_format(box, path),
            duration=_duration(box, stream),
            started_at=_started(tags),
            device=_device(tags),
            video_codec=stream.codec_context.name if stream is not None else None,
            audio_codec=sound.codec_context.name if sound is not None else None,
            width=size[0],
            height=size[1],
            frame_rate=round(float(rate), 3) if rate else None,
        )


def _tags(box: InputContainer) -> dict[str, str]:
    found = {k.lower(): v for stream in box.streams for k, v in stream.metadata.items()}
    return found | {key.lower(): value for key, value in box.metadata.items()}


def _format(box: InputContainer, path: Path) -> str:
    """封装的短名；mp4 与 mov 是一家，照扩展名说。"""
    names = box.format.name.split(",")
    suffix = path.suffix.lower().removeprefix(".")
    if "mp4" in names:
        return suffix if suffix in ("mov", "m4a", "3gp") else "mp4"
    return next((_NAMES[n] for n in names if n in _NAMES), names[0])


def _duration(box: InputContainer, stream: VideoStream | None) -> float | None:
    """秒；头上没有写的，数包。"""
    if box.duration:
        return round(box.duration / 1_000_000, 3)
    if stream is None or stream.time_base is None:
        return None
    last = first = None
    for packet in packets_of(box, stream):
        if packet.pts is not None:
            end = packet.pts + (packet.duration or 0)
            first = packet.pts if first is None else min(first, packet.pts)
            last = end if last is None else max(last, end)
    if first is None or last is None:
        return None
    return round(float((last - first) * stream.time_base), 3)


def _size(box: InputContainer, stream: VideoStream, name: str) -> tuple[int, int]:
    """画面立正以后的宽高；一帧也解不出来的不算录像。Raises InputInvalid."""
    frame = next(frames_of(box, stream), None)
    if frame is None:
        advice = "请从设备重新取得该文件。"
        raise InputInvalid(f"{name} 一帧画面也读不出来。", advice=advice)
    turned = frame.rotation % 180 == 90  # degrees
    return (frame.height, frame.width) if turned else (frame.width, frame.height)


def _started(tags: dict[str, str]) -> datetime | None:
    for key in _STARTED:
        moment = _moment(tags.get(key, ""))
        if moment is not None and moment.year > 1990:  # 1904, 1970: never set
            return moment
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _device(tags: dict[str, str]) -> str | None:
    parts = (next((tags[k] for k in keys if tags.get(k)), "") for keys in (_MAKERS, _MODELS))
    return legible(" ".join(part.strip() for part in parts if part.strip())) or None


def _photo(path: Path) -> Container | None:
    """照片；不是照片则 None。"""
    try:
        with Image.open(path, formats=_PHOTOS) as image:
            exif = image.getexif()
            inner = exif.get_ifd(ExifTags.IFD.Exif)
            turned = exif.get(ExifTags.Base.Orientation, 1) >= 5  # EXIF 2.3: 5 to 8
            size = image.size[::-1] if turned else image.size
            form = (image.format or "").lower()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    taken = str(inner.get(ExifTags.Base.DateTimeOriginal) or "")
    offset = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "")
    maker = (exif.get(ExifTags.Base.Make), exif.get(ExifTags.Base.Model))
    device = legible(" ".join(str(part).strip("\0 ") for part in maker if part)) or None
    started = _exif_moment(taken, offset)
    return Container(
        Medium.PHOTO, form, started_at=started, device=device, width=size[0], height=size[1]
    )


def _exif_moment(taken: str, offset: str) -> datetime | None:
    """照片的时间；没有写时区的是当地时间，即北京时间。"""
    try:
        moment = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S")
        return datetime.fromisoformat(f"{moment.isoformat()}{offset or '+08:00'}")
    except ValueError:
        return None
