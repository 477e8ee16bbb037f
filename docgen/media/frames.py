"""取画面：某几秒的一帧，立正、缩小、写成 JPEG。"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from docgen.errors import InputInvalid
from docgen.media.container import frames_of, opened, picture_stream
from docgen.model.footage import Container, Medium

_QUALITY = 82


def pictures_at(
    path: Path, name: str, container: Container, seconds: Sequence[float], width: int
) -> tuple[bytes, ...]:
    """这几秒的画面，JPEG，至多 width 像素宽；照片就是它自己。Raises InputInvalid.

    A recording without picture gives none. The frame is the last one at or before the moment.
    """
    if container.medium is Medium.PHOTO:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            return (_jpeg(upright, width),) * len(seconds)
    if container.medium is Medium.SOUND:
        return ()
    with opened(path, name) as box:
        stream = picture_stream(box)
        if stream is None:
            return ()
        return tuple(_picture(box, stream, name, moment, width) for moment in seconds)


def _picture(
    box: InputContainer, stream: VideoStream, name: str, moment: float, width: int
) -> bytes:
    assert stream.time_base is not None
    origin = float((stream.start_time or 0) * stream.time_base)
    with suppress(FFmpegError, OSError):  # without an index it is read from where it stands
        box.seek(max(0, int((moment + origin) * 1_000_000)), any_frame=False, backward=True)
    found: VideoFrame | None = None
    for frame in frames_of(box, stream):
        if found is not None and frame.time is not None and frame.time - origin > moment:
            break
        found = frame
    if found is None:
        raise InputInvalid(f"{name} 第 {moment:.1f} 秒没有画面。", advice="请核对时间。")
    upright = Image.fromarray(found.to_ndarray(format="rgb24")).rotate(found.rotation, expand=True)
    return _jpeg(upright, width)


def _jpeg(image: Image.Image, width: int) -> bytes:
    small = image.convert("RGB")
    small.thumbnail((width, width * 4))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
