"""HTML 不取别的资源（TPL025）。

排版不读别的文件，也不上网：img、link 等指向文件、网址或者 data:，样式里有 url(…)、@import 的，
签发时都印不出。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder, Tree

_ASIDE = re.compile(r"<!--.*?-->|\{#.*?#\}|/\*.*?\*/", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
_FETCHING = re.compile(
    r"(?<![\w-])(src|srcset|href|xlink:href|data|poster|background)\s*=\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
_STYLED = re.compile(r"url\s*\([^)]{0,80}\)?|@import[^;]{0,80}", re.IGNORECASE)


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """各 HTML。"""
    trees = [*folder.layout.values(), *(i.html for i in folder.instruments if i.html)]
    for tree in trees:
        text = _ASIDE.sub(lambda found: "\n" * found[0].count("\n"), tree.source)
        for tag in _TAG.finditer(text):
            for name, *values in _FETCHING.findall(tag[2]):
                wanted = "".join(values)
                linked = tag[1].lower() == "a" and "attachment" not in tag[2].lower()
                if not linked:
                    told = f"<{tag[1]}> 的 {name} 要取“{wanted[:60]}”，排版时取不到。"
                    yield Found(_spot(tree, text, tag.start()), told)
        yield from _styled(tree, text)


def _styled(tree: Tree, text: str) -> Iterator[Found]:
    for found in _STYLED.finditer(text):
        told = f"样式里的“{found[0].strip()[:60]}”，排版时取不到。"
        yield Found(_spot(tree, text, found.start()), told)


def _spot(tree: Tree, text: str, position: int) -> Spot:
    return Spot(tree.file, text.count("\n", 0, position) + 1)


CHECK = Check("TPL025", "不取别的资源", Level.ERROR, "请删去；二维码由排版自己画。", examine)
