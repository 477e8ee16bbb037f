"""DOCX 里读者或者程序读不到的东西。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SMALLEST = 4  # half points: nobody reads 2 pt
_OFF = ("0", "false", "off")
_WHITE = ("ffffff", "fefefe")
_ODD = {
    f"{W}txbxContent": "文本框里的文字不在段落的次序里",
    f"{W}ins": "修订标记（插入）",
    f"{W}del": "修订标记（删除）",
    f"{W}moveFrom": "修订标记（移动）",
    f"{W}moveTo": "修订标记（移动）",
    f"{W}rPrChange": "修订标记（格式）",
    f"{W}pPrChange": "修订标记（格式）",
    f"{W}commentReference": "批注",
    f"{W}footnoteReference": "脚注",
    f"{W}endnoteReference": "尾注",
    f"{W}sym": "符号字体里的字，换一台机器就会变样",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath": "公式里的文字",
    "{urn:schemas-microsoft-com:vml}textpath": "艺术字",
    "{http://schemas.openxmlformats.org/drawingml/2006/main}t": "图形里的文字",
}
_OWN_PICTURES = ("文书验证二维码", "草稿", "")
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_FOLIO = {"PAGE", "NUMPAGES"}


def hidden_reason(properties: etree._Element | None) -> str:
    """文字为何看不见：隐藏、太小、白色；看得见则空。"""
    if properties is None:
        return ""
    for tag in ("vanish", "webHidden", "specVanish"):
        node = properties.find(f"{W}{tag}")
        if node is not None and node.get(f"{W}val", "true") not in _OFF:
            return "隐藏文字"
    size = properties.find(f"{W}sz")
    if size is not None and _number(size.get(f"{W}val")) <= _SMALLEST:
        return f"{_number(size.get(f'{W}val')) / 2:g} 磅的小字"
    colour = properties.find(f"{W}color")
    if colour is not None and str(colour.get(f"{W}val")).lower() in _WHITE:
        return "白色的字"
    return ""


def oddities(label: str, kind: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    """一个部件里的异常：大致位置与说明。label: of the part; kind: body, margin or note."""
    count = 0
    for node in root.iter():
        if node.tag == f"{W}p":
            count += 1
        place = f"{label} 第{max(count, 1)}个段落"
        if node.tag in _ODD:
            yield place, _ODD[node.tag]
        elif node.tag == _DOC_PR and str(node.get("descr") or "") not in _OWN_PICTURES:
            yield place, f"图片的替代文字“{str(node.get('descr'))[:20]}”只有读屏软件读得到"
        elif node.tag in (f"{W}instrText", f"{W}fldSimple"):
            told = str(node.text if node.tag == f"{W}instrText" else node.get(f"{W}instr"))
            words = told.split()
            if words and not (kind == "margin" and words[0] in _FOLIO):
                yield place, f"域 {words[0]} 由 Word 重新计算，印出的字会变"


def hiding_styles(roots: Mapping[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """用到的（连同所基于的）样式里，把文字藏起来的：样式与原因。"""
    sheet = roots.get("word/styles.xml")
    styles = {} if sheet is None else {s.get(f"{W}styleId"): s for s in sheet.iter(f"{W}style")}
    waiting = [name for name, style in styles.items() if style.get(f"{W}default")]
    for part, root in roots.items():
        if part.startswith("word/") and root is not sheet:
            used = root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
            waiting += [node.get(f"{W}val") for node in used]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in styles:
            continue
        seen.add(name)
        base = styles[name].find(f"{W}basedOn")
        waiting += [] if base is None else [base.get(f"{W}val")]
        if reason := hidden_reason(styles[name].find(f"{W}rPr")):
            yield str(name), reason


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else 99
