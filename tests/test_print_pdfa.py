"""印出的 PDF 合于 PDF/A-3u 与 PDF/UA-1：查得到的各条规则，逐份样本核对。"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
import pytest
from lxml import etree
from printed import Sample

from docgen.model.document import CONTENT_NAME
from docgen.seal.content import read_content

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUAID = "{http://www.aiim.org/pdfua/ns/id/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}
ACTIVE = {"/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/Sound", "/Movie"}


@pytest.fixture(scope="module")
def opened(samples: tuple[Sample, ...]) -> Iterator[list[tuple[Sample, pikepdf.Pdf]]]:
    """每份样本与打开的 PDF。"""
    found = [(sample, pikepdf.open(sample.pdf)) for sample in samples]
    yield found
    for _, pdf in found:
        pdf.close()


Opened = list[tuple[Sample, pikepdf.Pdf]]


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """文件里的全部字典与流。"""
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            yield item


def xmp(pdf: pikepdf.Pdf) -> etree._Element:
    """XMP 元数据。"""
    return etree.fromstring(pdf.Root.Metadata.read_bytes())


def told(metadata: etree._Element, name: str) -> str:
    """XMP 里一项的文字，写作属性或元素均可。"""
    for description in metadata.iter(f"{RDF}Description"):
        if description.get(name):
            return str(description.get(name))
    (element,) = metadata.iter(name)
    return "".join(element.itertext()).strip()


def test_the_file_declares_pdf_a_3u_and_pdf_ua_1(opened: Opened) -> None:
    for _, pdf in opened:
        metadata = xmp(pdf)
        assert told(metadata, f"{PDFUAID}part") == "1"
        assert (told(metadata, f"{PDFAID}part"), told(metadata, f"{PDFAID}conformance")) == (
            "3",
            "U",
        )
        assert pdf.pdf_version == "1.7"


def test_title_author_and_subject_are_the_same_in_chinese_in_info_and_in_xmp(
    opened: Opened,
) -> None:
    for sample, pdf in opened:
        content, metadata = sample.content, xmp(pdf)
        title = f"{content.title} {content.number}"
        assert str(pdf.docinfo.Title) == told(metadata, f"{DC}title") == title
        assert str(pdf.docinfo.Author) == told(metadata, f"{DC}creator") == content.agency
        assert str(pdf.docinfo.Subject) == told(metadata, f"{DC}description")


def test_dates_are_the_documents_own_in_info_and_in_xmp(opened: Opened) -> None:
    for sample, pdf in opened:
        day = sample.content.date
        for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
            assert str(pdf.docinfo[key]) == f"D:{day.replace('-', '')}000000Z"
            assert told(xmp(pdf), f"{XMP}{name}") == f"{day}T00:00:00Z"


def test_the_output_intent_has_an_icc_profile_of_three_colours(opened: Opened) -> None:
    for _, pdf in opened:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile
        assert profile.N == 3
        assert profile.read_bytes()[36:40] == b"acsp"


def test_every_font_is_embedded_and_says_which_characters_its_glyphs_are(opened: Opened) -> None:
    for sample, pdf in opened:
        fonts = [d for d in dictionaries(pdf) if d.get("/Type") == "/Font"]
        used = [font for font in fonts if font.Subtype == "/Type0"]
        assert used
        for font in used:
            assert b"begincmap" in font.ToUnicode.read_bytes(), (sample.name, font.BaseFont)
            (descendant,) = font.DescendantFonts
            files = {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
            assert len(files) == 1, (sample.name, font.BaseFont)
            assert descendant.FontDescriptor[files.pop()].read_bytes()
            if descendant.Subtype == "/CIDFontType2":
                assert "/CIDToGIDMap" in descendant
        assert {font.Subtype for font in fonts} <= {"/Type0", "/CIDFontType0", "/CIDFontType2"}


def test_no_glyph_is_a_missing_one(opened: Opened) -> None:
    for _, pdf in opened:
        for page in pdf.pages:
            shown = [
                bytes(piece)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) in ("Tj", "TJ")
                for piece in (operands[0] if str(operator) == "TJ" else operands)
                if isinstance(piece, pikepdf.String)
            ]
            glyphs = b"".join(shown)
            assert len(glyphs) > 20
            assert 0 not in {
                int.from_bytes(pair) for pair in zip(glyphs[::2], glyphs[1::2], strict=True)
            }


def test_nothing_is_encrypted_active_or_outside_the_file(opened: Opened) -> None:
    for sample, pdf in opened:
        assert not pdf.is_encrypted
        assert len(pdf.trailer.ID) == 2
        assert not {"/AA", "/OpenAction", "/AcroForm", "/OCProperties"} & set(pdf.Root.keys())
        for item in dictionaries(pdf):
            assert not ACTIVE & {str(item.get("/S")), str(item.get("/Subtype")), *item.keys()}
            if isinstance(item, pikepdf.Stream):
                assert not {"/F", "/FFilter"} & set(item.keys()), "no data outside the file"
                filters = item.get("/Filter", [])
                names = filters if isinstance(filters, pikepdf.Array) else [filters]
                assert not FORBIDDEN_FILTERS & {str(name) for name in names}
        for page in pdf.pages:
            assert "/Annots" not in page, sample.name


def test_pictures_have_neither_transparency_nor_interpolation(opened: Opened) -> None:
    for _, pdf in opened:
        pictures = [d for d in dictionaries(pdf) if d.get("/Subtype") == "/Image"]
        assert len(pictures) == 1, "the QR code once, for all pages"
        for picture in pictures:
            assert not picture.get("/Interpolate", False)
            assert "/SMask" not in picture


def test_the_content_is_attached_once_as_data(opened: Opened) -> None:
    for sample, pdf in opened:
        (listed,) = pdf.Root.AF
        assert listed.AFRelationship == "/Data"
        assert str(listed.F) == str(listed.UF) == CONTENT_NAME
        assert list(pdf.attachments) == [CONTENT_NAME]
        stream = listed.EF.F
        assert stream.Subtype == "/application/json"
        data = stream.read_bytes()
        day = sample.content.date.replace("-", "")
        assert str(stream.Params.ModDate) == f"D:{day}000000Z"
        assert stream.Params.Size == len(data)
        assert read_content(data).number == sample.number


def test_the_file_is_tagged_in_chinese_and_shows_its_title(opened: Opened) -> None:
    for sample, pdf in opened:
        assert pdf.Root.MarkInfo.Marked is True
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        kinds = {str(d.S) for d in dictionaries(pdf) if d.get("/Type") == "/StructElem"}
        assert {"/Document", "/H1", "/P", "/Figure"} <= kinds, sample.name
        if any("TR" in kind for kind in kinds):
            assert {"/Table", "/TR", "/TH", "/TD"} <= kinds
        for page in pdf.pages:
            assert "/StructParents" in page


def test_the_qr_has_a_text_for_those_who_cannot_see_it(opened: Opened) -> None:
    for _, pdf in opened:
        figures = [
            d for d in dictionaries(pdf) if d.get("/Type") == "/StructElem" and d.S == "/Figure"
        ]
        assert figures
        assert {str(figure.Alt) for figure in figures} == {"文书验证二维码"}
