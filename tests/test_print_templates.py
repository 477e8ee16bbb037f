"""模板不可信：取不到文件和网络，读不到没声明的字段，走不出沙箱；没有字形的字说得出在哪里。"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from printed import unmarked
from support import ROOT, Data, Docgen, WriteCase

from docgen.errors import Defect, InputInvalid
from docgen.model.draft import Draft
from docgen.new.docx import draft_all
from docgen.render.html import render_html, typeset
from docgen.render.pdf import render_pdf
from docgen.render.press import Press

FOLDER = Path("instruments") / "hearing_notice"
Edit = Callable[[str, str], Path]


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """改得动的一套模板。"""
    copy = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setenv("DOCGEN_TEMPLATES", str(copy))
    return copy


@pytest.mark.parametrize(
    "wanted",
    [
        '<p><img src="file:///etc/passwd"/></p>',
        '<p><img src="https://assets.invalid/other.png"/></p>',
        '<p><img src="https://assets.invalid/../official.css"/></p>',
        '<p><img src="http://127.0.0.1:9/x.png"/></p>',
        '<p><img src="//127.0.0.1/x.png"/></p>',
        '<p><img src="data:image/png;base64,iVBORw0KGgo="/></p>',
        '<link rel="stylesheet" href="file:///etc/passwd"/>',
        '<link rel="attachment" href="file:///etc/passwd"/>',
        '<p><a rel="attachment" href="file:///etc/passwd">附件</a></p>',
        '<style>@import url("https://127.0.0.1/x.css");</style>',
        "<style>@font-face{font-family:x;src:url(file:///etc/passwd)} p{font-family:x}</style>",
        '<p style="background: url(file:///etc/passwd)">底</p>',
        '<p style="list-style: url(file:///etc/passwd); display: list-item">点</p>',
        '<object data="file:///etc/passwd" type="image/png"></object>',
        '<embed src="file:///etc/passwd" type="image/png"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    ],
)
def test_the_renderer_fetches_nothing_but_its_own_assets(
    press: Press, draft: Draft, wanted: str
) -> None:
    html = render_html(draft, press.environment)
    assert press.print_html(html, unmarked(draft)).pages == 2
    for place in ("</main>", "</body>", "</head>"):
        with pytest.raises(InputInvalid, match="版面没有的写法"):
            press.print_html(html.replace(place, f"{wanted}{place}"), unmarked(draft))
    assets = {"base.css": press.styles["base.css"]}
    assert render_pdf(typeset(html), assets, press.fonts).pages
    page = typeset(html.replace("</main>", f"</main>{wanted}"))
    with pytest.raises(Defect, match=r"不允许的资源|Failed to render SVG image"):
        render_pdf(page, assets, press.fonts)


def test_a_template_that_names_a_file_stops_the_run_and_nothing_is_written(
    templates: Path, docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    base = templates / "layout" / "base.html"
    text = base.read_text("utf-8").replace("<main>", '<img src="file:///etc/passwd"/><main>')
    base.write_text(text, "utf-8")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert '版面没有的写法：<img src="file:///etc/passwd">' in answer.err
    assert not (tmp_path / "out").exists()


def test_a_style_that_the_renderer_does_not_know_stops_the_run(
    templates: Path, docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    measures = templates / "layout" / "official.yaml"
    text = measures.read_text("utf-8")
    measures.write_text(text.replace("sign: {", "sign: {no_such_measure: 1, ", 1), "utf-8")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert "official.yaml" in answer.err
    assert "no_such_measure" in answer.err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  small: [", "  tiny: [", "fonts 缺少small"),
        (
            "heading: {font: heading,",
            "heading: {font: headings,",
            "fonts 缺少headings（heading 用它）",
        ),
        ("text: [Liberation Serif,", "text: [示例体,", "字体“示例体”没有配置"),
        ("  cell: {", "  cells: {", "shapes 缺少cell"),
        ("size: 22,", "size: 220,", "shapes.title.size"),
        ("{font: text, size: 16,", "{font: text, size: 大,", "有 1 处错误"),
        ("{font: text, size: 16,", "{font: text, size: 大,", "应当是数。现在写的是“大”"),
        ("  sign: {", "  sign: {idnent: 0, ", "是否应为“indent”"),
    ],
)
def test_a_layout_that_lacks_something_or_has_an_unknown_font_is_refused_before_any_number(
    templates: Path,
    docgen: Docgen,
    home: Path,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    old: str,
    new: str,
    told: str,
) -> None:
    measures = templates / "layout" / "official.yaml"
    text = measures.read_text("utf-8")
    assert old in text
    measures.write_text(text.replace(old, new), "utf-8")
    assert docgen("lint", templates).code == 1
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert told in answer.err
    assert "official.yaml" in answer.err
    assert not (home / "register.sqlite").exists(), "no number is taken"


def html_edit(templates: Path, old: str, new: str) -> Path:
    """改 template.html 一处。"""
    path = templates / FOLDER / "template.html"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return path


def docx_edit(templates: Path, old: str, new: str) -> Path:
    """只改 template.docx 一处，template.html 不动。"""
    path = templates / FOLDER / "template.docx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = parts["word/document.xml"].decode("utf-8")
    assert main.count(old) == 1
    parts["word/document.xml"] = main.replace(old, new).encode("utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


BOTH = pytest.mark.parametrize("edit", [html_edit, docx_edit], ids=["html", "docx"])


@BOTH
def test_a_field_that_is_not_declared_is_an_error_with_its_place(
    edit: Callable[[Path, str, str], Path],
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
) -> None:
    path = edit(templates, "{{ hearing_place | clause }}", "{{ hearing_plaice | clause }}")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert str(path) in answer.err
    assert "hearing_plaice" in answer.err
    if edit is html_edit:
        number = next(
            n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "plaice" in line
        )
        assert f"template.html 第 {number} 行" in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("layout/office.html", "{{ nobody }}"), ("layout/head.html", "{% endif %}")],
    ids=["a field nobody declared", "an end without its tag"],
)
def test_a_fault_in_an_included_part_is_told_with_its_own_file_and_line(
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    name: str,
    wrong: str,
) -> None:
    part = templates / name
    part.write_text(f"\n{wrong}\n" + part.read_text("utf-8"), "utf-8")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert f"{part} 第 2 行" in answer.err


@BOTH
@pytest.mark.parametrize(
    "escape",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__init__.__globals__ }}",
        "{{ hearers.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{{ self._TemplateReference__context.__class__ }}",
        "{{ '{0.__class__}'.format(title) }}",
        "{{ date.replace.__self__.__class__ }}",
    ],
)
def test_a_way_out_of_the_sandbox_is_refused(
    edit: Callable[[Path, str, str], Path],
    escape: str,
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
) -> None:
    path = edit(templates, "{{ hearing_place | clause }}", escape)
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4, answer.err
    assert str(path) in answer.err
    assert not (tmp_path / "out").exists()


@BOTH
def test_a_template_cannot_change_what_it_was_given(
    edit: Callable[[Path, str, str], Path],
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
) -> None:
    edit(templates, "{{ hearing_place | clause }}", "{{ [].append(1) }}{{ {}.update(a=1) }}")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert (answer.code, "沙箱不允许" in answer.err) == (4, True), answer.err


@BOTH
def test_wording_that_is_in_one_template_only_is_caught(
    edit: Callable[[Path, str, str], Path],
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
) -> None:
    edit(templates, "有权进行陈述、申辩和质证", "有权进行陈述和质证")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 70
    assert "印出的 DOCX 与应有的文字不同" in answer.err
    assert "陈述" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_changed_template_prints_once_both_are_changed(
    templates: Path, docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    html_edit(templates, "有权进行陈述、申辩和质证", "有权进行陈述和质证")
    for path, content in draft_all(templates):
        path.write_bytes(content)
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    ("char", "field", "label"),
    [
        ("\U00031350", "hearing_place", "听证地点"),
        ("🧿", "clerk_name", "书记员"),
        ("\u0628", "hearers", "听证员"),
    ],
)
def test_a_character_without_a_glyph_is_told_with_its_field(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    char: str,
    field: str,
    label: str,
) -> None:
    request = hearing["instruments"][0]
    request[field] = [{"name": char, "post": "职"}] if field == "hearers" else f"示例{char}"
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out", "--draft")
    assert answer.code == 4
    assert f"case.yaml instruments[0].{field}（第 " in answer.err
    assert f"：{label}的“{char}”（U+{ord(char):04X}）没有一个字体能画" in answer.err
    assert "fonts.yaml" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_character_of_the_agencys_name_without_a_glyph_is_told_too(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    hearing["agency"]["name"] = "示例省\u0628厅"
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out", "--draft")
    assert answer.code == 4
    assert "“\u0628”（U+0628）" in answer.err
    assert "执法机关的“" in answer.err


@pytest.mark.parametrize(
    ("greedy", "told"),
    [
        ("{% for i in range(100000000) %}{% endfor %}", "range 最多"),
        ("{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}", "次"),
        ("{{ 'a' * 10000000000 }}", "* 只能用于"),
        ("{{ [1] * 10000000000 }}", "* 只能用于"),
        ("{{ 9**(9**9) }}", "** 运算"),
        ("{{ '%10000000000d' % 1 }}", "% 运算"),
        ("{{ '{:>10000000000}'.format(1) }}", "format"),
        ("{{ '{0.__class__}'.format(date) }}", "format"),
        ("{{ 'a'.ljust(10000000000) }}", "ljust"),
        ("{{ 'a' | center(10000000000) }}", "center"),
        ("{{ none | blank(10000000000) }}", "blank 的宽度"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40, "超过"),
        ("{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 40, "超过"),
        ("{% set a = 99 %}" + "{% set a = a * a %}" * 40, "* 只能用于"),
        ("{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}", "列表里不能再写列表"),
        (
            "{% set a = {1: 2}.values() %}" + "{% set a = {1: a, 2: a}.values() %}" * 60,
            "列表里不能再写列表",
        ),
        ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "macro"),
        ("{% set a %}示例{% endset %}", "assignblock"),
        ("{% for i in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}", "for 语句"),
        ("{{ ((((" + "(" * 3000, ""),
    ],
)
@BOTH
def test_a_template_without_measure_is_refused_at_once(
    edit: Callable[[Path, str, str], Path],
    greedy: str,
    told: str,
    templates: Path,
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
) -> None:
    path = edit(templates, "{{ hearing_place | clause }}", greedy)
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out", "--draft")
    assert answer.code == 4, answer.err
    assert str(path) in answer.err
    assert told in answer.err
    assert not (tmp_path / "out").exists()
