"""打开录像文件：出错的说成人话，读的时候坏了一截的接着读。"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from docgen.errors import InputInvalid, why

_QUIET = av.logging.CRITICAL
_DAMAGED = "请从设备重新取得该文件；设备没有正常收尾的，请用设备厂商的软件修复后再登记。"


@contextmanager
def opened(path: Path, name: str) -> Iterator[InputContainer]:
    """打开；打不开的说为什么。Raises InputInvalid."""
    av.logging.set_level(_QUIET)
    try:
        box = av.open(str(path), metadata_errors="replace")
    except (FFmpegError, OSError, ValueError, struct.error) as error:
        raise InputInvalid(f"{name} {_reason(path, error)}", advice=_DAMAGED) from error
    try:
        yield box
    finally:
        box.close()


def picture_stream(box: InputContainer) -> VideoStream | None:
    """画面；封面图片不算，没有则 None。"""
    for stream in box.streams.video:
        if not stream.disposition & stream.disposition.__class__.attached_pic:
            return stream
    return None


def frames_of(box: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """逐帧；坏了的一截跳过，后面的接着读。"""
    for packet in packets_of(box, stream):
        try:
            yield from stream.codec_context.decode(packet)
        except (FFmpegError, ValueError):
            continue


def packets_of(box: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """逐包；文件在中间断了即到此为止。"""
    found = box.demux(stream)
    while True:
        try:
            yield next(found)
        except StopIteration:
            return
        except (FFmpegError, ValueError):
            return


def _reason(path: Path, error: Exception) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as fault:
        return f"读不了：{why(fault)}。"
    if not head:
        return "是空文件。"
    if b"\0" not in head and _is_text(head):
        return "是文字文件，不是录像。"
    if head[4:8] in (b"ftyp", b"moov", b"mdat"):
        return "不完整：没有索引（moov），设备没有正常收尾或者没有拷完。"
    return f"不是能读的录像、录音（{type(error).__name__}）。"


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True
