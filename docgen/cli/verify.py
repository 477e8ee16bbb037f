"""verify：文书的真伪。"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from docgen import pipeline
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.paper import compare_paper_of, demand_report_name, paper_json
from docgen.cli.shared.show import show_json, show_line, show_verdict, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.errors import EnvironmentLacking, InputInvalid, UsageWrong, why
from docgen.model.claim import SealReading, identity_text
from docgen.model.content import ContentReading
from docgen.model.document import Presented
from docgen.model.key import KeyList
from docgen.model.verdict import Finding, Level
from docgen.model.words import Row
from docgen.read.presented import read_presented, read_text_input
from docgen.seal.key_list import read_key_list
from docgen.store.register import Register
from docgen.verify.bundle import pages_text
from docgen.verify.evidence import Share, Verification

MAX_BYTES = 200_000_000
_KEYS_ADVICE = "请核对路径；密钥清单由执法机关用 docgen keys export 公布。"
_SEALED_BUT_VOID = "签封是真的，但是这份文书已经作废，不再有效。"
_VOID = "这是签发过的文书，没有发现改动，但是已经作废，不再有效。"
_READ = "按 OCR 读出的文字没有发现不同；OCR 是旁证，要紧的数额、日期、姓名请再看原件。"
_ANSWERS = {
    Level.FAIL: "不是真的，或者已被改动、作废。",
    Level.UNKNOWN: "不能判定，不要当作真的。",
}


@command("verify")
@click.argument("target", metavar="文件、网址或签封文字")
@click.option(
    "--keys",
    "keys_file",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="只凭公开密钥清单离线验证，不问登记簿。",
)
@click.option("--root", metavar="指纹", help="机关公布的根密钥指纹，清单须由它签名。")
@click.option("--compare", is_flag=True, help="认出图片上的字，与签发的逐字比（docgen[ocr]）。")
@click.option(
    "--report",
    metavar="文件",
    type=click.Path(dir_okay=False, path_type=Path),
    help="连同 --compare：比对报告写到这个 HTML 或 PDF，图上圈出不同。",
)
@json_option
def verify(
    target: str,
    keys_file: Path | None,
    root: str | None,
    compare: bool,
    report: Path | None,
    as_json: bool,
) -> int:
    """验证一份文书：PDF、DOCX、页面的照片或扫描（PNG、JPEG），或者二维码里的网址。

    打印文件等几份合在一起的 PDF 逐份验证；场记板说出它属于哪份文书的哪一段。
    有登记簿时还查是否签发、作废、改动；离线时说明哪些没有比对。

    图片上的文字加 --compare 才比，不同之处说出在第几页第几行。

    例：docgen verify out/文书.pdf
    """
    demand_report_name(report, compare)
    tools = Tools()
    presented = _present(target)
    keys, register = _authorities(tools, keys_file, root)
    found = pipeline.verify_presented(presented, keys, tools.catalogue, register)
    reading = None
    if compare:
        found, reading = compare_paper_of(found, target, report, tools)
    if as_json:
        document = _document(found.seal, found.content)
        shares = [_share(share) for share in found.shares]
        told = {**verdict_json(found.verdict), "document": document, "documents": shares}
        show_json(told if reading is None else {**told, "paper": paper_json(reading)})
    else:
        _show(found)
        _show_original(found)
        click.echo(_answer(found))
    return 0 if found.verdict.bottom_line is Level.PASS else 1


def _show(found: Verification) -> None:
    """逐条认定；几份合在一起的，先一份一行，各份通过的不再逐条说。"""
    for share in found.shares:
        pages = "，".join(pages_text(copy) for copy in share.copies)
        show_line(share.verdict.bottom_line, f"{share.named}，{len(share.copies)} 份：{pages}")
    ours = {finding for share in found.shares for finding in share.verdict.findings}
    told = tuple(f for f in found.verdict.findings if f not in ours or _matters(f))
    show_verdict(replace(found.verdict, findings=told), everything=True)


def _matters(finding: Finding) -> bool:
    """合在一起的文件里，一份文书的这一条要不要单独说。"""
    return finding.level in (Level.FAIL, Level.UNKNOWN) or finding.code == "VER008"


def _answer(found: Verification) -> str:
    """一句话的回答：只说比对过的，没有比对的也说明。"""
    line, compared = found.verdict.bottom_line, found.kind in ("pdf", "docx", "scan")
    unsaid = "" if found.registered else "离线没有核对是否登记、作废。"
    if found.kind == "bundle":
        return f"{_answer_for_bundle(found)}{unsaid}"
    if found.kind == "slate":
        return "这是场记板，不是文书，不能凭它判定真伪。"
    failed = {f.code for f in found.verdict.findings if f.level is Level.FAIL}
    doubted = {f.code for f in found.verdict.findings if f.level is Level.UNKNOWN}
    if failed == {"VER004"}:
        return _VOID if compared and not doubted else _SEALED_BUT_VOID
    if failed == {"VER010"}:
        return "签封的密钥在那一天不可信，不要当作真的。"
    if not failed and doubted == {"VER011"}:
        return "签封由这份清单里的密钥成立，但是清单是不是机关的还没有核对，不要当作真的。"
    if line is Level.FAIL or (line is Level.UNKNOWN and (compared or found.seal is None)):
        return _ANSWERS[line]
    if found.kind == "scan":
        return f"签封是真的；{_READ}{unsaid}"
    if compared:
        return f"这是真的文书，没有发现改动。{unsaid}"
    standing = "登记在册、没有作废；" if found.registered else ""
    return f"签封是真的，{standing}纸面上的文字没有比对，请逐句核对后再相信。{unsaid}"


def _answer_for_bundle(found: Verification) -> str:
    line = found.verdict.bottom_line
    if line is Level.PASS:
        return "里面的各份都是真的文书，没有发现改动；封面、记录单不是文书。"
    if line is Level.FAIL:
        return "里面有不是真的，或者已被改动、作废的；逐条见上。"
    if not found.shares:
        return "里面没有文书，没有可以判定真伪的。"
    doubts = {f.code for s in found.shares for f in s.verdict.findings if f.level is Level.UNKNOWN}
    if doubts <= {"VER006"}:
        return "各份文书的文字都没有变，但不是原来的文件，不能判定，不要当作真的。"
    return _ANSWERS[line]


def _show_original(found: Verification) -> None:
    """没有文字可比的，给出登记的原文，供人核对。"""
    if found.kind in ("token", "picture") and found.seal and found.content:
        click.echo("登记的原文如下，请与纸面逐句核对：")
        for block in found.content.words.blocks:
            click.echo("  " + (" | ".join(block.cells) if isinstance(block, Row) else block))


def _share(share: Share) -> dict[str, Any]:
    """合在一起的文件里的一份：它的几项、各份在哪几面、结论。"""
    return {
        **(_document(share.seal, share.content) or {}),
        "named": share.named,
        "copies": [list(copy) for copy in share.copies],
        "bottom_line": share.verdict.bottom_line.value,
    }


def _document(seal: SealReading | None, content: ContentReading | None) -> dict[str, str] | None:
    """签封成立的文书：供程序读的几项；原文不在手边时只有签封里的。"""
    if seal is None or seal.token is None or seal.key is None:
        return None
    claim = seal.token.claim
    document = {
        "identity": identity_text(claim.identity),
        "agency": seal.key.agency,
        "date": claim.issue_date.isoformat(),
    }
    if content is not None and content.digest == claim.content_digest:
        document |= {"title": content.title, "number": content.number}
    return document


def _present(target: str) -> Presented:
    if target == "-":
        return read_presented(sys.stdin.buffer.read(MAX_BYTES), "标准输入")
    path = Path(target)
    try:
        if path.is_file():
            if path.stat().st_size > MAX_BYTES:
                raise InputInvalid(f"{path} 太大，不予读取。")
            return read_presented(path.read_bytes(), str(path))
        found_folder = path.is_dir()
    except (OSError, ValueError) as error:
        found = read_text_input(target)
        if found is None:
            reason = why(error) if isinstance(error, OSError) else "不是路径"
            raise InputInvalid(f"读不了 {target[:80]}：{reason}。", advice="请核对路径。") from None
        return found
    found = read_text_input(target)
    if found is None:
        what = "是文件夹" if found_folder else "没有这个文件，也不是文书的网址或签封文字"
        raise InputInvalid(f"{target[:80]}：{what}。", advice="请给出文件路径或扫码得到的网址。")
    return found


def _with_own_root(tools: Tools, keys: KeyList) -> KeyList:
    """本机登记簿自己的根密钥签的清单，不用再写指纹；登记簿连不上的，仍须写。"""
    told = keys.publication
    try:
        if told is None or told.root_known or not tools.has_register:
            return keys
        known = tools.register.keybook.root() == told.root
    except EnvironmentLacking:
        return keys
    return replace(keys, publication=replace(told, root_known=known))


def _authorities(
    tools: Tools, keys_file: Path | None, root: str | None
) -> tuple[KeyList, Register | None]:
    if root is not None and not root.strip():
        raise UsageWrong("--root 是空的。", advice="写上执法机关公布的指纹，三十二个字符。")
    if keys_file is not None:
        try:
            text = keys_file.read_text("utf-8")
        except UnicodeDecodeError:
            message = f"{keys_file} 不是文字文件，不会是密钥清单。"
            raise InputInvalid(message, advice=_KEYS_ADVICE) from None
        except OSError as error:
            message = f"读不了 {keys_file}：{why(error)}。"
            raise InputInvalid(message, advice=_KEYS_ADVICE) from None
        return _with_own_root(tools, read_key_list(text, str(keys_file), root or "")), None
    if root is not None:
        raise UsageWrong("--root 要与 --keys 同用。", advice="指纹是核对清单文件的。")
    tools.refuse_lost_register()
    if not tools.has_register:
        raise EnvironmentLacking(
            f"没有登记簿（{tools.register_place}），也没有给公开密钥清单，无从验证。",
            advice="请用 --keys 给出执法机关公布的密钥清单，或者设 DOCGEN_HOME。",
        )
    return tools.register.keybook.keys(), tools.register
