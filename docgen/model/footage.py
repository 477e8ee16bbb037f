"""录像文件：它自己说的（容器）、镜头里看到的（二维码）、存在哪里。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Medium(StrEnum):
    """文件是什么：有画面的录像、只有声音、照片。"""

    VIDEO = "video"
    SOUND = "sound"
    PHOTO = "photo"


@dataclass(frozen=True)
class Container:
    """文件自己说的；没有说的为 None。

    format: the container's short name (mp4, mov, matroska, avi, mpegts, wav, jpeg); duration:
    seconds; started_at: as the container has it, always with an offset, not to be believed
    before it is compared; device: maker and model; width, height: pixels as shown, that is after
    rotation; frame_rate: frames a second; frames: counted by the container, where it does.
    """

    medium: Medium
    format: str
    duration: float | None = None
    started_at: datetime | None = None
    device: str | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None


@dataclass(frozen=True)
class Sighting:
    """镜头里看到的一个二维码。text: what the code says; at, until: seconds from the start of
    the file, of the first and the last frame in which it was seen without a break.
    """

    text: str
    at: float
    until: float
