"""log：登记簿的流水、检查点与证明。"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from docgen.cli.shared.help import group, json_option
from docgen.cli.shared.show import show_json, show_verdict, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.errors import EnvironmentLacking, InputInvalid, UsageWrong, why
from docgen.ledger import Holdings
from docgen.logbook import audit, checkpoint_of, proof_holds, prove
from docgen.model.key import KeyList
from docgen.model.log import SignedCheckpoint
from docgen.model.number import parse_number
from docgen.model.register import Event
from docgen.model.verdict import Finding, Level, Verdict
from docgen.seal.checkpoint import read_checkpoint, write_checkpoint
from docgen.seal.key_list import read_key_list
from docgen.seal.proof import read_proof, write_proof
from docgen.store.files import write_file
from docgen.store.register import Register

FILE = click.Path(dir_okay=False, path_type=Path)


@group("log")
def log() -> None:
    """登记簿的流水：每件事一条，只增不改；检查点放到别处，改过就看得出。"""


@log.command("list")
@json_option
def list_events(as_json: bool) -> None:
    """列出全部流水。"""
    events = Tools().existing_register.events()
    if as_json:
        show_json({"events": [{**vars(e), "at": e.at.isoformat()} for e in events]})
        return
    for event in events:
        click.echo(f"{event.sequence}  {event.at:%Y-%m-%d %H:%M:%S}  {event.kind}  {event.body}")


@log.command("checkpoint")
@click.option("-o", "--output", metavar="文件", type=FILE, help="写到文件；不写则到标准输出。")
def checkpoint(output: Path | None) -> None:
    """写出签了名的检查点。请放到别人保管的地方，如上级机关、光盘。

    例：docgen log checkpoint -o 检查点.txt
    """
    tools = Tools()
    text = _signed_now(tools, tools.existing_register.events())
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text.encode("utf-8"))
        click.echo(f"已写入 {output}", err=True)


@log.command("prove")
@click.argument("what", metavar="文号或流水号")
@click.option("-o", "--output", metavar="文件", type=FILE, help="写到文件；不写则到标准输出。")
def prove_event(what: str, output: Path | None) -> None:
    """证明一条流水（文号即它最后一次签发）在日志里；别人凭公钥清单就能验。

    例：docgen log prove （鲁）应急责改〔2026〕1号 -o 证明.json
    """
    tools = Tools()
    events = tools.existing_register.events()
    text = write_proof(prove(events, _index(events, what)), _signed_now(tools, events))
    if output is None:
        click.echo(text)
    else:
        write_file(output, (text + "\n").encode("utf-8"))
        click.echo(f"已写入 {output}", err=True)


@log.command("verify")
@click.option("--checkpoint", "kept", metavar="文件", type=FILE, help="别处保存的检查点。")
@click.option("--proof", metavar="文件", type=FILE, help="只验一份证明，不问登记簿。")
@click.option("--keys", "keys_file", metavar="文件", type=FILE, help="公开密钥清单，验证明时用。")
@json_option
def verify(kept: Path | None, proof: Path | None, keys_file: Path | None, as_json: bool) -> int:
    """核对流水：序号相接，与登记簿相符，与检查点相同。

    例：docgen log verify --checkpoint 检查点.txt
    """
    if proof is not None and kept is not None:
        raise UsageWrong("--proof 与 --checkpoint 不同用。", advice="证明里已有它的检查点。")
    tools = Tools()
    keys = _keys(tools, keys_file)
    if proof is not None:
        verdict = _proof_verdict(proof, keys)
    else:
        register = tools.existing_register
        signed = None if kept is None else read_checkpoint(_text(kept), keys, str(kept))
        verdict = audit(register.events(), _holdings(register), signed)
    if as_json:
        show_json(verdict_json(verdict))
    else:
        show_verdict(verdict, everything=True)
    return 0 if verdict.bottom_line is Level.PASS else 1


def _holdings(register: Register) -> Holdings:
    archive = register.archive
    filed = archive.footages(), archive.links(), archive.handovers()
    book = register.keybook
    return Holdings(
        register.entries(),
        *filed,
        archive.kept_cases(),
        archive.all_slates(),
        book.keys().keys,
        book.root(),
        archive.misfiled(),
    )


def _proof_verdict(path: Path, keys: KeyList) -> Verdict:
    proof, note = read_proof(_text(path), str(path))
    signed: SignedCheckpoint = read_checkpoint(note, keys, str(path))
    if not proof_holds(proof, signed.checkpoint):
        message = "证明不成立：这条流水不在检查点的日志里，或者被改过。"
        return Verdict((Finding("LOG005", Level.FAIL, message),))
    told = json.loads(proof.leaf)
    message = f"证明成立：第 {proof.index + 1} 条（{told['kind']}，{told['at']}）：{told['body']}"
    return Verdict((Finding("LOG005", Level.PASS, message),))


def _signed_now(tools: Tools, events: Sequence[Event]) -> str:
    if not events:
        raise InputInvalid("登记簿里还没有流水。", advice="签发文书以后再写检查点。")
    signers = tools.keyring.standing()
    if not signers:
        raise EnvironmentLacking("还没有签名密钥。", advice="第一次 docgen generate 会生成它。")
    return write_checkpoint(checkpoint_of(events), signers)


def _index(events: Sequence[Event], what: str) -> int:
    if what.isdecimal() and 1 <= int(what) <= len(events):
        return int(what) - 1
    number = parse_number(what)
    for event in reversed(events):
        if number and event.kind == "issued" and json.loads(event.body)["number"] == number.text:
            return event.sequence - 1
    raise InputInvalid(
        f"流水里没有“{what}”。", advice=f"请给出签发过的文号，或者 1 至 {len(events)} 的流水号。"
    )


def _keys(tools: Tools, path: Path | None) -> KeyList:
    return read_key_list(_text(path), str(path)) if path else tools.existing_register.keybook.keys()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputInvalid(f"读不了 {path}：{why(error)}。", advice="请核对路径。") from None
    except UnicodeDecodeError:
        raise InputInvalid(f"{path} 不是文字文件。", advice="请核对路径。") from None
