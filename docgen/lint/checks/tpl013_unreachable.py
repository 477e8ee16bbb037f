"""读者看不到、程序读不到的文字，一处也没有（TPL013）。

DOCX：隐藏、白色、极小的字，文本框，修订，批注，脚注，图片的替代文字，会重新计算的域，页眉页脚里的话。
HTML：不在 <main> 或段落里的字，display:none 之类，只在替代文字里的字。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder
from docgen.lint.unreachable import margin_words, stray_words


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """各 HTML 片段和各 DOCX。"""
    for tree in folder.layout.values():
        yield from (Found(s, m) for s, m in stray_words(tree))
    for instrument in folder.instruments:
        if instrument.html is not None:
            yield from (Found(s, m) for s, m in stray_words(instrument.html))
        if instrument.docx is None:
            continue
        for odd in instrument.docx.oddities:
            yield Found(odd.spot, f"{odd.message}。")
        for part in instrument.docx.parts:
            for paragraph in part.paragraphs:
                spot = Spot(part.tree.file, None, paragraph.place)
                for run in paragraph.runs:
                    if run.hidden and run.text.strip():
                        yield Found(spot, f"{run.hidden}：“{run.text[:20]}”。")
            yield from (Found(s, m) for s, m in margin_words(part))


CHECK = Check(
    "TPL013", "没有看不到的文字", Level.ERROR, "请写成普通的段落或者表格，或者删去。", examine
)
