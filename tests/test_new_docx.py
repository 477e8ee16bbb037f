"""起草 template.docx：每份都由 template.html 转换而来；DOCX 里没有对应的写法，说出文件和行。"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from support import ROOT

from docgen.errors import InputInvalid
from docgen.new.docx import draft_all, draft_docx, main
from docgen.new.markup import TYPE_AREA
from docgen.office import read_office

TEMPLATES = ROOT / "templates"
PARTS = {path.name: path.read_bytes() for path in (TEMPLATES / "layout" / "docx").iterdir()}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOTE = '<div class="ending">\n<p class="day">日</p>\n</div>'


def drafted(body: str, **others: str) -> bytes:
    """只有这些正文的一份模板的 DOCX。others: the templates it may include, by stem."""
    text = f'{{% extends "layout/base.html" %}}\n{{% block body %}}\n{body}\n{{% endblock %}}\n'
    return draft_docx(text, PARTS, lambda name: others[Path(name).stem])


def document(data: bytes) -> etree._Element:
    """正文部件。"""
    return etree.fromstring(read_office(data, "template.docx")["word/document.xml"])


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    """各段的样式与文字。"""
    found = []
    for paragraph in document(data).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        text = "".join(node.text or "" for node in paragraph.iter(f"{W}t"))
        found.append(("" if style is None else str(style.get(f"{W}val")), text))
    return found


def test_every_template_docx_is_what_its_html_drafts() -> None:
    made = dict(draft_all(TEMPLATES))
    folders = {path.parent for path in TEMPLATES.glob("instruments/*/instrument.yaml")}
    assert {path.parent for path in made} == folders
    stale = [path.parent.name for path, content in made.items() if path.read_bytes() != content]
    assert not stale, "run: make templates"


def test_drafting_is_the_same_every_time_and_writes_every_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "templates"
    for path in TEMPLATES.rglob("*"):
        if path.is_file() and path.suffix != ".docx":
            (copy / path.relative_to(TEMPLATES)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(TEMPLATES)).write_bytes(path.read_bytes())
    assert main([str(copy)]) == 0
    written = sorted(copy.glob("instruments/*/template.docx"))
    assert capsys.readouterr().out.split() == [str(path) for path in written]
    assert len(written) == len(list(TEMPLATES.glob("instruments/*/template.docx")))
    for path in written:
        assert path.read_bytes() == (TEMPLATES / path.relative_to(copy)).read_bytes()


def test_a_fault_stops_the_drafting_with_its_exit_code_and_says_which_instrument(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "instruments" / "some_notice"
    folder.mkdir(parents=True)
    (folder / "template.html").write_text("<p>没有 extends</p>", "utf-8")
    (tmp_path / "layout" / "docx").mkdir(parents=True)
    for name, content in PARTS.items():
        (tmp_path / "layout" / "docx" / name).write_bytes(content)
    assert main([str(tmp_path)]) == 4
    assert "some_notice：template.html 须是" in capsys.readouterr().err
    assert not (folder / "template.docx").exists()


def test_each_part_of_the_package_is_well_formed_and_safe() -> None:
    data = drafted("<p>正文</p>")
    parts = read_office(data, "template.docx")
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_every_style_that_a_template_uses_is_in_the_styles() -> None:
    styles = etree.fromstring(PARTS["styles.xml"])
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    for path, content in draft_all(TEMPLATES):
        main_part = document(content)
        used = {n.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle")
                for n in main_part.iter(f"{W}{tag}")}  # fmt: skip
        assert used <= known, path
    for part in ("header.xml", "footer.xml"):
        used = {n.get(f"{W}val") for n in etree.fromstring(PARTS[part]).iter(f"{W}pStyle")}
        assert used <= known, part


def test_a_paragraph_takes_its_class_as_its_style_and_tags_stay_as_text() -> None:
    data = drafted('<h1>{{ title }}</h1><p class="number">{{number}}</p><p>在 &amp; 于</p>')
    assert paragraphs(data) == [
        ("h1", "{{ title }}"),
        ("number", "{{ number }}"),
        ("body", "在 & 于"),
    ]


def test_tags_between_blocks_become_tags_of_docxtpl() -> None:
    inner = "<p>{{ fact }}{% if a %}甲{% endif %}</p>"
    data = drafted(f"{{% for fact in facts %}}\n{inner}\n{{% endfor %}}")
    assert paragraphs(data) == [
        ("", "{%p for fact in facts %}"),
        ("body", "{{ fact }}{% if a %}甲{% endif %}"),
        ("", "{%p endfor %}"),
    ]


TABLE = (
    '<table><colgroup><col style="width: 30%"/><col style="width: 70%"/></colgroup>'
    "<thead><tr><th>甲</th><th>乙</th></tr></thead>"
    '<tbody>{% for x in y %}<tr><td class="middle">{{ x }}</td><td>丁</td></tr>{% endfor %}'
    "</tbody></table>"
)


def test_a_table_keeps_its_widths_repeats_its_header_and_does_not_split_its_rows() -> None:
    body = document(drafted(f"<p>前</p>{TABLE}<p>后</p>"))
    (table,) = body.iter(f"{W}tbl")
    widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
    assert sum(widths) == TYPE_AREA
    assert widths[0] == pytest.approx(0.3 * TYPE_AREA, abs=1)
    rows = list(table.iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
        True, False, False, False,
    ]  # fmt: skip
    told = ["".join(node.text or "" for node in row.iter(f"{W}t")) for row in rows]
    assert told == ["甲乙", "{%tr for x in y %}", "{{ x }}丁", "{%tr endfor %}"]
    assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in (rows[0], rows[2])] == [
        True, True,
    ]  # fmt: skip


def test_the_ending_is_kept_together_and_with_the_paragraph_before_it() -> None:
    data = drafted(f"<p>一</p><p>二</p>{NOTE}")
    kept = {}
    for paragraph in document(data).iter(f"{W}p"):
        text = "".join(node.text or "" for node in paragraph.iter(f"{W}t"))
        place = paragraph.find(f"{W}pPr")
        kept[text] = [place.find(f"{W}{tag}") is not None for tag in ("keepNext", "keepLines")]
    assert kept["一"] == [False, False]
    assert kept["二"] == kept["日"] == [True, True]


def test_a_rule_is_underlined_and_its_spaces_are_kept() -> None:
    body = document(drafted('<p class="sign">签名：<span class="rule">　　　</span></p>'))
    label, rule = body.iter(f"{W}r")
    assert label.find(f"{W}rPr/{W}rStyle") is None
    assert rule.find(f"{W}rPr/{W}rStyle").get(f"{W}val") == "rule"
    assert rule.find(f"{W}t").text == "　　　"


def test_an_included_part_is_drafted_in_its_place() -> None:
    data = drafted('<p>前</p>{% include "layout/part.html" %}<p>后</p>', part="<p>{{ 中 }}</p>")
    assert [text for _, text in paragraphs(data)] == ["前", "{{ 中 }}", "后"]


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("<p>甲</p>\n<ul><li>乙</li></ul>", 4, "<ul> 不能写在这里"),
        ("<p>甲\n<br/>乙</p>", 4, "<br> 不能写在段落里"),
        ('<p>甲</p>\n<p class="fancy">乙</p>', 4, "class fancy 在 DOCX 中没有对应"),
        ('<p>甲</p>\n<p style="color: red">乙</p>', 4, "style 在 DOCX 中没有对应"),
        ('<p>甲<span class="bold">乙</span></p>', 3, "class bold"),
        ('<p>甲<span class="rule"><b>乙</b></span></p>', 3, "不能写在段落里"),
        ("<p>甲</p>\n\n乙", 3, "“乙”须写在段落里"),
        ("<p>甲</p>\n{{ 乙 }}", 3, "不能写在段落外"),
        ("<p>甲</p>\n{% macro x() %}", 3, "不能写在段落外"),
        ("<p>{% include 'layout/part.html' %}</p>", 3, "里不能用"),
        ("<p>甲 & 乙</p>", 3, "不是完整的 XHTML"),
        ("<p>甲</p>\n<p>乙</div>", 4, "不是完整的 XHTML"),
        ("<p>{%- if x %}甲{% endif %}</p>", 3, "不能含"),
        ("<p>{{ x | f('a&amp;b') }}</p>", 3, "不能含"),
        ("<p>{{ x | join(“，”) }}</p>", 3, "不能含"),
        (TABLE.replace("70%", "60%"), 3, "各列宽度之和须为 100%"),
        (TABLE.replace('style="width: 30%"', ""), 3, "须写 style"),
        (TABLE.replace("<td>丁</td>", ""), 3, "须有 2 格，现有 1 格"),
        (TABLE.replace("<thead>", "<thead>{% if x %}"), 3, "里只能有表格行"),
        (TABLE.replace("{% for x in y %}", "{{ x }}"), 3, "不能写在段落外"),
        (TABLE.replace("<tbody>", "<caption>表</caption><tbody>"), 3, "不能写在 <table> 里"),
        (NOTE, 3, "前面须有一段正文"),
        (f"{TABLE}{NOTE}", 3, "前面须有一段正文"),
        (f"{{% for x in y %}}<p>甲</p>{{% endfor %}}{NOTE}", 3, "前面须有一段正文"),
        ('<p>甲</p>{% include "layout/missing.html" %}', 3, "layout/missing.html 读不到"),
        ('{% include "layout/loop.html" %}<p>甲</p>', 1, "循环插入"),
    ],
)
def test_what_has_no_place_in_a_docx_is_refused_with_file_and_line(
    body: str, line: int, told: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        drafted(body, loop='{% include "layout/loop.html" %}')
    name = "layout/loop.html" if line == 1 else "template.html"
    assert f"{name} 第 {line} 行" in refused.value.message
    assert told in refused.value.message


@pytest.mark.parametrize(
    "text",
    ["", "<p>甲</p>", '{% extends "layout/other.html" %}{% block body %}{% endblock %}'],
)
def test_a_template_that_does_not_extend_the_base_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid, match=r"template\.html 须是"):
        draft_docx(text, PARTS, lambda name: name)


def test_a_missing_part_of_the_layout_is_named() -> None:
    parts = {name: content for name, content in PARTS.items() if name != "styles.xml"}
    with pytest.raises(InputInvalid, match=r"缺少 styles\.xml"):
        draft_docx("", parts, lambda name: name)
