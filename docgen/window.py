"""窗口：对外回答查验的人；登记簿、密钥与日志合在一处，只给准许公开的。"""

from __future__ import annotations

import base64
import binascii
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Lock

from docgen.catalogue import Catalogue
from docgen.disclose import disclose, is_whole, knows_party, public_steps, words_of
from docgen.errors import EnvironmentLacking
from docgen.inquiry import Authorities, bundle_evidence_of, evidence_of, parts_of_file
from docgen.keyring import Keyring
from docgen.logbook import leaves_of, origin_of
from docgen.merkle import Tree
from docgen.model.claim import IDENTITY_BYTES, identity_text
from docgen.model.disclosure import Answer, Disclosure
from docgen.model.document import Presented
from docgen.model.log import Checkpoint
from docgen.model.register import Entry, Event, State
from docgen.model.verdict import Finding, Level, Verdict
from docgen.read.presented import read_text_input
from docgen.seal.checkpoint import write_checkpoint
from docgen.store.register import Register
from docgen.verify.bundle import verify_bundle
from docgen.verify.evidence import Evidence, RegisterAnswer, Share, Verification
from docgen.verify.split import Parts
from docgen.verify.steps import verify_alone

_SEAL = "签封是真的，登记在册，没有作废"
_HEADLINES = {
    Level.PASS: "是真的文书，没有发现改动",
    Level.FAIL: "不是真的，或者已被改动",
    Level.UNKNOWN: "不能判定，不要当作真的",
}
_VOID = "已经作废，不再有效"
_REVOKED = "签封的密钥不可信，不要当作真的"
_COMPARE = "纸面上的文字没有核对。请逐项对照下面各项；对不上的不要当作真的，向执法机关核实。"

_MISTYPED = str.maketrans("018", "OIB")  # base32 has none of these figures


@dataclass(frozen=True)
class LogProof:
    """一片叶子在检查点的日志里：叶子的散列、位置、证明，与签了名的检查点。

    The leaf itself stays inside: it names people.
    """

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    checkpoint: str


class LogView:
    """日志的副本：只读新的流水，随时给出根与证明。"""

    def __init__(self, register: Register) -> None:
        self._register, self._tree, self._lock = register, Tree(), Lock()
        self.origin = ""
        self.places: dict[tuple[str, str], int] = {}

    def refresh(self) -> int:
        """读新的流水，给出总数。"""
        with self._lock:
            fresh = self._register.events(self._tree.size)
            for event, leaf in zip(fresh, leaves_of(fresh), strict=True):
                if not self._tree.size:
                    self.origin = origin_of(leaf)
                self._note(event)
                self._tree.append(leaf)
            return self._tree.size

    def root(self, size: int) -> bytes:
        """前 size 条的根。"""
        return self._tree.root(size)

    def proof(self, index: int, size: int) -> tuple[bytes, tuple[bytes, ...]]:
        """叶子的散列与证明。Raises ValueError when there is none."""
        path = self._tree.path(index, size)
        return self._tree.leaf(index), path

    def _note(self, event: Event) -> None:
        subject = {"issued": "identity", "bound": "link", "delivered": "delivery"}.get(event.kind)
        if subject is not None:
            self.places[event.kind, str(json.loads(event.body)[subject])] = self._tree.size


class Window:
    """对外的窗口。keyring: at the present moment."""

    def __init__(
        self,
        register: Register,
        catalogue: Catalogue,
        keyring: Callable[[], Keyring],
    ) -> None:
        self._register, self._catalogue = register, catalogue
        self._keyring = keyring
        self._log = LogView(register)
        self._published: tuple[int, str] | None = None
        self._signed: tuple[int, str] | None = None
        self._lock = Lock()

    def of_text(self, text: str) -> Answer | None:
        """签封的网址或文字；都不是则 None。"""
        presented = read_text_input(text)
        return None if presented is None else self.of_presented(presented)

    def of_identity(self, typed: str) -> Answer | None:
        """手写的文书标识；不知道的一律 None，不说是写错了还是没有。"""
        entry = self._issued(typed)
        if entry is None or entry.token is None:
            return None
        token = base64.b32encode(entry.token).decode("ascii").rstrip("=")
        answer = self.of_presented(Presented("token", (token,)))
        return replace(answer, asked="identity")

    def of_presented(self, presented: Presented) -> Answer:
        """读出的东西 → 回答。"""
        asked = Authorities(self._register.keybook.keys(), self._catalogue, self._register)
        parts = parts_of_file(presented, asked.keys)
        if parts.bundled:
            return self._bundle(presented, parts, asked)
        evidence = evidence_of(presented, asked)
        return self._alone(evidence, verify_alone(evidence))

    def revealed(self, answer: Answer, name: str) -> Answer | None:
        """写出当事人全名的，看登记的原文；写错了 None。"""
        entry = self._issued(answer.identity)
        kind = self._catalogue.instruments.get(entry.type) if entry else None
        if answer.disclosure is None or entry is None or kind is None:
            return None
        if not knows_party(name, entry, kind):
            return None
        told = replace(answer.disclosure, words=words_of(entry))
        return replace(answer, disclosure=told)

    def key_list(self) -> str:
        """根密钥签名的公开密钥清单，登记簿有变才重签。Raises EnvironmentLacking."""
        with self._lock:
            size = self._log.refresh()
            if self._published is None or self._published[0] != size:
                self._published = size, self._keyring().published_list()
            return self._published[1]

    def checkpoint(self) -> str:
        """签了名的检查点。Raises EnvironmentLacking."""
        with self._lock:
            return self._checkpoint()[1]

    def proof(self, index: int) -> LogProof | None:
        """第 index 条（从 0 数）的证明；没有这一条则 None。"""
        with self._lock:
            size, note = self._checkpoint()
            if not 0 <= index < size:
                return None
            leaf, path = self._log.proof(index, size)
        return LogProof(leaf, index, size, path, note)

    def _checkpoint(self) -> tuple[int, str]:
        size = self._log.refresh()
        if size == 0:
            raise EnvironmentLacking("登记簿里还没有流水。", advice="签发文书以后才有。")
        if self._signed is None or self._signed[0] != size:
            checkpoint = Checkpoint(self._log.origin, size, self._log.root(size))
            self._signed = size, write_checkpoint(checkpoint, self._keyring().standing())
        return self._signed

    def _issued(self, typed: str) -> Entry | None:
        plain = unicodedata.normalize("NFKC", typed).upper().translate(_MISTYPED)
        text = "".join(plain.split()).replace("-", "")
        try:
            identity = base64.b32decode(text)
        except (binascii.Error, ValueError):
            return None
        entry = self._register.find(identity) if len(identity) == IDENTITY_BYTES else None
        return entry if entry is not None and entry.content is not None else None

    def _alone(self, evidence: Evidence, found: Verification) -> Answer:
        whole = is_whole(evidence.presented.pages)
        answer = _answer(found, public_steps(found.verdict.findings, whole=whole))
        entry, kind = evidence.answer.entry if evidence.answer else None, evidence.kind
        token = found.seal.token if found.seal else None
        if token is None:
            return answer
        answer = replace(answer, identity=identity_text(token.claim.identity))
        known = entry is not None and entry.content is not None and entry.token == token.raw
        if not known or entry is None or kind is None or evidence.answer is None:
            return answer
        steps = (*answer.steps, *self._superseded(entry))
        told = self._disclosure(entry, kind.id, evidence.answer)
        return replace(answer, steps=steps, disclosure=told)

    def _superseded(self, entry: Entry) -> Iterator[Finding]:
        """作废以后又签发了一份的，说出来；不说文号，那是另一份文书。"""
        current = self._register.current(entry.slot)
        if entry.state is not State.VOIDED or current is None:
            return
        if current.identity != entry.identity and current.state is State.ISSUED:
            message = "作废以后另行签发了一份新的；请以新的为准。"
            yield Finding("VER004", Level.NOT_APPLICABLE, message)

    def _disclosure(self, entry: Entry, kind: str, told: RegisterAnswer) -> Disclosure:
        self._log.refresh()
        return disclose(entry, self._catalogue.instruments[kind], told, self._log.places)

    def _bundle(self, presented: Presented, parts: Parts, asked: Authorities) -> Answer:
        bundle = bundle_evidence_of(presented, parts, asked)
        found = verify_bundle(bundle)
        theirs = {f for share in found.shares for f in share.verdict.findings}
        own = [f for f in found.verdict.findings if f not in theirs]
        shares = tuple(
            self._share(presented, evidence, share, found)
            for evidence, share in zip(bundle.of_each, found.shares, strict=True)
        )
        answer = _answer(found, public_steps(own, whole=True))
        levels = {answer.level, *(share.level for share in shares)}
        worst = next((one for one in (Level.FAIL, Level.UNKNOWN) if one in levels), Level.PASS)
        return replace(answer, level=worst, headline=_HEADLINES[worst], shares=shares)

    def _share(
        self, presented: Presented, evidence: Evidence, share: Share, found: Verification
    ) -> Answer:
        copies = [[presented.pages[number - 1] for number in copy] for copy in share.copies]
        whole = all(is_whole(pages) for pages in copies)
        steps = public_steps([replace(f, where="") for f in share.verdict.findings], whole=whole)
        told = self._alone(evidence, replace(found, verdict=share.verdict, seal=share.seal))
        level = Verdict(steps).bottom_line
        name = f"{share.named}，{len(share.copies)} 份"
        return replace(told, level=level, steps=steps, headline=name, caution="")

    def slate(self, slot: str) -> Finding | None:
        """场记板是什么；不是本登记簿的则 None。"""
        presented = read_text_input(f"https://docgen/r/{slot}")
        if presented is None:
            return None
        asked = Authorities(self._register.keybook.keys(), self._catalogue, self._register)
        found = evidence_of(presented, asked).slates
        if not found:
            return None
        one = found[0]
        edge = "开始" if one.edge.value == "start" else "结束"
        message = f"音像记录的场记板：{one.named}，清单第 {one.row} 行“{one.item}”的{edge}。"
        return Finding("SLATE", Level.UNKNOWN, message)


def _answer(found: Verification, steps: tuple[Finding, ...]) -> Answer:
    level = Verdict(steps).bottom_line
    failed = {f.code for f in steps if f.level is Level.FAIL}
    headline, caution = _HEADLINES[level], ""
    paper = found.kind in ("token", "picture") and found.seal is not None
    if failed == {"VER004"}:
        headline = _VOID
    elif failed == {"VER010"}:
        headline = _REVOKED
    elif found.kind == "slate":
        headline = "这是场记板，不是文书"
    elif paper and not failed and (level is Level.PASS or found.kind == "picture"):
        headline, caution = f"{_SEAL}；纸面还没有核对", _COMPARE
    return Answer(level, headline, caution, found.kind, steps)
