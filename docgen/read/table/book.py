"""工作簿里各表共用的：有哪些表、文字表、哪些格式是日期、日期从哪一天起算。"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from docgen.errors import InputInvalid
from docgen.office import relationships
from docgen.read.table.cells import EPOCH
from docgen.read.table.package import elements

MOST_STRINGS = 3_000_000
_EPOCH_1904 = datetime(1904, 1, 1)
_LOCAL_DATES = (*range(27, 37), *range(50, 59))  # built-in date formats of East Asian Excel


@dataclass(frozen=True)
class Book:
    """sheets: name and part, in order. dated: indexes of the cell formats that show a date."""

    sheets: Mapping[str, str]
    strings: tuple[str, ...]
    dated: frozenset[int]
    epoch: datetime


def read_book(archive: zipfile.ZipFile) -> Book:
    """读工作簿共用的部分；不合 XLSX 的写法引出的错误由调用者说成不是完整的文件。"""
    main = _main_part(archive)
    root = _root(archive, main)
    folder = posixpath.dirname(main)
    rels = f"{folder}/_rels/{posixpath.basename(main)}.rels"
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for item in _root(archive, rels).iter("{*}Relationship"):
        target = item.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = item.get("Type", "").rpartition("/")[2]
        targets[item.get("Id", "")] = part
        kinds.setdefault(kind, part)
        if kind != "worksheet":
            targets.pop(item.get("Id", ""))
    sheets = {}
    for sheet in root.iter("{*}sheet"):
        ids = [value for key, value in sheet.attrib.items() if etree.QName(key).localname == "id"]
        if ids and ids[0] in targets:
            sheets[str(sheet.get("name", "")).strip()] = targets[ids[0]]
    properties = root.find("{*}workbookPr")
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    strings, styles = kinds.get("sharedStrings"), kinds.get("styles")
    return Book(
        sheets,
        _strings(archive, strings) if strings else (),
        _dated(_root(archive, styles)) if styles else frozenset(),
        _EPOCH_1904 if mac else EPOCH,
    )


def _root(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(part), parser)


def _main_part(archive: zipfile.ZipFile) -> str:
    for kind, target, _ in relationships(archive.read("_rels/.rels")):
        if kind == "officeDocument":
            return target.lstrip("/")
    raise KeyError("officeDocument")


def _strings(archive: zipfile.ZipFile, part: str) -> tuple[str, ...]:
    with archive.open(part) as stream:
        found = [rich_text(item) for item in islice(elements(stream, "{*}si"), MOST_STRINGS + 1)]
    if len(found) > MOST_STRINGS:
        raise InputInvalid("表里的文字太多，不能放进内存。", advice="请另存为 CSV UTF-8 再用。")
    return tuple(found)


def rich_text(item: etree._Element) -> str:
    """一段文字，几种字体连起来；注音（rPh）不要。"""
    parts = []
    for child in item:  # faster than findtext, and this runs for every cell
        if child.tag.endswith("}t"):
            parts.append(child.text or "")
        elif child.tag.endswith("}r"):
            parts += [t.text or "" for t in child if t.tag.endswith("}t")]
    return "".join(parts)


def _dated(styles: etree._Element) -> frozenset[int]:
    own = {
        int(item.get("numFmtId", "0")): item.get("formatCode", "")
        for item in styles.iter("{*}numFmt")
    }
    formats = styles.find("{*}cellXfs")
    found = set()
    for index, item in enumerate(formats if formats is not None else ()):
        number = int(item.get("numFmtId", "0"))
        code = own.get(number, BUILTIN_FORMATS.get(number, ""))
        if is_date_format(code) or (number in _LOCAL_DATES and number not in own):
            found.add(index)
    return frozenset(found)
