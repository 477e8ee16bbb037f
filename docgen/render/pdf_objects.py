"""写出 PDF 的各个对象：每个只写一次，压缩一次。

pydyf writes every object, each compressed stream too, a second time for the file's identifier.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, BinaryIO

import pydyf

_HEADER = b"%%PDF-%s\n%%\xf0\x9f\x96\xa4\n"
_LEVEL = 6


def write_pdf(
    pdf: pydyf.PDF, output: BinaryIO, version: str, identifier: object, compress: object
) -> None:
    """照 pydyf 的对象写成文件：对象流、交叉引用流，标识取自内容。

    identifier, compress: what pydyf is asked for, always wanted here.
    """
    del identifier, compress
    if pdf.info:
        pdf.add_object(pdf.info)
    file, offsets = [_HEADER % version.encode()], {}
    position = len(file[0])
    packed: list[tuple[int, bytes]] = []
    for item in pdf.objects[1:]:
        if isinstance(item, pydyf.Stream):
            offsets[item.number] = position
            file.append(_indirect(item.number, _stream(item)))
            position += len(file[-1])
        else:
            packed.append((item.number, serialized(item)))
    holder = len(pdf.objects)
    offsets[holder] = position
    file.append(_indirect(holder, _object_stream(packed)))
    position += len(file[-1])
    offsets[holder + 1] = position
    table = _references(offsets, holder, [number for number, _ in packed])
    digest = hashlib.md5(b"".join(file), usedforsecurity=False).hexdigest().encode()
    extra = {
        "Type": "/XRef",
        "W": b"[1 4 2]",
        "Size": holder + 2,
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": b"[(%s)(%s)]" % (digest, digest),
    }
    file.append(_indirect(holder + 1, _packed(table, extra)))
    file.append(b"startxref\n%d\n%%%%EOF\n" % position)
    output.write(b"".join(file))


def _references(offsets: Mapping[int, int], holder: int, packed: Sequence[int]) -> bytes:
    """交叉引用：每个对象在文件的哪里，或者在对象流的第几个。"""
    places = {number: (2, holder, index) for index, number in enumerate(packed)}
    places |= {number: (1, offset, 0) for number, offset in offsets.items()}
    places[0] = (0, 0, 65535)
    return b"".join(
        bytes((kind,)) + where.to_bytes(4, "big") + index.to_bytes(2, "big")
        for kind, where, index in (places[number] for number in range(holder + 2))
    )


def _object_stream(packed: Sequence[tuple[int, bytes]]) -> bytes:
    starts = accumulate((len(data) + 1 for _, data in packed), initial=0)
    index = b" ".join(
        b"%d %d" % (number, start) for (number, _), start in zip(packed, starts, strict=False)
    )
    extra = {"Type": "/ObjStm", "N": len(packed), "First": len(index) + 1}
    return _packed(b"\n".join([index, *(data for _, data in packed)]), extra)


def _indirect(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, data)


def _stream(item: pydyf.Stream) -> bytes:
    """一个流。Empty strings within text are left out.

    PDFium (Chrome, Edge) loses the spacing at the end of a text that holds empty strings.
    """
    pieces = [
        piece.replace(b"<>", b" ") if piece.endswith(b"] TJ") else piece
        for piece in map(serialized, item.stream)
    ]
    data = b"\n".join(pieces)
    if item.compress:
        return _packed(data, item.extra)
    return _with_length(data, item.extra)


def _packed(data: bytes, extra: Mapping[str, object]) -> bytes:
    return _with_length(zlib.compress(data, _LEVEL), {**extra, "Filter": "/FlateDecode"})


def _with_length(data: bytes, extra: Mapping[str, object]) -> bytes:
    head = _dictionary({**extra, "Length": len(data)})
    return b"%s\nstream\n%s\nendstream" % (head, data)


def serialized(value: Any) -> bytes:
    """一个值写成 PDF 的字节。"""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    return value.data if isinstance(value, pydyf.Object) else str(value).encode("ascii")


def _dictionary(value: Mapping[str, object]) -> bytes:
    return b"<<%s>>" % b"".join(
        [b"/%s %s" % (key.encode("ascii"), serialized(child)) for key, child in value.items()]
    )


def _array(value: Sequence[object]) -> bytes:
    return b"[%s]" % b" ".join(map(serialized, value))


def _float(value: float) -> bytes:
    whole = value.is_integer()
    return b"%d" % value if whole else f"{value:f}".rstrip("0").encode("ascii")


_WRITERS: Mapping[type, Callable[[Any], bytes]] = {
    bytes: lambda value: value,
    str: lambda value: value.encode("ascii"),
    int: lambda value: b"%d" % value,
    float: _float,
    pydyf.Dictionary: _dictionary,
    pydyf.Array: _array,
}
