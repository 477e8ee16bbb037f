"""改了日期的 DOCX。"""

import io
import re
import zipfile

from attacked import Attempt, Prey


def attack(prey: Prey):
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(prey.docx)) as source,
        zipfile.ZipFile(target, "w", 8) as copy,
    ):
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "word/document.xml":
                data = re.sub(rb"2026(\xe5\xb9\xb4)1", rb"2027\g<1>1", data, count=1)
            copy.writestr(item, data)
    yield Attempt(data=target.getvalue())
