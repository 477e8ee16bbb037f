"""验：签封、文件与登记簿条目 → 结论（Verdict）。纯函数，步骤编号即认定代码。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True)
class Evidence:
    """验证所凭的一切。

    kind: the instrument that the claim's type code names, None when it is not known here.
    file_sealed: whether a PDF's own file seal holds. answer: None when offline.
    """

    presented: Presented
    seals: tuple[SealReading, ...]
    kind: Instrument | None
    embedded: ContentReading | None
    file_sealed: bool
    answer: RegisterAnswer | None


@dataclass(frozen=True)
class Verification:
    """验证的结果。seal: the one that holds; content: what was signed, where it is at hand."""

    verdict: Verdict
    kind: str
    seal: SealReading | None
    content: ContentReading | None
    registered: bool


def verify(evidence: Evidence) -> Verdict:
    """逐步验证。

    1 one seal was read · 2 the seal holds · 3 registered · 4 not voided · 5 the words are those
    signed · 6 the file is the one issued · 7 recordings bound · 8 filled by hand · 9 the host.
    """
    presented, answer = evidence.presented, evidence.answer
    findings = [_step_1_one_seal(presented, evidence.seals)]
    if findings[0].level is not Level.PASS:
        return Verdict(tuple(findings))
    seal = evidence.seals[0]
    findings.append(_step_2_seal_holds(seal, evidence.kind))
    token = seal.token
    if token is None or not seal.holds:
        return Verdict(tuple(findings))
    findings.append(_step_3_registered(token, answer))
    findings.append(_step_4_not_voided(answer))
    findings.append(_step_5_words(evidence, token))
    findings.append(_step_6_file(evidence))
    message = "尚未绑定宣读、送达的音像记录。"
    findings.append(Finding("VER007", Level.NOT_APPLICABLE, message))
    findings.extend(_step_8_by_hand(evidence))
    findings.extend(_step_9_host(presented, answer))
    return Verdict(tuple(findings))


def _step_1_one_seal(presented: Presented, seals: Sequence[SealReading]) -> Finding:
    if not seals:
        message = {
            "picture": "图中没有读到文书二维码；请平整、清晰、完整地重拍或重扫。",
            "token": "这不是文书的签封。",
        }.get(presented.kind, "文件里没有读到文书二维码。")
        return Finding("VER001", Level.UNKNOWN, message)
    if len(seals) > 1:
        message = (
            f"读到 {len(seals)} 个不同的签封，一份文书只应有一个；"
            "几份合在一起的（如打印文件、整卷扫描）请逐份验证。"
        )
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


def _step_5_words(evidence: Evidence, token: Token) -> Finding:
    presented, embedded, answer = evidence.presented, evidence.embedded, evidence.answer
    if presented.kind == "token":
        message = "只交来了签封，没有文书可比；请与纸面逐项核对。"
        return Finding("VER005", Level.NOT_APPLICABLE, message)
    if presented.kind == "picture":
        message = "图片上的文字没有比对，是否被改动不能判定；请与登记的原文逐句核对，或者交来 PDF。"
        return Finding("VER005", Level.UNKNOWN, message)
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
    where = "正文" if presented.kind == "docx" else ""
    return Finding("VER005", Level.PASS, f"{where}文字与签发时逐字相同。")


def _mismatch(presented: Presented, content: ContentReading, token: Token) -> Mismatch | None:
    if presented.words is not None:
        return compare_words(content.words, presented.words)
    identity = identity_text(token.claim.identity)
    return compare_pages(content.words, presented.pages) or compare_margins(
        presented.pages, identity, None
    )


def _step_6_file(evidence: Evidence) -> Finding:
    presented, answer = evidence.presented, evidence.answer
    if presented.kind in ("token", "picture"):
        return Finding("VER006", Level.NOT_APPLICABLE, "交来的不是签发的电子文件，不比对文件。")
    if answer is not None and answer.entry is not None:
        if presented.sha256 in {file.sha256 for file in answer.entry.files}:
            return Finding("VER006", Level.PASS, "就是签发时的那个文件，一个字节也没有变。")
    elif evidence.file_sealed:
        message = "文件签封成立：就是签发时的那个文件，一个字节也没有变。"
        return Finding("VER006", Level.PASS, message)
    elif presented.kind == "docx":
        message = "离线时 DOCX 没有可比的文件摘要，是否被改动不能判定；请交来 PDF。"
        return Finding("VER006", Level.UNKNOWN, message)
    message = "不是签发时的那个文件（被另存或者修改过），看到的未必是签发的样子，不能判定。"
    return Finding("VER006", Level.UNKNOWN, message)


def _step_8_by_hand(evidence: Evidence) -> Iterator[Finding]:
    answer, kind = evidence.answer, evidence.kind
    content = evidence.embedded or (answer.content if answer else None)
    if content is not None and content.by_hand:
        labels = {} if kind is None else {field.name: field.label for field in kind.fields}
        names = "、".join(
            dict.fromkeys(labels.get(name.partition("[")[0], name) for name in content.by_hand)
        )
        message = f"下列各项由人工填写，不在签封之内：{names}。"
        yield Finding("VER008", Level.NOT_APPLICABLE, message)


def _step_9_host(presented: Presented, answer: RegisterAnswer | None) -> Iterator[Finding]:
    entry = answer.entry if answer else None
    if answer is None and presented.kind == "token":
        for host in presented.hosts:
            message = f"离线没有核对网址的主机 {host}；不认识的网址不要打开。"
            yield Finding("VER009", Level.NOT_APPLICABLE, message)
    if entry is None or entry.host is None:
        return
    for host in presented.hosts:
        if host != entry.host:
            message = f"网址指向 {host}，签发时是 {entry.host}；不要打开它。"
            yield Finding("VER009", Level.FAIL, message)
