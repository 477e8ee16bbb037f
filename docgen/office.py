"""读 Office 文件的外壳：只收安全的包（invariant 6）。"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from docgen.errors import InputInvalid

MAX_PARTS = 500
MAX_PART_BYTES = 50_000_000
MAX_TOTAL_BYTES = 200_000_000
_ENCODING = re.compile(rb"^[^<]*<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_ACTIVE_NAMES = ("vbaproject", "/embeddings/", "/activex/")
_ACTIVE_TYPES = ("vbaProject", "oleObject", "package", "control", "aFChunk", "subDocument", "frame")


def read_office(data: bytes, name: str) -> Mapping[str, bytes]:
    """包内各部件的名字与字节。

    Refuses (InputInvalid): not a zip, too many or too large parts, DOCTYPE, external
    relationships, macros, embedded objects.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpack(archive, name)
    except InputInvalid:
        raise
    except Exception as error:  # zipfile raises many kinds on broken input
        raise InputInvalid(f"{name} 不是完整的 DOCX 文件。", advice="请重新取得该文件。") from error
    for part, content in parts.items():
        if fault := part_fault(part, content):
            raise InputInvalid(f"{name} 的部件 {part} {fault}，不予读取。")
    return MappingProxyType(parts)


def relationships(content: bytes) -> Iterator[tuple[str, str, str]]:
    """一个 .rels 部件里的各条关系：种类的末节、目标、方式。Raises etree.XMLSyntaxError."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for item in root.iter("{*}Relationship"):
        kind = item.get("Type", "").rpartition("/")[2]
        yield kind, item.get("Target", ""), item.get("TargetMode", "Internal")


def _unpack(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    listed = archive.infolist()
    distinct = {i.filename.replace("\\", "/").lstrip("/").lower() for i in listed}
    if len(listed) > MAX_PARTS or len(distinct) != len(listed):
        raise InputInvalid(f"{name} 的部件太多或者重名，不予读取。")
    if sum(i.file_size for i in listed) > MAX_TOTAL_BYTES:
        raise InputInvalid(f"{name} 展开后太大，不予读取。")
    parts = {}
    for item in listed:
        if item.file_size > MAX_PART_BYTES:
            raise InputInvalid(f"{name} 的部件 {item.filename} 太大，不予读取。")
        parts[item.filename] = archive.read(item)
    return parts


def part_fault(part: str, content: bytes) -> str | None:
    """部件为何不能收；能收则 None。"""
    lower = part.lower()
    if any(mark in lower for mark in _ACTIVE_NAMES):
        return "是宏或嵌入对象"
    if not lower.endswith((".xml", ".rels")):
        return None
    if b"\0" in content or _ENCODING.search(content):
        return "不是 UTF-8 编码"
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "含有 DOCTYPE"
    if lower == "[content_types].xml" and b"macroenabled" in content.lower():
        return "声明了宏"
    if not lower.endswith(".rels"):
        return None
    try:
        for kind, target, mode in relationships(content):
            if mode != "Internal" or "://" in target:
                return "引用了外部资源"
            if kind in _ACTIVE_TYPES:
                return "引用了宏或嵌入对象"
    except etree.XMLSyntaxError:
        return "不是完整的 XML"
    return None
