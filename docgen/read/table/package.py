"""XLSX 的外壳：只收安全的包（invariant 6），大的部件边解压边看，不进内存。"""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lxml import etree

from docgen.errors import DocgenError, InputInvalid
from docgen.office import MAX_PART_BYTES, MAX_PARTS, part_fault

MAX_FILE_BYTES = 500_000_000
MAX_SHEET_BYTES = 4_000_000_000
MAX_STRINGS_BYTES = 200_000_000
MAX_ITEM_BYTES = 4_000_000  # of one row or one shared string
_CHUNK = 1 << 20
_PIECE = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0"
_SAVE_AS_CSV = "请在表格软件里另存为“CSV UTF-8（逗号分隔）”再用。"


@contextmanager
def open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """打开工作簿的包。Raises InputInvalid for what is no intact workbook."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InputInvalid(f"{path.name} 太大。", advice=_SAVE_AS_CSV)
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            told = f"{path.name} 是旧格式的工作簿，或者加了打开密码。"
            advice = "请用表格软件打开，去掉密码，另存为“Excel 工作簿（.xlsx）”。"
            raise InputInvalid(told, advice=advice)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DocgenError:
        raise
    except Exception as error:  # zipfile and lxml raise many kinds on broken input
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # EINVAL is a seek to where a broken directory points
        advice = "请用表格软件打开，另存为“Excel 工作簿（.xlsx）”。"
        raise InputInvalid(f"{path.name} 不是完整的 XLSX 文件。", advice=advice) from error


def demand_safe(archive: zipfile.ZipFile, name: str) -> None:
    """部件的数目与大小有限，没有 DOCTYPE、宏、外部资源。Raises InputInvalid."""
    listed = archive.infolist()
    distinct = {i.filename.replace("\\", "/").lstrip("/").lower() for i in listed}
    if len(listed) > MAX_PARTS or len(distinct) != len(listed):
        raise InputInvalid(f"{name} 的部件太多或者重名，不予读取。", advice=_SAVE_AS_CSV)
    for item in listed:
        if item.flag_bits & 1:
            raise InputInvalid(f"{name} 加了密码。", advice="请去掉打开密码后另存。")
        if item.file_size > _most(item.filename):
            told = f"{name} 的部件 {item.filename} 展开后太大"
            raise InputInvalid(f"{told}，不予读取。", advice=_SAVE_AS_CSV)
        with archive.open(item) as part:
            fault = _fault(item.filename, part, item.file_size)
        if fault:
            raise InputInvalid(f"{name} 的部件 {item.filename} {fault}。", advice=_SAVE_AS_CSV)


def _most(part: str) -> int:
    lower = part.lower()
    if lower.endswith("sharedstrings.xml"):
        return MAX_STRINGS_BYTES
    return MAX_SHEET_BYTES if "/worksheets/" in lower else MAX_PART_BYTES


def _fault(name: str, part: IO[bytes], size: int) -> str | None:
    """部件为何不能收。A large one is looked through in overlapping pieces."""
    if size <= MAX_PART_BYTES:
        return part_fault(name, part.read())
    before = b""
    first = True
    while chunk := part.read(_CHUNK):
        if found := part_fault(name if first else "rest.xml", before + chunk):
            return found
        before, first = chunk[-16:], False
    return None


def elements(stream: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """逐个给出部件里的某几种元素；用过即弃，两个之间的字节有限，再大的部件也不占内存。

    The bytes between two are bounded because a tree of empty elements takes a hundred times
    the memory of its text. Raises InputInvalid, lxml's errors for what is no XML.
    """
    parser = etree.XMLPullParser(events=("end",), tag=tags, resolve_entities=False, no_network=True)
    since = 0
    while chunk := stream.read(_PIECE):
        parser.feed(chunk)
        since += len(chunk)
        for _, element in parser.read_events():
            since = 0
            yield element
            _forget(element)
        if since > MAX_ITEM_BYTES:
            raise InputInvalid("表里有一行大得不合常理，不予读取。", advice=_SAVE_AS_CSV)
    parser.close()


def _forget(element: etree._Element) -> None:
    """丢掉一个元素的内容，和它与各层上级前面的一切。"""
    element.clear()
    for one in (element, *element.iterancestors()):
        parent = one.getparent()
        while parent is not None and one.getprevious() is not None:
            del parent[0]
