"""验几份合在一起的 PDF：各份文书逐份、逐页验，封面与记录单只说是什么。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.model.verdict import Finding, Level, Verdict
from docgen.verify.evidence import Evidence, Share, Verification
from docgen.verify.split import Parts, taken
from docgen.verify.steps import (
    named,
    slates,
    step_5_words,
    steps_2_to_4,
    steps_7_to_9,
)


@dataclass(frozen=True)
class BundleEvidence:
    """验证合在一起的文件所凭的。

    whole: the file; of_each: for each token of the parts, what its document is judged by;
    pack_sealed: whether the file seal of a print job holds.
    """

    whole: Evidence
    parts: Parts
    of_each: tuple[Evidence, ...]
    pack_sealed: bool


_UNSEALED = Finding(
    "VER006",
    Level.UNKNOWN,
    "它所在的文件不是做成时的样子，纸面上另外画了什么看不出，不能判定；请交来签发时的单份 PDF。",
)


def verify_bundle(bundle: BundleEvidence) -> Verification:
    """逐份验证。文件的认定在前：1 有哪些部分 · 5 文件里没有别的 · 6 就是做成的那个文件。"""
    shares = tuple(
        _share(evidence, copies, bundle.pack_sealed)
        for evidence, copies in zip(bundle.of_each, bundle.parts.copies.values(), strict=True)
    )
    findings = [*_step_1_parts(bundle), *_step_5_nothing_else(bundle)]
    findings += [finding for share in shares for finding in share.verdict.findings]
    if shares:
        findings.append(_step_6_file(bundle))
    registered = bundle.whole.answer is not None
    return Verification(Verdict(tuple(findings)), "bundle", None, None, registered, shares)


def _share(evidence: Evidence, copies: tuple[tuple[int, ...], ...], pack_sealed: bool) -> Share:
    seal = evidence.seals[0]
    name = named(seal, evidence.kind)
    findings = list(steps_2_to_4(evidence))
    if findings[0].level is Level.PASS:
        findings += [
            *_step_5_copies(evidence, copies),
            *steps_7_to_9(_only(evidence, sum(copies, ()))),
        ]
        if not pack_sealed:
            findings.append(_UNSEALED)
    placed = (replace(f, where=f"{name}，{f.where}" if f.where else name) for f in findings)
    held = seal if seal.holds else None
    stored = evidence.answer.content if evidence.answer else None
    return Share(name, copies, Verdict(tuple(placed)), held, stored or evidence.embedded)


def _step_5_copies(evidence: Evidence, copies: tuple[tuple[int, ...], ...]) -> Iterator[Finding]:
    told: dict[Finding, list[str]] = {}
    for numbers in copies:
        told.setdefault(step_5_words(_only(evidence, numbers)), []).append(pages_text(numbers))
    for finding, where in told.items():
        yield replace(finding, where="，".join(where))


def _only(evidence: Evidence, numbers: tuple[int, ...]) -> Evidence:
    (token,) = evidence.presented.tokens
    return replace(evidence, presented=taken(evidence.presented, token, numbers))


def _step_1_parts(bundle: BundleEvidence) -> Iterator[Finding]:
    parts = bundle.parts
    count = sum(len(copies) for copies in parts.copies.values())
    if count:
        message = f"几份合在一起的文件，逐份验证：{len(parts.copies)} 件文书，共 {count} 份。"
        yield Finding("VER001", Level.PASS, message)
    else:
        message = "这不是文书，里面没有文书的签封；要验证文书，请交来文书本身。"
        yield Finding("VER001", Level.UNKNOWN, message)
        yield from slates(bundle.whole)
    for pages, what in (
        (parts.covers, "打印文件的封面，不是文书"),
        (parts.sheets, "音像记录单，不是文书"),
    ):
        if pages:
            message = f"{pages_text(pages)}是{what}，没有签封，写的什么没有比对。"
            yield Finding("VER001", Level.NOT_APPLICABLE, message)
    if parts.blanks:
        yield Finding("VER001", Level.NOT_APPLICABLE, f"{pages_text(parts.blanks)}空白。")
    if parts.unread:
        message = f"{pages_text(parts.unread)}没有文字可读，不知是什么，不能判定；请另行验证。"
        yield Finding("VER001", Level.UNKNOWN, message)


def _step_5_nothing_else(bundle: BundleEvidence) -> Iterator[Finding]:
    if bundle.parts.foreign:
        where = pages_text(bundle.parts.foreign)
        message = f"{where}不属于任何一份文书，也不是封面或音像记录单，是另外加进来的。"
        yield Finding("VER005", Level.FAIL, message)
    if bundle.whole.presented.file_oddities:
        seen = "、".join(bundle.whole.presented.file_oddities[:5])
        message = f"文件里有做成时没有的东西，所见未必是所签：{seen}。"
        yield Finding("VER005", Level.FAIL, message)


def _step_6_file(bundle: BundleEvidence) -> Finding:
    if bundle.pack_sealed:
        message = "文件签封成立：就是做成时的那个打印文件，一个字节也没有变。"
        return Finding("VER006", Level.PASS, message)
    message = (
        "不是做成时的那个打印文件（拆过、合过、另存或者修改过），看到的未必是签发的样子，"
        "不能判定；请交来原来的打印文件，或者签发时的单份 PDF。"
    )
    return Finding("VER006", Level.UNKNOWN, message)


def pages_text(numbers: Sequence[int]) -> str:
    """页码，说给人听：第 3—5、9 面。"""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = (str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)
    return f"第 {'、'.join(told)} 面"
