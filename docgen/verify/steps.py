"""逐步验一份文书：签封、文件与登记簿条目 → 结论（Verdict）。步骤编号即认定代码。"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from docgen.compare import Mismatch, compare_margins, compare_pages, compare_words
from docgen.excerpt import missing_pages
from docgen.model.claim import SealReading, Token, identity_text
from docgen.model.content import ContentReading
from docgen.model.document import Presented
from docgen.model.instrument import Instrument
from docgen.model.key import Publication, PublicKey, fingerprint
from docgen.model.number import Number
from docgen.model.register import Edge, State
from docgen.model.verdict import Finding, Level, Verdict
from docgen.verify.evidence import Evidence, RegisterAnswer, SlateAnswer, Verification


def verify_alone(evidence: Evidence) -> Verification:
    """逐步验证单独的一份。

    1 one seal was read · 2 the seal holds · 3 registered · 4 not voided · 5 the words are those
    signed · 6 the file is the one issued · 7 recordings bound · 8 filled by hand · 9 the host ·
    10 the key was good for a document of that date · 11 the key list is signed by a known root.
    """
    answer, seals, presented = evidence.answer, evidence.seals, evidence.presented
    held = seals[0] if len(seals) == 1 and seals[0].holds else None
    slate = bool(presented.slots) and not seals
    return Verification(
        verdict=_verdict(evidence),
        kind="slate" if slate else presented.kind,
        seal=held,
        content=(answer.content if answer else None) or evidence.embedded,
        registered=answer is not None,
    )


def _verdict(evidence: Evidence) -> Verdict:
    first = _step_1_one_seal(evidence)
    if first.level is not Level.PASS:
        return Verdict((first, *slates(evidence)))
    findings = [first, *steps_2_to_4(evidence)]
    if findings[1].level is Level.PASS:
        findings += [step_5_words(evidence), _step_6_file(evidence), *steps_7_to_9(evidence)]
    return Verdict(tuple(findings))


def steps_2_to_4(evidence: Evidence) -> Iterator[Finding]:
    """签封成立，密钥那天可用，登记在册，没有作废；签封不成立就到此为止。"""
    seal = evidence.seals[0]
    yield _step_2_seal_holds(seal, evidence.kind)
    if seal.token is not None and seal.key is not None and seal.holds:
        yield _step_10_key(seal.token, seal.key, evidence.publication)
        yield from _step_11_root(evidence.publication)
        yield _step_3_registered(seal.token, evidence.answer)
        yield _step_4_not_voided(seal.token, evidence)


def steps_7_to_9(evidence: Evidence) -> Iterator[Finding]:
    """音像记录，人工填写的，网址的主机。"""
    yield from _step_7_recorded(evidence.answer)
    yield from _step_8_by_hand(evidence)
    yield from _step_9_host(evidence.presented, evidence.answer)


def _step_7_recorded(answer: RegisterAnswer | None) -> Iterator[Finding]:
    """在册的音像记录与送达，各一条。"""
    if answer is None:
        message = "离线验证，没有问登记簿有没有音像记录和送达。"
        yield Finding("VER007", Level.NOT_APPLICABLE, message)
        return
    if not answer.recorded and not answer.delivered:
        message = "登记簿里还没有它的音像记录和送达。"
        yield Finding("VER007", Level.NOT_APPLICABLE, message)
    for told in answer.delivered:
        yield Finding("VER007", Level.PASS, f"登记的送达时间：{told.at:%Y-%m-%d %H:%M}。")
    for one in answer.recorded:
        span = " 至 ".join(f"{m:%Y-%m-%d %H:%M:%S}" for m in (one.started_at, one.ended_at) if m)
        digests = "、".join(digest[:16] for digest in one.digests)
        said = f"登记的音像记录：第 {one.row} 行“{one.item}”，{span or '起止不明'}"
        yield Finding("VER007", Level.PASS, f"{said}，文件摘要 {digests}。")


def _step_1_one_seal(evidence: Evidence) -> Finding:
    presented, seals = evidence.presented, evidence.seals
    if not seals and presented.slots:
        message = "这是音像记录的场记板，不是文书的签封；要验证文书，请交来文书本身。"
        return Finding("VER001", Level.UNKNOWN, message)
    if not seals:
        message = {
            "picture": "图中没有读到文书二维码；请平整、清晰、完整地重拍或重扫。",
            "token": "这不是文书的签封。",
        }.get(presented.kind, "文件里没有读到文书二维码。")
        return Finding("VER001", Level.UNKNOWN, message)
    if len(seals) > 1:
        several = presented.kind == "picture" and all(seal.holds for seal in seals)
        message = f"读到 {len(seals)} 个不同的签封，一份文书只应有一个；请一次只验一份。"
        return Finding("VER001", Level.UNKNOWN if several else Level.FAIL, message)
    return Finding("VER001", Level.PASS, "读到一个签封。")


def slates(evidence: Evidence) -> Iterator[Finding]:
    """没有签封而有场记板的，逐块说是什么。"""
    known = {slate.slot: slate for slate in evidence.slates}
    for slot in evidence.presented.slots if not evidence.seals else ():
        yield Finding("VER001", Level.UNKNOWN, _slate(slot, known.get(slot), evidence.answer))


def _slate(slot: str, slate: SlateAnswer | None, answer: RegisterAnswer | None) -> str:
    if slate is not None:
        edge = "开始（始）" if slate.edge is Edge.START else "结束（终）"
        return f"场记板 {slot}：{slate.named}，清单第 {slate.row} 行“{slate.item}”，{edge}。"
    if answer is None:
        return f"场记板 {slot}：离线不知道属于哪份文书，请问登记簿。"
    return f"场记板 {slot}：登记簿里没有，不是本登记簿的，或者编号不对。"


def _step_2_seal_holds(seal: SealReading, kind: Instrument | None) -> Finding:
    source = "RFC 9052 第 4.4 节"
    if seal.token is None or seal.key is None or not seal.holds:
        return Finding("VER002", Level.FAIL, f"{seal.fault}。", "", source)
    claim = seal.token.claim
    message = (
        f"签封成立：{seal.key.agency}的{named(seal, kind)}，"
        f"文书日期 {claim.issue_date}，标识 {identity_text(claim.identity)}。"
    )
    return Finding("VER002", Level.PASS, message, "", source)


def named(seal: SealReading, kind: Instrument | None) -> str:
    """签封所说的文书：名称与文号；签封不成立的说不出。"""
    if seal.token is None or seal.key is None or not seal.holds:
        return "签封不成立的文书"
    claim = seal.token.claim
    if kind is None:
        return f"种类码 {claim.type_code}"
    number = Number(seal.key.region, kind.number_code, claim.year, claim.sequence)
    return f"《{kind.title}》{number.text}"


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


def _step_4_not_voided(token: Token, evidence: Evidence) -> Finding:
    answer, publication = evidence.answer, evidence.publication
    if answer is None:
        day = "" if publication is None else f" {publication.made_at:%Y-%m-%d} "
        if publication and hashlib.sha256(token.claim.identity).digest() in publication.revoked:
            return Finding("VER004", Level.FAIL, f"这份文书在{day}的清单里已经作废。")
        message = f"清单{day}编制时没有作废；离线不知道以后有没有作废。"
        return Finding("VER004", Level.NOT_APPLICABLE, message)
    entry = answer.entry
    if entry is None:
        return Finding("VER004", Level.UNKNOWN, "登记簿里没有这份文书，不能判定是否作废。")
    if entry.state is State.VOIDED:
        when = entry.voided_at.date() if entry.voided_at else "某日"
        message = f"这份文书已于 {when} 作废，理由：{entry.void_reason}。"
        return Finding("VER004", Level.FAIL, message)
    return Finding("VER004", Level.PASS, "没有作废。")


def _step_10_key(token: Token, key: PublicKey, publication: Publication | None) -> Finding:
    """密钥在文书的那一天可用，没有吊销。"""
    day = token.claim.issue_date
    if fault := key.fault_on(day):
        return Finding("VER010", Level.FAIL, f"{fault}。")
    message = f"签封的密钥 {key.kid.hex()} 可签 {day} 的文书。"
    if key.revoked_from is not None and publication is not None:
        message += (
            f"但是它自 {key.revoked_from} 起已吊销（{key.revoked_reason}），"
            "倒填日期的伪造离线看不出，请向登记簿核对。"
        )
    return Finding("VER010", Level.PASS, message)


def _step_11_root(publication: Publication | None) -> Iterator[Finding]:
    """清单由认识的根密钥签名；谁都能自己做一份清单。"""
    if publication is None:
        return
    mark = fingerprint(publication.root)
    if publication.root_known:
        yield Finding("VER011", Level.PASS, f"公开密钥清单由指纹 {mark} 的根密钥签名。")
        return
    message = (
        f"公开密钥清单的根密钥没有核对，它的指纹是 {mark}；与执法机关公布的一致的，"
        "加 --root 写上它再验一次，不一致的不要用这份清单。"
    )
    yield Finding("VER011", Level.UNKNOWN, message)


def step_5_words(evidence: Evidence) -> Finding:
    """文字与签发时逐字相同；只有几页的，说缺哪几页。"""
    token = evidence.seals[0].token
    assert token is not None
    return Finding("VER005", *_words(evidence, token))


def _words(evidence: Evidence, token: Token) -> tuple[Level, str]:
    presented, embedded, content = evidence.presented, evidence.embedded, evidence.content
    if presented.kind == "token":
        message = "只交来了签封，没有文书可比；请与纸面逐项核对。"
        return Level.NOT_APPLICABLE, message
    if presented.kind == "picture":
        message = "图片上的文字没有比对，是否被改动不能判定；请与登记的原文逐句核对，或者交来 PDF。"
        return Level.UNKNOWN, message
    digest = token.claim.content_digest
    if embedded is not None and embedded.digest != digest:
        return Level.FAIL, "内嵌的规范内容不是签封所签的那一份。"
    if presented.oddities:
        seen = "、".join(presented.oddities[:5])
        return Level.FAIL, f"版面上有签发时没有的东西，所见未必是所签：{seen}。"
    if content is None:
        message = "离线时没有可比的原文，文字是否被改动不能判定；"
        return Level.UNKNOWN, message + "请与登记簿核对，或者交来签发时的单份 PDF。"
    if content.digest != digest:
        return Level.FAIL, "登记的规范内容不是签封所签的那一份。"
    mismatch = _mismatch(presented, content, token)
    if mismatch is None:
        where = "正文" if presented.kind == "docx" else ""
        return Level.PASS, f"{where}文字与签发时逐字相同。"
    identity = identity_text(token.claim.identity)
    missing = missing_pages(content.words, presented.pages, identity)
    if missing is None:
        return Level.FAIL, f"文字与签发时不同，{mismatch}。"
    told = "、".join(str(number) for number in missing)
    message = f"不完整：缺第 {told} 页；在场的 {len(presented.pages)} 页文字与签发时相同。"
    return Level.UNKNOWN, message + "请交来全部各页。"


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
    content, kind = evidence.content, evidence.kind
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
