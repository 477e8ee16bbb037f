"""录像文件：它自己说的（容器）、镜头里看到的（二维码）、存在哪里。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from docgen.model.case import Delivery

CHINA = timezone(timedelta(hours=8))


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


@dataclass(frozen=True)
class Said:
    """记录人说的，与机器读出的分开放。

    recorder: who filmed; officers: who is seen; device: its label; started_at: when the file
    begins, where the container does not say or is not believed.
    """

    recorder: str | None = None
    officers: tuple[str, ...] = ()
    device: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True)
class Restatement:
    """记录人说的，后来改正：改成什么、为什么、谁、什么时候。"""

    said: Said
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Footage:
    """登记过的一个录像文件。

    sha256: lower-case hex, its name in the register; location: in the media store; sm3: only
    where it was asked for; deleted: why it is no longer in the store, None while it is;
    first_said: at registration; restated: what was said instead later, in order.
    """

    sha256: str
    name: str
    size: int
    location: str
    container: Container
    sightings: tuple[Sighting, ...]
    first_said: Said
    added_at: datetime
    sm3: str | None = None
    deleted: Deletion | None = None
    restated: tuple[Restatement, ...] = ()

    @property
    def said(self) -> Said:
        """记录人说的，以最后一次为准。"""
        return self.restated[-1].said if self.restated else self.first_said

    @property
    def facts_digest(self) -> str:
        """自述、认出的码、人说的合在一起的 SHA-256，入流水：改一处就看得出。"""
        told = [
            asdict(self.container),
            [asdict(s) for s in self.sightings],
            asdict(self.first_said),
        ]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=_iso)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @property
    def started_at(self) -> datetime | None:
        """从什么时候录起，北京时间：人说的在先，没有说的照文件自己的。"""
        started = self.said.started_at or self.container.started_at
        return started.astimezone(CHINA) if started else None

    @property
    def device(self) -> str | None:
        """哪一台设备：人说的在先。"""
        return self.said.device or self.container.device

    @property
    def label(self) -> str:
        """给人看的名字；几台设备会有同名的文件。"""
        return f"{self.name}（{self.sha256[:8]}）"

    def clock(self, seconds: float) -> datetime | None:
        """文件里的某一秒是什么时候。"""
        return self.started_at + timedelta(seconds=seconds) if self.started_at else None


@dataclass(frozen=True)
class Deletion:
    """保存期满删去：依据哪一条、什么时候；摘要仍在。"""

    rule: str
    at: datetime
    by: str


class Origin(StrEnum):
    """谁说的：机器从画面读出，或者人说的。"""

    MACHINE = "machine"
    PERSON = "person"


@dataclass(frozen=True)
class Piece:
    """一个文件里属于一份文书某一行的一段。

    identity: of the instrument, 10 bytes; row: None where only the instrument's own code was
    seen; start, until: seconds in the file; opened, closed: whether its begin and its end were
    marked in this file: a recording that runs over several files has them in the first and last.
    """

    sha256: str
    identity: bytes
    row: int | None
    start: float
    until: float
    opened: bool
    closed: bool
    origin: Origin
    steps: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, bytes, int | None, float]:
        """同一处不登记两次。"""
        return self.sha256, self.identity, self.row, self.start

    @property
    def told(self) -> Mapping[str, str | int | float | bool | list[str]]:
        """流水里的说法。"""
        row = {} if self.row is None else {"row": self.row}
        return {
            "sha256": self.sha256,
            "identity": self.identity.hex(),
            **row,
            "start": self.start,
            "until": self.until,
            "opened": self.opened,
            "closed": self.closed,
            "origin": self.origin.value,
            "steps": list(self.steps),
        }


def delivery_text(delivery: Delivery) -> str:
    """送达的事实 → 规范的 JSON 文字，只写有的；文书不在其中。"""
    told = {k: v for k, v in asdict(delivery).items() if v is not None and k != "instrument"}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=_iso)


def said_text(said: Said) -> str:
    """记录人说的 → 规范的 JSON 文字。"""
    return json.dumps(asdict(said), ensure_ascii=False, sort_keys=True, default=_iso)


def _iso(moment: date) -> str:
    return moment.isoformat()


class Ending(StrEnum):
    """一条归属怎样不再算数。"""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """中文说法。"""
        return {"superseded": "已更正", "withdrawn": "已撤回"}[self.value]


@dataclass(frozen=True)
class LinkEnd:
    """归属（或者送达）不再算数：怎样、为什么、谁、什么时候；successor: what stands instead."""

    how: Ending
    reason: str
    by: str
    at: datetime
    successor: int | None = None


@dataclass(frozen=True)
class Link:
    """登记的一条归属；只增不改，不再算数的仍然看得到。by: who had it bound."""

    id: int
    piece: Piece
    by: str
    at: datetime
    end: LinkEnd | None = None


@dataclass(frozen=True)
class Handover:
    """登记的一次送达。receipt: the SHA-256 of the scanned receipt, None where there is none."""

    id: int
    identity: bytes
    delivery: Delivery
    receipt: str | None
    by: str
    at: datetime
    end: LinkEnd | None = None
