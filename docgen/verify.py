"""验：签封、文件与登记簿条目 → 结论（Verdict）。纯函数，步骤编号即认定代码。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.compare import Mismatch, compare_margins, compare_pages, compare_words
from docgen.model.claim import SealReading, Token, identity_text
from docgen.model.content import ContentReading
from docgen.model.document import Presented
from docgen.model.instrument import Instrument
from docgen.model.number import Number
from docgen.model.register import Entry, State
from docgen.model.verdict import Finding, Level, Verdict


@dataclass(frozen=True)
class RegisterAnswer:
    """登记簿的回答：有没有这份文书，以及它登记的规范内容。"""

    entry: Entry | None
    content: ContentReading | None


def verify(
    presented: Presented,
    seals: Sequence[SealReading],
    kind: Instrument | None,
    embedded: ContentReading | None,
    answer: RegisterAnswer | None,
) -> Verdict:
    """逐步验证。answer is None when no register was consulted (offline).

    kind: the instrument that the claim's type code names, None when it is not known here.

    1 one seal was read · 2 the seal holds · 3 registered · 4 not voided · 5 the words are those
    signed · 6 the file is the one issued · 7 recordings bound.
    """
    findings = [_step_1_one_seal(presented, seals)]
    if findings[0].level is not Level.PASS:
        return Verdict(tuple(findings))
    seal = seals[0]
    findings.append(_step_2_seal_holds(seal, kind))
    token = seal.token
    if token is None or not seal.holds:
        return Verdict(tuple(findings))
    findings.append(_step_3_registered(token, answer))
    findings.append(_step_4_not_voided(answer))
    findings.append(_step_5_words(presented, token, embedded, answer))
    findings.append(_step_6_file(presented, answer))
    message = "尚未绑定宣读、送达的音像记录。"
    findings.append(Finding("VER007", Level.NOT_APPLICABLE, message))
    findings.extend(_by_hand(embedded, answer))
    return Verdict(tuple(findings))


def _step_1_one_seal(presented: Presented, seals: Sequence[SealReading]) -> Finding:
    if not seals:
        message = {
            "picture": "图中没有读到文书二维码；请平整、清晰、完整地重拍或重扫。",
            "token": "这不是文书的签封。",
        }.get(presented.kind, "文件里没有读到文书二维码。")
        return Finding("VER001", Level.UNKNOWN, message)
    if len(seals) > 1:
        message = f"读到 {len(seals)} 个不同的签封，一份文书只应有一个。"
        return Finding("VER001", Level.FAIL, message)
    return Finding("VER001", Level.PASS, "读到一个签封。")


def _step_2_seal_holds(seal: SealReading, kind: Instrument | None) -> Finding:
    source = "RFC 9052 第 4.4 节"
    if seal.token is None or seal.key is None or not seal.holds:
        return Finding("VER002", Level.FAIL, f"{seal.fault}。", "", source)
    claim = seal.token.claim
    named = f"种类码 {claim.type_code}"
    if kind is not None:
        number = Number(seal.key.region, kind.number_code, claim.year, claim.sequence)
        named = f"《{kind.title}》{number.text}"
    message = (
        f"签封成立：{seal.key.agency}的{named}，"
        f"文书日期 {claim.issue_date}，标识 {identity_text(claim.identity)}。"
    )
    return Finding("VER002", Level.PASS, message, "", source)


def _step_3_registered(token: Token, answer: RegisterAnswer | None) -> Finding:
    if answer is None:
        return Finding("VER003", Level.NOT_APPLICABLE, "离线验证，没有与登记簿核对是否签发。")
    entry = answer.entry
    if entry is None or entry.state is State.RESERVED:
        return Finding("VER003", Level.FAIL, "登记簿里没有签发过这份文书。")
    if entry.token != token.raw:
        return Finding("VER003", Level.FAIL, "签封与登记簿里的不是同一个。")
    message = f"登记簿有记录：{entry.number.text}，第 {entry.edition} 版。"
    return Finding("VER003", Level.PASS, message)


def _step_4_not_voided(answer: RegisterAnswer | None) -> Finding:
    if answer is None:
        message = "离线验证，没有与登记簿核对是否作废。"
        return Finding("VER004", Level.NOT_APPLICABLE, message)
    entry = answer.entry
    if entry is None:
        return Finding("VER004", Level.UNKNOWN, "登记簿里没有这份文书，不能判定是否作废。")
    if entry.state is State.VOIDED:
        when = entry.voided_at.date() if entry.voided_at else "某日"
        message = f"这份文书已于 {when} 作废，理由：{entry.void_reason}。"
        return Finding("VER004", Level.FAIL, message)
    return Finding("VER004", Level.PASS, "没有作废。")


def _step_5_words(
    presented: Presented,
    token: Token,
    embedded: ContentReading | None,
    answer: RegisterAnswer | None,
) -> Finding:
    if presented.kind in ("token", "picture"):
        message = "没有比对纸面文字；请人工核对标题、文号、日期与内容。"
        return Finding("VER005", Level.NOT_APPLICABLE, message)
    digest = token.claim.content_digest
    if embedded is not None and embedded.digest != digest:
        return Finding("VER005", Level.FAIL, "内嵌的规范内容不是签封所签的那一份。")
    content = embedded or (answer.content if answer else None)
    if content is None:
        message = "离线时没有可比的原文，文字是否被改动不能判定；请与登记簿核对，或者交来 PDF。"
        return Finding("VER005", Level.UNKNOWN, message)
    if content.digest != digest:
        return Finding("VER005", Level.FAIL, "登记的规范内容不是签封所签的那一份。")
    if presented.oddities:
        seen = "、".join(presented.oddities[:5])
        message = f"版面上有签发时没有的东西，所见未必是所签：{seen}。"
        return Finding("VER005", Level.FAIL, message)
    mismatch = _mismatch(presented, content, token)
    if mismatch is not None:
        return Finding("VER005", Level.FAIL, f"文字与签发时不同，{mismatch}。")
    limit = "离线时没有比对字形，请再与纸面核对。" if answer is None else ""
    return Finding("VER005", Level.PASS, f"文字与签发时逐字相同。{limit}")


def _mismatch(presented: Presented, content: ContentReading, token: Token) -> Mismatch | None:
    if presented.words is not None:
        return compare_words(content.words, presented.words)
    identity = identity_text(token.claim.identity)
    return compare_pages(content.words, presented.pages) or compare_margins(
        presented.pages, identity, None
    )


def _step_6_file(presented: Presented, answer: RegisterAnswer | None) -> Finding:
    if presented.sha256 is None or presented.kind == "picture":
        return Finding("VER006", Level.NOT_APPLICABLE, "交来的不是签发的电子文件，不比对文件摘要。")
    if answer is None:
        return Finding("VER006", Level.NOT_APPLICABLE, "离线验证，没有比对文件摘要。")
    issued = {file.sha256 for file in answer.entry.files} if answer.entry else set()
    if presented.sha256 in issued:
        return Finding("VER006", Level.PASS, "就是签发时的那个文件，一个字节也没有变。")
    message = "不是签发时的那个文件（被另存或者修改过），是否被动过手脚不能判定。"
    return Finding("VER006", Level.UNKNOWN, message)


def _by_hand(embedded: ContentReading | None, answer: RegisterAnswer | None) -> tuple[Finding, ...]:
    content = embedded or (answer.content if answer else None)
    if content is None or not content.by_hand:
        return ()
    names = "、".join(content.by_hand)
    message = f"下列各项由人工填写，不在签封之内：{names}。"
    return (Finding("VER008", Level.NOT_APPLICABLE, message),)
