"""verify --compare：图片上的文字与签发的比，写比对报告。"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from docgen.cli.shared.tools import Tools
from docgen.errors import InputInvalid, UsageWrong, why
from docgen.marking import marked_pictures, paper_report, print_paper, write_paper
from docgen.model.claim import identity_text
from docgen.model.scan import Difference, PaperReading
from docgen.read.ocr import Reader
from docgen.read.scan import page_pictures
from docgen.scanning import PaperCompared, compare_pictures, load_confusions, with_words_compared
from docgen.store.files import write_file
from docgen.verify.evidence import Verification

_FORMATS = (".html", ".pdf")


def demand_report_name(report: Path | None, compare: bool) -> None:
    """--report 的写法。Raises UsageWrong."""
    if report is None:
        return
    if not compare:
        message = "--report 要与 --compare 一起用：报告写的是图片上的文字比对的结果。"
        raise UsageWrong(message, advice="请加上 --compare。")
    if report.suffix.lower() not in _FORMATS:
        message = f"--report {report}：报告写成 HTML 或者 PDF。"
        raise UsageWrong(message, advice="文件名请以 .html 或者 .pdf 结尾。")


def compare_paper_of(
    found: Verification, target: str, report: Path | None, tools: Tools
) -> tuple[Verification, PaperReading | None]:
    """图片上的文字与签发的比；签封不成立、没有原文的不比。Raises UsageWrong, InputInvalid."""
    if found.kind != "picture":
        message = f"{target[:80]} 不是图片或者扫描件，--compare 用不上。"
        raise UsageWrong(message, advice="有文字的 PDF 和 DOCX 不加 --compare 就逐字比对。")
    seal, content = found.seal, found.content
    if seal is None or seal.token is None or content is None:
        return found, None
    if content.digest != seal.token.claim.content_digest:
        return found, None
    try:
        data = Path(target).read_bytes()
    except OSError as error:
        raise InputInvalid(f"读不了 {target[:80]}：{why(error)}。", advice="请核对路径。") from None
    host = tools.settings.host
    compared = compare_pictures(
        content,
        page_pictures(data, target),
        (identity_text(seal.token.claim.identity), host),
        load_confusions(tools.settings.templates),
        Reader(),
        lambda number: click.echo(f"正在认第 {number} 面的字……", err=True),
    )
    if report is not None:
        _write(report, found, compared, target, data, tools)
    return with_words_compared(found, compared.reading), compared.reading


def _write(
    path: Path,
    found: Verification,
    compared: PaperCompared,
    target: str,
    data: bytes,
    tools: Tools,
) -> None:
    pages, digest = len(compared.pictures), hashlib.sha256(data).hexdigest()
    name = Path(target).name
    report = paper_report(found, compared.reading, pages, name, digest, tools.today)
    pictures = marked_pictures(report, compared.pictures)
    if path.suffix.lower() == ".pdf":
        write_file(path, print_paper(report, pictures, tools.press).data)
    else:
        write_file(path, write_paper(report, pictures, tools.press))
    click.echo(f"比对报告写到 {path}。", err=True)


def paper_json(reading: PaperReading) -> dict[str, Any]:
    """比对的结果，供程序读。"""
    return {
        "compared": reading.compared,
        "total": reading.total,
        "absent_pages": list(reading.absent),
        "differences": [_difference(one) for one in reading.differences],
        "doubtful": [_difference(one) for one in reading.doubtful],
        "unread": [_difference(one) for one in reading.unread],
        "struck": [{"sheet": line.page, "text": line.text} for line in reading.struck],
        "by_hand": [_difference(one) for one in reading.by_hand],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "issued": one.issued_words,
        "read": one.read_words,
        "page": one.page,
        "sheet": one.sheet,
        "line": one.line,
        "field": one.field,
        "box": None if one.box is None else [[round(x), round(y)] for x, y in one.box],
        "weight": round(one.weight, 1),
    }
