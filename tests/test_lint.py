"""检查模板：每项检查都有一个只错一处的模板；读坏了的文件也不中断。"""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from situations import catalogue
from support import ROOT, Docgen

from docgen.cli.lint import known_of
from docgen.lint import all_checks
from docgen.lint import lint as examine
from docgen.lint.finding import Finding, Level
from docgen.lint.reading.folder import read_folder
from docgen.lint.sarif import lint_sarif
from docgen.render.template import GIVEN, environment

KEPT = ("rectification_order", "inspection_record", "penalty_decision")
ORDER = "instruments/rectification_order"
RECORD = "instruments/inspection_record"
PENALTY = "instruments/penalty_decision"


def small(target: Path) -> Path:
    """只留三种文书的模板文件夹。"""
    others = set(catalogue().instruments) - set(KEPT)
    shutil.copytree(ROOT / "templates", target, ignore=lambda *_: others)
    return target


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return small(tmp_path / "templates")


def findings(templates: Path) -> tuple[Finding, ...]:
    jinja = environment(templates)
    known = known_of(jinja, lambda text: tuple(sorted(set(text) & {"𠮷"})))
    return examine(read_folder(templates, jinja, known), all_checks())


def codes(templates: Path) -> set[str]:
    """发现的代码；只留三种文书以后没有用的片段与字段组不算。"""
    return {f.code for f in findings(templates) if not f.spot.file.startswith("layout/") or
            f.code != "TPL022"}  # fmt: skip


def swap(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(templates: Path) -> None:
        path = templates / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def docx(old: str, new: str, part: str = "word/document.xml", folder: str = ORDER) -> (
    Callable[[Path], None]
):  # fmt: skip
    def change(templates: Path) -> None:
        path = templates / folder / "template.docx"
        parts = unpacked(path)
        text = parts.get(part, b"").decode()
        assert old in text
        pack(path, parts | {part: text.replace(old, new, 1).encode()})

    return change


YAML, HTML = f"{ORDER}/instrument.yaml", f"{ORDER}/template.html"
PROBLEM = "{{ problem.text }}"
P = "<w:p><w:r>{}<w:t>示例</w:t></w:r></w:p>"
END = "<w:sectPr>"
BROKEN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a key that nobody knows": ("TPL001", swap(YAML, "stamp:", "stmp:"), "stmp"),
    "a group that is not there": ("TPL001", swap(YAML, "agency, party", "agncy, party"), "agncy"),
    "a choice without choices": (
        "TPL001",
        swap(YAML, "label: 整改期限, type: date", "label: 整改期限, type: choice"),
        "choices",
    ),
    "a DOCTYPE in the DOCX": ("TPL002", docx("<w:body>", "<!DOCTYPE x><w:body>"), "DOCTYPE"),
    "a template that is missing": (
        "TPL002", lambda t: (t / HTML).unlink(), "没有这个文件",
    ),
    "a loop that is never closed": ("TPL003", swap(HTML, "{% endfor %}", ""), "Jinja"),
    "a filter without a name": (
        "TPL003", swap(HTML, PROBLEM, "{{ problem.text | }}"), "应为“名称”，写了“}}”",
    ),
    "half a tag in the DOCX": ("TPL003", docx(PROBLEM, "{{ problem.text }"), "一半"),
    "a tag over two runs": (
        "TPL004",
        docx(PROBLEM, "{{ problem.</w:t></w:r><w:r><w:t>text }}"),
        "拆在几截",
    ),
    "words beside {%p": ("TPL005", docx("{%p if", "示例{%p if"), "一起被删去"),
    "a condition over two paragraphs": ("TPL005", docx("{%p if", "{% if"), "结束"),
    "a column that is misspelt": ("TPL006", swap(HTML, PROBLEM, "{{ problem.txet }}"), "“text”"),
    "a name in the header of the DOCX": (
        "TPL006", docx("{{ seal.host }}", "{{ seal.hst }}", "word/header1.xml"), "seal.hst",
    ),
    "a name in the document properties": (
        "TPL006", docx("<dc:title>", "<dc:title>{{ titel }}", "docProps/core.xml"), "titel",
    ),
    "a name in an included piece": (
        "TPL006", swap("layout/officers.html", "officer.name", "officer.nmae"), "“name”",
    ),
    "a loop variable after its loop": (
        "TPL006", swap(HTML, "</table>\n", f"</table>\n<p>{PROBLEM}</p>\n"), "problem",
    ),
    "a filter that is not there": ("TPL007", swap(HTML, "deadline | day", "deadline | dya"), "dya"),
    "a test that is not there": (
        "TPL007", swap(HTML, "problem.deadline == date", "problem.deadline is nothing"),
        "nothing",
    ),
    "an attribute that the sandbox forbids": (
        "TPL007", swap(HTML, PROBLEM, "{{ problem.text.__class__ }}"), "__class__",
    ),
    "an included file in the DOCX": (
        "TPL007", docx(PROBLEM, "{% include 'layout/head.html' %}"), "include",
    ),
    "a field that is never printed": (
        "TPL008",
        swap(YAML, "fields:\n", "fields:\n  - {name: spare, label: 备用, type: text}\n"),
        "spare",
    ),
    "another word in the DOCX": ("TPL009", docx("存在的问题", "发现的问题"), "发现的问题"),
    "a field less in the DOCX": ("TPL009", docx(PROBLEM, ""), "problem.text"),
    "a table without thead": (
        "TPL010",
        lambda t: [swap(HTML, tag, "")(t) for tag in ("<thead>", "</thead>")],
        "thead",
    ),
    "a DOCX table whose head does not repeat": ("TPL010", docx("<w:tblHeader/>", ""), "表1"),
    "a font of the layout": (
        "TPL011", swap("layout/official.yaml", "FandolFang,", "示例体,"), "示例体",
    ),
    "a font in the DOCX": (
        "TPL011", docx(END, P.format('<w:rPr><w:rFonts w:eastAsia="示例体"/></w:rPr>') + END),
        "示例体",
    ),
    "a character that no font has": ("TPL012", swap(HTML, "经查", "经查𠮷"), "U+20BB7"),
    "a character that nobody sees": ("TPL012", swap(HTML, "经查", "经\u200b查"), "U+200B"),
    "hidden text": ("TPL013", docx(END, P.format("<w:rPr><w:vanish/></w:rPr>") + END), "隐藏"),
    "white text": (
        "TPL013", docx(END, P.format('<w:rPr><w:color w:val="FFFFFF"/></w:rPr>') + END), "白色",
    ),
    "text of one point": (
        "TPL013", docx(END, P.format('<w:rPr><w:sz w:val="2"/></w:rPr>') + END), "1 磅",
    ),
    "a style in use that hides": (
        "TPL013",
        docx('<w:u w:val="single"/>', "<w:vanish/>", "word/styles.xml"),
        "样式 rule",
    ),
    "a text box": (
        "TPL013", docx(END, "<w:p><w:r><w:txbxContent/></w:r></w:p>" + END), "文本框",
    ),
    "a tracked change": (
        "TPL013", docx(END, "<w:p><w:ins><w:r><w:t>示例</w:t></w:r></w:ins></w:p>" + END), "修订",
    ),
    "a field that Word recalculates": (
        "TPL013", docx(END, '<w:p><w:fldSimple w:instr="DATE"/></w:p>' + END), "DATE",
    ),
    "words in the footer": (
        "TPL013", docx("第 </w:t>", "示例第 </w:t>", "word/footer1.xml"), "页脚",
    ),
    "type too small to read": (
        "TPL001", swap("layout/official.yaml", "sign: {", "sign: {size: 1, "), "size",
    ),
    "text outside the paragraphs": ("TPL013", swap(HTML, "<table>", "示例<table>"), "示例"),
    "words in an attribute only": (
        "TPL013", swap(HTML, "<table>", '<p><img alt="示例"/></p><table>'), "属性",
    ),
    "a blank without blank": (
        "TPL014", swap(f"{RECORD}/template.html", "{{ place | blank(23) }}", "{{ place }}"),
        "blank",
    ),
    "a blank without a rule": (
        "TPL014",
        swap(
            f"{RECORD}/template.html",
            '<span class="rule">{{ place | blank(23) }}</span>',
            "{{ place | blank(23) }}",
        ),
        "划线",
    ),
    "a list that may be empty": (
        "TPL014",
        swap(f"{RECORD}/template.html", "{% if findings %}", "{% if party_name %}"),
        "findings",
    ),
    "a conditional field without a condition": (
        "TPL014", swap(HTML, "经查", "{{ party_uscc }}经查"), "party_uscc",
    ),
    "money as it is": ("TPL015", swap("layout/penalty.html", "fine | figures", "fine"), "fine"),
    "money without its words": (
        "TPL015",
        swap("layout/penalty.html", "（大写：人民币{{ fine | words_of_amount }}）", ""),
        "一种写法",
    ),
    "a date as it is": ("TPL015", swap(HTML, "problem.deadline | day", "problem.deadline"), "day"),
    "a condition on nothing": (
        "TPL016", swap(f"{PENALTY}/instrument.yaml", "when: {defence:", "when: {defense:"),
        "defense",
    ),
    "a condition on a value that is not there": (
        "TPL016",
        swap(f"{PENALTY}/instrument.yaml", "{defence: 已经提出}", "{defence: 提出}"),
        "提出",
    ),
    "a fact that is not there": (
        "TPL017", swap("layout/fields.yaml", "agency.name", "agency.nmae"), "agency.name",
    ),
    "a law that is not there": (
        "TPL017", swap(YAML, "law.basis_rectification", "law.basis_rectificaton"), "law.basis",
    ),
    "another document that is not there": (
        "TPL017",
        swap(YAML, "law.basis_rectification", "beside.penalty_decisoin.date"),
        "beside.penalty_decisoin",
    ),
    "a field that the other document has not": (
        "TPL017",
        swap(YAML, "law.basis_rectification", "beside.penalty_decision.fien"),
        "beside.penalty_decision.fien",
    ),
    "another document named by a field that is not there": (
        "TPL017",
        swap(YAML, "law.basis_rectification", "'beside.{titel}.number'"),
        "beside.{titel}.number",
    ),
    "a fact that a delivery has not": (
        "TPL017",
        swap(YAML, "law.basis_rectification", "delivery.trackign"),
        "delivery.trackign",
    ),
    "a placeholder that is not there": (
        "TPL018", swap("law/remedies.yaml", "${review_body}", "${reveiw_body}"), "review_body",
    ),
    "a row that is not there": ("TPL019", swap(YAML, "row: 9", "row: 99"), "99"),
    "a code that is taken": ("TPL020", swap(YAML, "code: 1\n", "code: 24\n"), "24"),
    "a title that is taken": ("TPL020", swap(YAML, "责令限期整改指令书", "行政处罚决定书"), "名称"),
    "a stale term": ("TPL021", swap(HTML, "{{ remedies }}", "{{ remedies }}三个月"), "三个月"),
    "a group of no use": (
        "TPL022", swap(YAML, "officers, remedies]", "officers, remedies, contact]"), "contact",
    ),
    "a column named like a method": (
        "TPL023",
        swap(YAML, "of:\n", "of:\n      - {name: items, label: 物品, type: text}\n"),
        "items",
    ),
    "a field named like a given one": (
        "TPL023",
        swap(YAML, "fields:\n", "fields:\n  - {name: title, label: 名称, type: text}\n"),
        "title",
    ),
    "a picture from a file": (
        "TPL025", swap(HTML, "<table>", '<p><img src="file:///etc/passwd"/></p><table>'), "file:",
    ),
    "a picture within the text": (
        "TPL025", swap(HTML, "<table>", "<p><IMG\nsrc=data:image/png;base64,AA/></p><table>"),
        "data:",
    ),
    "a picture that the office has": (
        "TPL025", swap("layout/head.html", "<h1>", '<p><img src="logo.png"/></p><h1>'), "logo.png",
    ),
    "another style sheet": (
        "TPL025", swap("layout/base.html", "</head>", '<link href="own.css"/></head>'), "own.css",
    ),
    "a picture in a style": (
        "TPL025", swap(HTML, "<table>", '<table style="background: url(x.png)">'), "url(x.png)",
    ),
    "an element that the layout has not": (
        "TPL027", swap(HTML, "<table>", "<p><b>示例</b></p><table>"), "<b>",
    ),
    "a class that the layout has not": (
        "TPL027", swap(HTML, '<p class="sign">', '<p class="sing">'), "sing",
    ),
    "a style of its own": ("TPL027", swap(HTML, "<table>", '<table style="width: 9%">'), "style"),
    "columns of more than the whole": ("TPL027", swap(HTML, "width: 59%", "width: 89%"), "130%"),
    "a row of another number of cells": (
        "TPL027", swap(HTML, "<th>整改期限</th>", ""), "应有 3 格",
    ),
    "a paragraph in a cell": (
        "TPL027", swap(HTML, "<td>{{ problem.text }}</td>", "<td><p>{{ problem.text }}</p></td>"),
        "单元格里",
    ),
    "a div that is no ending": ("TPL027", swap(HTML, '<div class="ending">', "<div>"), "ending"),
    "a div that is not closed": ("TPL027", swap(HTML, "</div>", ""), "没有收尾的 </div>"),
    "a close without its open": (
        "TPL027", swap(HTML, '<div class="ending">', ""), "没有相应的 <div>",
    ),
    "a cell that is not closed": (
        "TPL027", swap(HTML, "<td>{{ problem.text }}</td>", "<td>{{ problem.text }}"),
        "没有收尾的 </td>",
    ),
    "a loop of a hundred million": (
        "TPL026", swap(HTML, PROBLEM, "{% for i in range(100000000) %}{% endfor %}"), "range",
    ),
    "a text times a number": ("TPL026", swap(HTML, PROBLEM, "{{ 'a' * 10000000000 }}"), "相乘"),
    "a field times a number": ("TPL026", docx(PROBLEM, "{{ 9 * problem.text }}"), "相乘"),
    "a power": ("TPL026", swap(HTML, PROBLEM, "{{ 9**(9**9) }}"), "乘方"),
    "a width in a format": ("TPL026", swap(HTML, PROBLEM, "{{ '%99999999d' % 1 }}"), "格式化"),
    "a blank wider than paper": (
        "TPL026", swap(HTML, PROBLEM, "{{ none | blank(100000) }}"), "blank",
    ),
    "lists in lists": ("TPL026", swap(HTML, PROBLEM, "{% set a = [[1], [2]] %}"), "列表"),
    "a loop that calls itself": (
        "TPL026", swap(HTML, "in problems %}", "in problems recursive %}"), "recursive",
    ),
    "a format": ("TPL007", swap(HTML, PROBLEM, "{{ '{0.__class__}'.format(date) }}"), ".format"),
    "a list printed as it is": ("TPL007", swap(HTML, PROBLEM, "{{ copies }}"), "直接印了列表"),
    "a base that does not tell the case": (
        "TPL024", swap("layout/base.html", 'name="description"', 'name="keywords"'),
        "description",
    ),
    "a DOCX without its identity": (
        "TPL024", docx("{{ seal.identity }}", "", "word/header1.xml"), "seal.identity",
    ),
    "a template without its body": (
        "TPL024", swap(HTML, "{% block body %}", "{% block bdoy %}"), "block body",
    ),
    "an order without its remedies": ("TPL024", swap(HTML, "<p>{{ remedies }}</p>\n", ""), "救济"),
    "a DOCX without the place of its seal": (
        "TPL024",
        lambda t: _without(t / ORDER / "template.docx", "word/media/seal.png"),
        "seal.png",
    ),
}  # fmt: skip


def _without(path: Path, name: str) -> None:
    pack(path, {part: data for part, data in unpacked(path).items() if part != name})


def test_the_templates_of_the_project_are_clean(docgen: Docgen) -> None:
    answer = docgen("lint", ROOT / "templates", "--strict")
    assert answer.code == 0, answer.out
    assert answer.out == "没有发现问题。\n"


def test_three_instruments_by_themselves_are_clean(templates: Path) -> None:
    assert codes(templates) == set()


@pytest.mark.parametrize("what", BROKEN)
def test_one_fault_is_found_by_its_check(templates: Path, what: str) -> None:
    code, change, told = BROKEN[what]
    change(templates)
    found = [f for f in findings(templates) if f.code == code]
    assert any(told in f.message + f.advice + f.spot.place for f in found), found
    assert all(f.advice and f.spot.file for f in found)


def test_every_check_has_a_broken_template() -> None:
    assert {check.code for check in all_checks()} == {code for code, _, _ in BROKEN.values()}


def test_a_place_is_a_line_or_a_cell(templates: Path) -> None:
    swap(HTML, PROBLEM, "{{ problem.txet }}")(templates)
    docx(PROBLEM, "{{ problem.txet }}")(templates)
    line = (templates / HTML).read_text("utf-8").split("txet")[0].count("\n") + 1
    spots = {(f.spot.line, f.spot.place) for f in findings(templates) if f.code == "TPL006"}
    assert spots == {(line, ""), (None, "表1 第3行第2格")}


def test_all_faults_of_a_yaml_file_are_told_and_the_others_still_examined(templates: Path) -> None:
    swap(YAML, "stamp: true", "stamp: 也许")(templates)
    swap(YAML, "version: 1", "version: 零")(templates)
    swap(f"{PENALTY}/template.html", "{{ violated }}", "{{ violted }}")(templates)
    found = findings(templates)
    assert sum(f.code == "TPL001" for f in found) == 2
    assert [f.spot.file for f in found if f.code == "TPL006"] == [f"{PENALTY}/template.html"]


def test_the_given_names_are_those_of_the_context() -> None:
    from test_instruments import drafted

    from docgen.render.template import context

    draft = drafted("interview_record", "organization", True)
    assert set(context(draft, None)) - set(draft.fields) == set(GIVEN)


def test_json_and_sarif_tell_the_same(docgen: Docgen, templates: Path) -> None:
    swap(HTML, PROBLEM, "{{ problem.txet }}")(templates)
    docx(PROBLEM, "{{ problem.txet }}")(templates)
    folder = templates / "instruments" / "rectification_order"
    rows = docgen("lint", folder, "--json")
    log = docgen("lint", folder, "--sarif")
    assert (rows.code, log.code) == (1, 1)
    (run,) = log.json["runs"]
    assert log.json["version"] == "2.1.0"
    assert [r["ruleId"] for r in run["results"]] == [f["code"] for f in rows.json["findings"]]
    rules = run["tool"]["driver"]["rules"]
    for row, result in zip(rows.json["findings"], run["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == row["file"]
        region = place["physicalLocation"].get("region", {})
        assert region.get("startLine") == row["line"]
        assert [x["name"] for x in place.get("logicalLocations", [])] == [row["place"]] * bool(
            row["place"]
        )


def test_a_warning_counts_only_when_asked(docgen: Docgen, templates: Path) -> None:
    folder = templates / "instruments" / "rectification_order"
    swap(HTML, "{{ remedies }}", "{{ remedies }}三个月")(templates)
    docx("{{ remedies }}", "{{ remedies }}三个月")(templates)
    assert docgen("lint", folder).code == 0
    assert docgen("lint", folder, "--strict").code == 1
    assert "TPL021" in docgen("lint", folder).out


def test_a_folder_that_cannot_be_read_is_invalid_input(docgen: Docgen, tmp_path: Path) -> None:
    assert docgen("lint", tmp_path / "nowhere").code == 4
    assert docgen("lint", tmp_path).code == 4
    assert docgen("lint", ROOT / "templates", "--json", "--sarif").code == 2


def test_without_its_layout_a_folder_is_still_examined(docgen: Docgen, templates: Path) -> None:
    shutil.rmtree(templates / "layout")
    shutil.rmtree(templates / "law")
    answer = docgen("lint", templates, "--json")
    assert answer.code == 1
    files = {row["file"] for row in answer.json["findings"]}
    assert {"layout/fonts.yaml", "layout/fields.yaml", HTML} <= files
    assert "没有查字形" in answer.err
    assert all(row["code"] != "TPL000" for row in answer.json["findings"])


FILES = (YAML, HTML, f"{ORDER}/template.docx", "layout/fields.yaml", "layout/official.yaml",
         "layout/head.html", "law/remedies.yaml", "layout/fonts.yaml")  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("lint") / "templates")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from(FILES),
    start=st.floats(0, 1),
    length=st.integers(0, 60),
    put=st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"{{", b"%}", b"{% for", b"<!DOCTYPE x>", b"- [", b"\x00", b"{{" + b"(" * 900]
        ),
    ),
)
def test_broken_files_are_findings_and_never_stop_it(
    scratch: Path, file: str, start: float, length: int, put: bytes
) -> None:
    path = scratch / file
    before = path.read_bytes()
    at = int(start * len(before))
    try:
        path.write_bytes(before[:at] + put + before[at + length :])
        found = findings(scratch)
        assert "TPL000" not in {f.code for f in found}, found
        json.dumps(lint_sarif(found, all_checks(), "0"))
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("inner", [b"<w:p>" * 400, b"\xff\xfe", b"", b"<w:p", b"<w:body/>"])
def test_a_broken_part_of_a_docx_is_a_finding(templates: Path, inner: bytes) -> None:
    path = templates / ORDER / "template.docx"
    pack(path, unpacked(path) | {"word/document.xml": inner})
    assert "TPL002" in codes(templates)


def test_the_check_itself_failing_is_an_error_too(templates: Path) -> None:
    from dataclasses import replace

    jinja = environment(templates)
    known = known_of(jinja, None)
    check = replace(all_checks()[0], examine=lambda folder: 1 / 0)  # type: ignore[arg-type]
    (found,) = examine(read_folder(templates, jinja, known), [check])
    assert (found.code, found.level) == ("TPL000", Level.ERROR)
    assert re.search("ZeroDivisionError", found.message)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (YAML, "stamp: true", "stamp: [true"),
        (YAML, "type: date", "type: dtae"),
        (YAML, "agency, party", "agncy, party"),
        ("layout/fields.yaml", "party:", "party: ["),
        ("law/remedies.yaml", "unit: text", "unit: [text"),
    ],
)
def test_a_line_of_yaml_that_cannot_be_read_is_all_that_is_said(
    templates: Path, file: str, old: str, new: str
) -> None:
    swap(file, old, new)(templates)
    found = findings(templates)
    found = tuple(f for f in found if f.code != "TPL022")
    assert {(f.code, f.spot.file) for f in found} == {("TPL001", file)}, found
    assert all(f.spot.line for f in found)


def test_what_does_not_depend_on_the_yaml_is_still_said(templates: Path) -> None:
    swap(YAML, "stamp: true", "stamp: [true")(templates)
    swap(HTML, PROBLEM, "{{ 9 ** 9 }}")(templates)
    assert [f.code for f in findings(templates)] == ["TPL001", "TPL026", "TPL009"]


def test_the_cause_is_told_before_its_effects(templates: Path) -> None:
    docx("存在的问题", "发现的问题")(templates)
    docx("{%p if", "{% if")(templates)
    docx(PROBLEM, "{{ problem.text }")(templates)
    swap(HTML, "{{ remedies }}", "{{ remedies }}三个月")(templates)
    told = [f.code for f in findings(templates) if f.spot.file.startswith(ORDER)]
    assert told[0] == "TPL003"
    assert told.index("TPL005") < told.index("TPL009")
    assert told[-1] == "TPL009"


@pytest.mark.parametrize(
    "file", [YAML, HTML, f"{ORDER}/template.docx", "layout/fonts.yaml", "layout/official.yaml"]
)
def test_what_is_no_regular_file_is_not_read(docgen: Docgen, templates: Path, file: str) -> None:
    (templates / file).unlink()
    os.mkfifo(templates / file)
    answer = docgen("lint", templates, "--json")
    assert answer.code == 1
    told = [row["message"] for row in answer.json["findings"] if row["file"] == file]
    assert "不是普通的文件，没有读。" in told


@pytest.mark.parametrize("file", [YAML, HTML, "law/remedies.yaml", ORDER])
def test_a_link_out_of_the_folder_is_not_followed(
    templates: Path, tmp_path: Path, file: str
) -> None:
    outside = shutil.move(templates / file, tmp_path / "outside")
    (templates / file).symlink_to(outside)
    told = [f.message for f in findings(templates) if f.spot.file == file]
    assert told == ["是链接，指到模板文件夹外面，没有读。"]


def test_a_link_within_the_folder_is_followed(templates: Path) -> None:
    shutil.move(templates / HTML, templates / ORDER / "real.html")
    (templates / HTML).symlink_to("real.html")
    assert codes(templates) == set()


def test_a_link_to_itself_is_a_finding(templates: Path) -> None:
    (templates / HTML).unlink()
    (templates / HTML).symlink_to("template.html")
    assert "TPL002" in codes(templates)


@pytest.mark.parametrize("text", ["<", "{{", "<!--", "url(", "<a src="])
def test_a_file_that_would_take_long_is_too_big(templates: Path, text: str) -> None:
    (templates / HTML).write_text(text * (300_000 // len(text)), "utf-8")
    assert any("文件太大" in f.message for f in findings(templates))


@pytest.mark.parametrize("text", ["{{ a" + ".b" * 5000 + " }}", "{{ 1" + "+1" * 5000 + " }}"])
def test_tags_nested_too_deep_are_a_finding(templates: Path, text: str) -> None:
    (templates / HTML).write_text(text, "utf-8")
    assert any("嵌套过深" in f.message for f in findings(templates))


def test_pieces_that_include_each_other_are_a_finding(templates: Path) -> None:
    for name, other in (("head", "office"), ("office", "head")):
        tag = f'{{% include "layout/{other}.html" %}}'
        (templates / "layout" / f"{name}.html").write_text(tag * 20, "utf-8")
    assert any(f.code == "TPL026" and "插入" in f.message for f in findings(templates))
