"""压缩炸弹、外部引用、DOCTYPE 的 Office 文件。"""

import io
import zipfile

from attacked import Attempt, Prey

_XML = b'<?xml version="1.0"?>'
_BOMB = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]><a>' + b"&b;" * 1000 + b"</a>"


def attack(prey: Prey):
    for body in (_XML + _BOMB, b"\0" * 300_000_000):
        target = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(prey.docx)) as source,
            zipfile.ZipFile(target, "w", 8) as copy,
        ):
            for item in source.infolist():
                known = source.read(item)
                copy.writestr(item, body if item.filename == "word/document.xml" else known)
        yield Attempt(data=target.getvalue())
    yield Attempt(data=b"PK\x03\x04" + b"\xff" * 4000)
