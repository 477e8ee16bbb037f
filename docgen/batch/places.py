"""文件放在哪里：百万个文件的文件夹也打得开。纯函数。"""

from __future__ import annotations

from docgen.model.batch import By
from docgen.model.document import Printed

_PER_FOLDER = 1000
_UNSAFE = frozenset('/\\:*?"<>|.')
NOWHERE = "未注明辖区"


def file_place(printed: Printed, media_type: str, district: str | None, by: By) -> str:
    """一个文件在输出里的位置：日期或者辖区，文书，一千个号一段。

    It depends on the document alone, so that a rerun finds it again.
    """
    number = printed.draft.number
    assert number is not None
    first = number.sequence // _PER_FOLDER * _PER_FOLDER
    span = f"{max(first, 1)}-{first + _PER_FOLDER - 1}"
    top = printed.draft.date.isoformat() if by is By.DATE else safe(district or NOWHERE)
    return f"{top}/{printed.title}/{span}/{printed.file_name(media_type)}"


def safe(name: str) -> str:
    """可以作文件夹名的写法。"""
    return "".join("-" if char in _UNSAFE else char for char in name).strip()[:40] or NOWHERE
