"""读 DOCX：坏的、藏了东西的、大得离谱的都不收，收下的一字不漏。"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from files import (
    MAIN,
    OFFICE,
    RELS,
    TYPES,
    W,
    document,
    paragraph,
    parts,
    run,
    zipped,
)
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import InputInvalid
from docgen.model.words import Row, Words
from docgen.office import MAX_PARTS, read_office
from docgen.read.docx import docx_pictures, read_docx_words


def refused(data: bytes) -> str:
    with pytest.raises(InputInvalid) as caught:
        read_office(data, "示例.docx")
    assert caught.value.message.startswith("示例.docx")
    return caught.value.message


def words(body: str, **more: str | bytes) -> Words:
    return read_docx_words(read_office(zipped(parts(body, **more)), "示例.docx"), "示例.docx")


# --- the package


def test_a_plain_package_is_unpacked_whole() -> None:
    contents = parts(word__media__seal=b"\x89PNG")
    assert dict(read_office(zipped(contents), "示例.docx")) == contents


@pytest.mark.parametrize("data", [b"", b"PK", b"\x00" * 100, b"%PDF-1.7", "甲".encode() * 50])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "不是完整的 DOCX" in refused(data)


def test_a_package_cut_anywhere_is_refused() -> None:
    whole = zipped(parts())
    for length in range(0, len(whole), 7):
        assert refused(whole[:length])


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_package_is_read_or_refused_and_never_breaks_the_reader(
    damages: list[tuple[int, int]],
) -> None:
    data = bytearray(zipped(parts(word__styles_xml=b"<w/>" * 50)))
    for place, value in damages:
        data[place % len(data)] = value
    with contextlib.suppress(InputInvalid):
        read_docx_words(read_office(bytes(data), "示例.docx"), "示例.docx")


def test_a_zip_bomb_is_refused_by_its_declared_size() -> None:
    assert "太大" in refused(zipped({"word/document.xml": b"0" * 50_000_001}))
    many = {f"word/{i}.bin": b"0" * 41_000_000 for i in range(5)}
    assert "展开后太大" in refused(zipped(many))


def test_a_part_that_declares_less_than_it_holds_is_refused() -> None:
    data = zipped({"word/document.xml": b"0" * 100_000})
    small, true_size = struct.pack("<I", 10), struct.pack("<I", 100_000)
    assert data.count(true_size) == 2
    assert "不是完整的 DOCX" in refused(data.replace(true_size, small))


def test_too_many_parts_are_refused() -> None:
    contents = {f"word/{i}.bin": b"" for i in range(MAX_PARTS + 1)}
    assert "太多或者重名" in refused(zipped(contents))


@pytest.mark.parametrize(
    "other",
    ["word/document.xml", "word/Document.XML", "/word/document.xml", "word\\document.xml"],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_that_readers_may_take_for_each_other_are_refused(other: str) -> None:
    target = io.BytesIO(zipped(parts()))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(other, document(paragraph(run("乙"))))
    assert "重名" in refused(target.getvalue())


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE x [<!ENTITY a "甲">]><x>&a;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "<?xml version='1.0'?>\n<!DOCTYPE x><x/>",
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
def test_a_doctype_is_refused_in_any_part(part: str, hostile: str) -> None:
    contents = parts() | {part: hostile.encode()}
    assert "DOCTYPE" in refused(zipped(contents))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_doctype_cannot_hide_in_another_encoding(encoding: str) -> None:
    hostile = '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode(encoding)
    assert "不是 UTF-8" in refused(zipped(parts() | {"word/styles.xml": hostile}))


@pytest.mark.parametrize("declared", ["UTF-7", "gb18030", "ISO-8859-1", "ebcdic-cp-us"])
def test_a_declared_encoding_other_than_utf8_is_refused(declared: str) -> None:
    for quote in ("'", '"'):
        hostile = f"<?xml version='1.0'  encoding = {quote}{declared}{quote} ?><x/>".encode()
        assert "不是 UTF-8" in refused(zipped(parts() | {"word/styles.xml": hostile}))


@pytest.mark.parametrize("declared", ["UTF-8", "utf-8", "Utf-8"])
def test_a_declared_utf8_is_accepted(declared: str) -> None:
    content = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?><x/>'.encode()
    assert read_office(zipped(parts() | {"word/styles.xml": content}), "示例.docx")


@pytest.mark.parametrize(
    "relationship",
    [
        f'<Relationship Id="a" Type="{OFFICE}/image" Target="http://x/" TargetMode="External"/>',
        f"<Relationship Id='a' Type='{OFFICE}/image' Target='x' TargetMode = 'External'/>",
        f'<Relationship Id="a" Type="{OFFICE}/image" Target="x" TargetMode="Ext&#101;rnal"/>',
        f'<Relationship Id="a" Type="{OFFICE}/hyperlink" Target="x" TargetMode="external"/>',
        f'<Relationship Id="a" Type="{OFFICE}/image" Target="file:///etc/passwd"/>',
        f'<Relationship Id="a" Type="{OFFICE}/attachedTemplate" Target="https://x/a.dotm"/>',
    ],
)
def test_an_external_relationship_is_refused_however_it_is_written(relationship: str) -> None:
    contents = parts(word___rels__document_xml_rels="")
    contents["word/_rels/document.xml.rels"] = RELS.format(relationship).encode()
    assert "引用了外部资源" in refused(zipped(contents))


@pytest.mark.parametrize(
    "kind", ["oleObject", "package", "aFChunk", "control", "subDocument", "frame"]
)
def test_a_relationship_to_something_that_runs_or_is_drawn_in_is_refused(kind: str) -> None:
    link = f'<Relationship Id="a" Type="{OFFICE}/{kind}" Target="x.bin"/>'
    contents = parts() | {"word/_rels/document.xml.rels": RELS.format(link).encode()}
    assert "宏或嵌入对象" in refused(zipped(contents))


def test_relationships_that_are_no_xml_are_refused() -> None:
    contents = parts() | {"word/_rels/document.xml.rels": b"<Relationships"}
    assert "不是完整的 XML" in refused(zipped(contents))


@pytest.mark.parametrize(
    "part",
    ["word/vbaProject.bin", "WORD/VBAPROJECT.BIN", "word/embeddings/a.xlsx", "word/activeX/a.xml"],
)
def test_macros_and_embedded_objects_are_refused(part: str) -> None:
    assert "宏或嵌入对象" in refused(zipped(parts() | {part: b"\xd0\xcf\x11\xe0"}))


def test_a_package_that_declares_macros_is_refused_whatever_they_are_called() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    contents = parts() | {"[Content_Types].xml": TYPES.replace("/>", f' x="{kind}"/>').encode()}
    assert "声明了宏" in refused(zipped(contents))


# --- the words of a DOCX


def test_paragraphs_and_rows_are_read_in_order_with_white_space_folded() -> None:
    table = (
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
        f"<w:tc>{paragraph(run('序号'))}</w:tc><w:tc>{paragraph(run('名称'))}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph(run('1'))}</w:tc>"
        f"<w:tc>{paragraph(run('甲'))}{paragraph(run('乙'))}</w:tc></w:tr></w:tbl>"
    )
    body = paragraph(run("标 ") + run("　题")) + table + paragraph("") + paragraph(run("尾"))
    header = Row(("序号", "名称"), repeated=True)
    assert words(body) == Words(("标 题", header, Row(("1", "甲 乙")), "尾"))


def test_a_row_of_empty_cells_says_nothing() -> None:
    cells = f"<w:tc>{paragraph('')}</w:tc><w:tc>{paragraph(run(' '))}</w:tc>"
    assert words(paragraph(run("甲")) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>").blocks == ("甲",)


def test_a_word_is_read_whole_though_it_is_split_over_runs() -> None:
    assert words(paragraph(run("六") + run("十") + run("日"))).blocks == ("六十日",)


@pytest.mark.parametrize("mark", ["<w:tab/>", "<w:br/>", "<w:cr/>", "<w:ptab/>"])
def test_a_tab_or_line_break_is_white_space(mark: str) -> None:
    body = paragraph(f"<w:r><w:t>甲</w:t>{mark}<w:t>乙</w:t></w:r>")
    assert words(body).blocks == ("甲 乙",)


@pytest.mark.parametrize(
    "hidden",
    [
        run("乙"),
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph(run('乙'))}"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
        f"<w:ins>{run('乙')}</w:ins>",
        "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>",
        f"<w:hyperlink>{run('乙')}</w:hyperlink>",
        f"<w:sdt><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt>",
        f"<w:smartTag>{run('乙')}</w:smartTag>",
        "<w:r><w:instrText>乙</w:instrText></w:r>",
        "<w:r><w:drawing><a:p><a:r><a:t>乙</a:t></a:r></a:p></w:drawing></w:r>",
        "<m:oMath><m:r><m:t>乙</m:t></m:r></m:oMath>",
        '<w:r><w:pict><v:shape><v:textpath string="乙"/></v:shape></w:pict></w:r>',
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        "<w:r><w:noBreakHyphen/></w:r>",
    ],
)
def test_no_text_can_be_added_without_being_read(hidden: str) -> None:
    assert words(paragraph(run("甲") + hidden)) != words(paragraph(run("甲")))


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>",
        lambda text: f"<w:del>{run(text)}</w:del>",
        lambda text: f"<w:moveFrom>{run(text)}</w:moveFrom>",
        lambda text: run(text, "<w:rPr><w:vanish/></w:rPr>"),
        lambda text: run(text, '<w:rPr><w:vanish w:val="1"/></w:rPr>'),
        lambda text: run(text, "<w:rPr><w:specVanish/></w:rPr>"),
    ],
)
def test_no_text_can_be_taken_away_by_deleting_or_hiding_it(hide: Callable[[str], str]) -> None:
    assert words(paragraph(run("六") + hide("十") + run("日"))) != words(paragraph(run("六十日")))


def test_text_said_not_to_be_hidden_is_plain_text() -> None:
    shown = run("十", '<w:rPr><w:vanish w:val="false"/></w:rPr>')
    assert words(paragraph(run("六") + shown + run("日"))).blocks == ("六十日",)


@pytest.mark.parametrize(
    "part",
    ["footnotes", "endnotes", "comments", "commentsExtended", "diagrams/data1", "charts/chart1"],
)
def test_text_in_notes_comments_and_diagrams_counts(part: str) -> None:
    aside = document(paragraph(run("另有约定"))).encode()
    body = zipped(parts() | {f"word/{part}.xml": aside})
    assert read_docx_words(read_office(body, "x"), "x").blocks == ("甲", "另有约定")
    empty = document(paragraph("")).encode()
    body = zipped(parts() | {f"word/{part}.xml": empty})
    assert read_docx_words(read_office(body, "x"), "x").blocks == ("甲",)


@pytest.mark.parametrize(
    "rels",
    [
        RELS.format(MAIN.replace("word/document.xml", "word/other.xml")),
        RELS.format(MAIN + MAIN.replace("word/document.xml", "word/other.xml")),
        RELS.format(""),
    ],
)
def test_a_package_whose_main_part_is_another_is_no_document_of_ours(rels: str) -> None:
    fake = document(paragraph(run("乙"))).encode()
    contents = parts() | {"_rels/.rels": rels.encode(), "word/other.xml": fake}
    with pytest.raises(InputInvalid, match="不是 Word 文档"):
        read_docx_words(read_office(zipped(contents), "x"), "x")


def test_a_main_part_named_from_the_root_is_the_same_part() -> None:
    rels = RELS.format(MAIN.replace("word/document.xml", "/word/document.xml"))
    contents = parts() | {"_rels/.rels": rels.encode()}
    assert read_docx_words(read_office(zipped(contents), "x"), "x").blocks == ("甲",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"<x/>",
        document("").replace("w:body", "w:bady").encode(),
        b"<x>" * 10000 + b"</x>" * 10000,
        document("").replace(W, "urn:x").encode(),
    ],
)
def test_what_is_no_word_document_is_refused(content: bytes) -> None:
    contents = parts() | {"word/document.xml": content}
    with pytest.raises(InputInvalid, match="不是 Word 文档"):
        read_docx_words(read_office(zipped(contents), "x"), "x")


@pytest.mark.parametrize("missing", ["word/document.xml", "_rels/.rels"])
def test_a_package_without_its_main_part_is_no_word_document(missing: str) -> None:
    contents = {name: content for name, content in parts().items() if name != missing}
    with pytest.raises(InputInvalid, match="不是 Word 文档"):
        read_docx_words(read_office(zipped(contents), "x"), "x")


def test_the_pictures_of_a_package_are_found() -> None:
    contents = parts() | {"word/media/b.png": b"2", "word/media/a.png": b"1", "word/x.png": b"3"}
    assert docx_pictures(contents) == (b"1", b"2")
