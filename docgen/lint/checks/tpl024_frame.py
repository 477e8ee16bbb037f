"""该印的都印：机关、名称、文号、救济途径，二维码的位置（TPL024）。

编文号的要印 number，remedies 为 true 的要印 remedies，为 false 的不印；HTML 扩展 layout/base.html，
写 block body。DOCX 有二维码与“草稿”两张图片的位置，印文书标识和主机名；PDF 的由排版画。
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, Spot, TemplateFolder

_BASE = "layout/base.html"
_PICTURES = ("word/media/seal.png", "word/media/draft.png")
_SEAL = ("seal.identity", "seal.host")
_BASE_PARTS = ("<title>", 'name="description"', "<main>", "{% block body %}")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """共用的 base.html，和每种文书的两个模板。"""
    base = folder.layout.get(_BASE)
    for wanted in _BASE_PARTS if base is not None else ():
        if base is not None and wanted not in base.source:
            yield Found(Spot(_BASE, 1), f"没有 {wanted}，各文书都印不完整。")
    for instrument in folder.instruments:
        if instrument.html is not None and instrument.html.template is not None:
            spot = Spot(instrument.html.file, 1)
            names = {use.name for use in instrument.html_uses}
            yield from (Found(spot, told) for told in _lacking(instrument, names))
            if _BASE not in names:
                yield Found(spot, f"没有 extends {_BASE}，印不出来。")
            elif not any(b.name == "body" for b in instrument.html.template.find_all(nodes.Block)):
                yield Found(spot, "没有 block body，印不出正文。")
        if instrument.docx is not None:
            names = {use.name for use in instrument.docx_uses}
            spot = Spot(instrument.docx.file)
            if all(part.tree.template is not None for part in instrument.docx.parts):
                yield from (Found(spot, told) for told in _lacking(instrument, names))
            text = "".join(part.tree.source for part in instrument.docx.parts)
            yield from (Found(spot, f"没有印 {name}。") for name in _SEAL if name not in text)
            for picture in _PICTURES:
                if picture not in instrument.docx.members:
                    yield Found(spot, f"没有图片部件 {picture}，印不出。")


def _lacking(instrument: InstrumentFolder, names: set[str]) -> Iterator[str]:
    if not instrument.whole:
        return
    data = instrument.data
    wanted = {"agency_name": "机关名称", "title": "文书名称"}
    if data is not None and data.numbered:
        wanted["number"] = "文号"
    if data is not None and data.remedies:
        wanted["remedies"] = "救济途径和期限"
    yield from (f"没有印{label}（{name}）。" for name, label in wanted.items() if name not in names)
    if data is not None and not data.remedies and "remedies" in names:
        yield "印了救济途径，而 instrument.yaml 写 remedies: false。"


CHECK = Check(
    "TPL024", "该印的都印", Level.ERROR, "请补上；固定的部分见 layout/head.html。", examine
)
