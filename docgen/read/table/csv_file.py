"""读 CSV：编码与分隔符由全文与标题行认定，逐行给出，整张表不进内存。"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from docgen.errors import InputInvalid
from docgen.model.table import Row
from docgen.read.table.case_files import unreadable
from docgen.read.table.cells import EPOCH
from docgen.read.table.layout import letter_of
from docgen.read.table.sheet import MOST_CHARACTERS, MOST_COLUMNS, Table

_ENCODINGS = (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"))
_DELIMITERS = ((",", "逗号"), ("\t", "制表符"), (";", "分号"))
_CHUNK = 1 << 20
_SURELY_UTF8 = 20  # GB18030 text is not valid UTF-8 for so many characters
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class _Form:
    """怎样读这个文件：编码、分隔符、标题在第几行。"""

    encoding: str
    delimiter: str
    header_row: int
    width: int
    last: int
    ended: bool


def open_csv(path: Path, header_row: int = 1) -> Table:
    """打开 CSV。The whole file is read once before: encoding, quotes and the count of rows.

    Raises InputInvalid naming the row, OSError.
    """
    encoding, called, ended = _encoding(path)
    delimiter, named = _delimiter(path, encoding, header_row)
    headers, total, last = _survey(path, encoding, delimiter, header_row)
    form = _Form(encoding, delimiter, header_row, len(headers), last, ended)
    told = (f"{path.name} 按 {called} 编码、以{named}分隔读取",)
    return Table(path.name, headers, total, told, (), EPOCH, partial(_rows, path, form))


def _encoding(path: Path) -> tuple[str, str, bool]:
    """全文能按哪种编码读通；末行有没有写完。Strict: no byte may be left over."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_WIDE):
        advice = "请另存为“CSV UTF-8（逗号分隔）”。"
        raise InputInvalid(f"{path.name} 是 UTF-16 编码。", advice=advice)
    marked = start.startswith(codecs.BOM_UTF8)
    for encoding, called in _ENCODINGS[:1] if marked else _ENCODINGS:
        ended = _decodes(path, encoding)
        if ended is not None:
            return encoding, called, ended
    raise InputInvalid(
        f"{path.name} 既不是 UTF-8 也不是 GB18030 编码，或者文件不完整。",
        advice="请用表格软件打开，另存为“CSV UTF-8（逗号分隔）”。",
    )


def _decodes(path: Path, encoding: str) -> bool | None:
    """读得通则说末尾有没有换行，读不通则 None。"""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, text, seen = 1, "", 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                piece = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                seen += sum(byte >= 0xC0 for byte in good)
                if encoding == "utf-8-sig" and seen > _SURELY_UTF8:
                    line += good.count(b"\n")
                    raise _broken_utf8(path, line) from None
                return None
            if seen <= _SURELY_UTF8:
                seen += len(piece) - len(piece.encode("ascii", "ignore"))
            if "\0" in piece:
                row = line + piece.count("\n", 0, piece.index("\0"))
                raise InputInvalid(
                    f"{path.name} 第 {row} 行附近有空字符（NUL），文件可能已经损坏。",
                    advice="请从原来的系统重新导出。",
                )
            line += piece.count("\n")
            text = piece or text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return text.endswith(("\n", "\r"))


def _broken_utf8(path: Path, line: int) -> InputInvalid:
    return InputInvalid(
        f"{path.name} 前面是 UTF-8 编码，第 {line} 行附近却不是，文件可能不完整或者拼接过。",
        advice="请用表格软件打开核对，另存为“CSV UTF-8（逗号分隔）”。",
    )


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _delimiter(path: Path, encoding: str, header_row: int) -> tuple[str, str]:
    with _open(path, encoding) as file:
        lines = [file.readline(_CHUNK) for _ in range(header_row)]
    return max(_DELIMITERS, key=lambda one: lines[-1].count(one[0]))


def _survey(
    path: Path, encoding: str, delimiter: str, header_row: int
) -> tuple[tuple[str, ...], int, int]:
    """标题、有内容的行数、最后一行的行号；引号写坏的在这里就拒绝，否则会吞掉后面的行。"""
    headers: tuple[str, ...] | None = None
    total = number = 0
    with _open(path, encoding) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                raise _miswritten(path, number + 1, str(error)) from error
            number += 1
            if number == header_row:
                headers = tuple(cells)
            elif number > header_row and any(cell.strip() for cell in cells):
                total += 1
    if headers is None or not any(header.strip() for header in headers):
        raise InputInvalid(f"{path.name} 没有标题行。", advice="第一行应当是各列的标题。")
    if len(headers) > MOST_COLUMNS:
        raise InputInvalid(f"{path.name} 有 {len(headers)} 列，太多了。", advice="请核对分隔符。")
    return headers, total, number


def _miswritten(path: Path, row: int, said: str) -> InputInvalid:
    told = "引号没有成对，或者引号后面还有字"
    if "field larger" in said:
        told = "有一格太长，多半是引号没有成对"
    return InputInvalid(
        f"{path.name} 第 {row} 行的写法有误：{told}。",
        advice="含有引号、逗号或者换行的格要整格加引号，格内的引号写两个；由表格软件另存即可。",
    )


def _rows(path: Path, form: _Form) -> Iterator[tuple[int, Row]]:
    try:
        with _open(path, form.encoding) as file:
            reader = csv.reader(file, delimiter=form.delimiter, strict=True)
            for number, cells in enumerate(reader, 1):
                if number > form.header_row and any(cell.strip() for cell in cells):
                    yield number, _row(cells, form, last=number == form.last)
    except OSError as error:
        raise unreadable(path, error) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputInvalid(
            f"{path.name} 在读的时候变了。", advice="请不要同时改动它，再执行一次。"
        ) from error


def _row(cells: list[str], form: _Form, *, last: bool) -> Row:
    """一行的各格；多出的有内容就不能用，缺少的按空着算并说明。"""
    kept = tuple(cells[: form.width])
    extra = [i for i in range(form.width, len(cells)) if cells[i].strip()]
    if extra:
        said = f"比标题行多出有内容的格（{letter_of(extra[0])} 列起），各格可能错了位。"
        return Row(kept, said)
    if max(map(len, kept)) > MOST_CHARACTERS:
        long = next(i for i, cell in enumerate(kept) if len(cell) > MOST_CHARACTERS)
        said = f"{letter_of(long)} 列的一格超过 {MOST_CHARACTERS} 字，多半是引号没有成对。"
        return Row((), said)
    if len(cells) == form.width:
        return Row(kept)
    said = f"只有 {len(cells)} 格，标题行有 {form.width} 格"
    if len(cells) < form.width and last and not form.ended:
        return Row(kept, f"{said}，又是没有写完的最后一行，文件可能不完整。")
    return Row(kept, notices=(f"{said}，缺少的按空着算",) if len(cells) < form.width else ())
