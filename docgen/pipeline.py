"""流水线：从案件文件到成文，再到验证；各阶段按顺序，读起来就是目录。

load -> bring -> fill -> proofread -> check -> seal (reserve, sign) -> print (prove) -> issue
                                               ... -> print -> sheet -> pack -> issue
verify
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from docgen.bring import bring
from docgen.catalogue import Catalogue
from docgen.check import check
from docgen.errors import InputInvalid
from docgen.fill import located
from docgen.inquiry import Authorities, bundle_evidence_of, evidence_of, parts_of_file
from docgen.model.case import Case
from docgen.model.document import Presented, Printed
from docgen.model.draft import Draft
from docgen.model.key import KeyList
from docgen.model.pack import Order, Pack
from docgen.model.register import Acceptance
from docgen.model.rule import Situation
from docgen.model.verdict import Verdict
from docgen.pack import case_of, pack, parts_of
from docgen.read.case import read_case
from docgen.render.press import Press
from docgen.rules import rules_of
from docgen.seal.draft import needed
from docgen.seal.file import seal_pack
from docgen.source import read_source
from docgen.store.files import prepare_folder, read_if_there, stage_files
from docgen.store.issue import facts_of, issue_of, staged
from docgen.store.register import Register
from docgen.verify.bundle import verify_bundle
from docgen.verify.evidence import Verification
from docgen.verify.steps import verify_alone
from docgen.workshop import (
    Workshop,
    demand_delivered,
    pack_signer,
    print_case,
    print_cover,
    print_drafts,
    print_sheets,
    seal_case,
)


def load_case(path: Path, catalogue: Catalogue) -> Case:
    """读案件文件，加上各次送达带来的回执。Raises InputInvalid naming file, path and line."""
    return bring(read_case(read_source(path), catalogue.instruments), catalogue.instruments)


def proofread(case: Case, drafts: Mapping[str, Draft], press: Press) -> None:
    """每份文书将印出的字都有字形（invariant 2）。Raises InputInvalid."""
    for request in case.instruments:
        draft = drafts[request.key]
        try:
            press.demand_glyphs(draft, press.words(draft), request.place)
        except InputInvalid as error:
            raise located(error, case) from error


def check_case(situation: Situation) -> Verdict:
    """核查案件的音像记录与时限，照所用的清单逐条规则。"""
    return check(situation, rules_of(situation.checklist))


def generate(
    case: Case,
    drafts: Mapping[str, Draft],
    folder: Path,
    accepted: Sequence[Acceptance],
    workshop: Workshop,
) -> tuple[Printed, ...]:
    """编号、签封、印出一个案件，写到 folder；文件到位与登记一同生效。"""
    printed = print_case(seal_case(drafts, workshop), workshop)
    issues = [issue_of(item, accepted) for item in printed]
    with (
        staged(printed, folder, workshop.press.fonts.digest) as put,
        workshop.register.issuing(issues, workshop.now, facts_of(case)),
    ):
        put()
    return printed


def generate_drafts(drafts: Mapping[str, Draft], folder: Path, press: Press) -> tuple[Printed, ...]:
    """印出草稿，写到 folder；登记簿里什么也不留。"""
    printed = print_drafts(drafts, press)
    with staged(printed, folder, press.fonts.digest) as put:
        put()
    return printed


def pack_case(
    case: Case,
    drafts: Mapping[str, Draft],
    order: Order,
    accepted: Sequence[Acceptance],
    catalogue: Catalogue,
    workshop: Workshop,
) -> Pack:
    """编号、签封、印出，合成一个打印文件，写到 order.path；没有签发过的同时签发。"""
    prepare_folder(order.path.parent)
    _refuse_foreign(order.path, case)
    keys = order.only or tuple(drafts)
    demand_delivered(drafts, keys, workshop)
    sealed = seal_case(needed(drafts, keys), workshop)
    printed = print_case([item for item in sealed if item.draft.key in keys], workshop)
    sheets = print_sheets(case, drafts, sealed, keys, catalogue, workshop)
    parts = parts_of(printed, sheets, order.copies)
    bare = pack(case, parts, lambda cover: print_cover(cover, workshop.press), duplex=order.duplex)
    made = seal_pack(bare, pack_signer(case, workshop).sign)
    issues = [issue_of(item, accepted) for item in printed]
    with (
        stage_files(order.path.parent, {order.path.name: made.data}) as put,
        workshop.register.issuing(issues, workshop.now, facts_of(case)),
    ):
        put()
    return made


def _refuse_foreign(path: Path, case: Case) -> None:
    """不覆盖不是本案打印文件的文件。Raises InputInvalid."""
    there = read_if_there(path)
    if there is not None and case_of(there) != case.case_number:
        raise InputInvalid(
            f"{path} 已经有了，而且不是本案的打印文件，没有覆盖。", advice="请换一个文件名。"
        )


def verify_presented(
    presented: Presented, keys: KeyList, catalogue: Catalogue, register: Register | None
) -> Verification:
    """验证交来的东西；register 为 None 即离线验证。"""
    asked = Authorities(keys, catalogue, register)
    parts = parts_of_file(presented, keys)
    if parts.bundled:
        return verify_bundle(bundle_evidence_of(presented, parts, asked))
    return verify_alone(evidence_of(presented, asked))
