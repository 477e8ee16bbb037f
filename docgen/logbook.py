"""流水：登记簿的每件事一片叶子；对照检查点，改一处、删一条、换次序、截尾都看得出。纯函数。

Source: RFC 6962 section 2.1; C2SP tlog-checkpoint. Steps are numbered as the findings' codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import rfc8785

from docgen.ledger import Holdings, disagreements
from docgen.merkle import inclusion_path, leaf_hash, tree_root, verify_inclusion
from docgen.model.log import Checkpoint, Proof, SignedCheckpoint
from docgen.model.register import Event
from docgen.model.verdict import Finding, Level, Verdict


def leaf_data(event: Event) -> bytes:
    """一条流水作为叶子的字节（RFC 8785）。"""
    row = {"at": event.at.isoformat(), "body": event.body, "kind": event.kind}
    return rfc8785.dumps({**row, "sequence": event.sequence})


def leaves_of(events: Sequence[Event]) -> tuple[bytes, ...]:
    """各条流水的叶子散列，按先后。"""
    return tuple(leaf_hash(leaf_data(event)) for event in events)


def checkpoint_of(events: Sequence[Event]) -> Checkpoint:
    """现在整个日志的检查点；名字取自第一条流水。events: at least one."""
    leaves = leaves_of(events)
    return Checkpoint(origin_of(leaves[0]), len(leaves), tree_root(leaves))


def prove(events: Sequence[Event], index: int) -> Proof:
    """第 index 条（从 0 数）在现在的日志里的证明。"""
    leaves = leaves_of(events)
    return Proof(leaf_data(events[index]), index, inclusion_path(leaves, index))


def proof_holds(proof: Proof, checkpoint: Checkpoint) -> bool:
    """这条流水确实在检查点的日志里。"""
    leaf = leaf_hash(proof.leaf)
    return verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)


def audit(events: Sequence[Event], holdings: Holdings, signed: SignedCheckpoint | None) -> Verdict:
    """逐步核对。

    1 the numbers of the events follow each other · 2 the register says what the events say ·
    3 the log is that of the checkpoint, and not shorter · 4 it begins as the checkpoint says.
    """
    findings = [_step_1_numbers(events), *_step_2_register(events, holdings)]
    if signed is None:
        message = "没有给检查点：只核对了登记簿自身，整个换过看不出；请用 --checkpoint。"
        findings.append(Finding("LOG003", Level.NOT_APPLICABLE, message))
    else:
        findings += _steps_3_and_4(events, signed.checkpoint)
    return Verdict(tuple(findings))


def origin_of(first: bytes) -> str:
    """日志的名字，取自第一片叶子。"""
    return f"docgen-register/{hashlib.sha256(first).hexdigest()[:16]}"


def _step_1_numbers(events: Sequence[Event]) -> Finding:
    for expected, event in enumerate(events, 1):
        if event.sequence != expected:
            message = f"流水应有第 {expected} 条，接着的却是第 {event.sequence} 条，中间缺了。"
            return Finding("LOG001", Level.FAIL, message, f"event {event.sequence}")
    if not events:
        return Finding("LOG001", Level.UNKNOWN, "登记簿里还没有流水。")
    return Finding("LOG001", Level.PASS, f"流水 {len(events)} 条，序号相接。")


def _step_2_register(events: Sequence[Event], holdings: Holdings) -> Iterator[Finding]:
    faults = [*disagreements(events, holdings)]
    for message, where in faults:
        yield Finding("LOG002", Level.FAIL, message, where)
    if not faults:
        archived = f"、{len(holdings.footages)} 个录像" if holdings.footages else ""
        message = f"登记簿的 {len(holdings.entries)} 份文书{archived}与流水相符。"
        yield Finding("LOG002", Level.PASS, message)


def _steps_3_and_4(events: Sequence[Event], kept: Checkpoint) -> Iterator[Finding]:
    leaves = leaves_of(events)
    if not leaves or (origin_of(leaves[0]) != kept.origin and len(leaves) >= kept.size):
        message = "检查点是另一个登记簿的，或者第一条流水被换过。"
        yield Finding("LOG003", Level.FAIL, message)
        return
    if len(leaves) < kept.size:
        message = f"检查点时有 {kept.size} 条，现在只有 {len(leaves)} 条：末尾被截去。"
        yield Finding("LOG003", Level.FAIL, message)
        return
    yield Finding("LOG003", Level.PASS, f"检查点时 {kept.size} 条，现在 {len(leaves)} 条。")
    if tree_root(leaves[: kept.size]) == kept.root:
        message = f"前 {kept.size} 条与检查点相同，没有改动、删去或者换过次序。"
        yield Finding("LOG004", Level.PASS, message)
    else:
        message = f"前 {kept.size} 条与检查点不同：有改动、删去或者换过次序的。"
        yield Finding("LOG004", Level.FAIL, message)
