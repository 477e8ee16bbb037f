"""keys：签名密钥，与公布出去的清单。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from docgen.cli.shared.help import group, json_option
from docgen.cli.shared.numbers import agency_name
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS
from docgen.errors import UsageWrong
from docgen.model.key import Algorithm, PublicKey, fingerprint
from docgen.seal.token import kid_in
from docgen.store.files import write_file

_ALGORITHM = click.option(
    "--algorithm",
    type=click.Choice([a.value for a in Algorithm]),
    default=Algorithm.EDDSA.value,
    show_default=True,
    help="签名算法：EdDSA（Ed25519），或者 SM2（国密，与 SM3 同用）。",
)
_DAY = click.DateTime(["%Y-%m-%d"])


@group("keys")
def keys() -> None:
    """签名密钥：每个机关自己的，第一次签发时自动生成；轮换、吊销与公布。"""


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """列出各机关的密钥。"""
    tools = Tools()
    found = tools.existing_register.keybook.keys().keys
    here = {key.kid: tools.keyring.is_here(key) for key in found}
    if as_json:
        show_json({"keys": [{**_told(key), "private_here": here[key.kid]} for key in found]})
        return
    for key in found:
        state = "私钥在本机" if here[key.kid] else "私钥不在本机"
        click.echo(
            f"{key.kid.hex()}  {key.agency}（{key.region}）  {key.algorithm.label}  "
            f"{_window(key)}  {state}"
        )


@keys.command("new")
@click.argument("agency", metavar="机关名称")
@click.argument("region", metavar="代字")
@_ALGORITHM
def new(agency: str, region: str, algorithm: str) -> None:
    """给还没有签发过的机关立第一把密钥。

    例：docgen keys new 示例省应急管理厅 鲁 --algorithm SM2
    """
    made = Tools().keyring.found(agency_name(agency), region, Algorithm(algorithm))
    click.echo(f"立了密钥 {made.kid.hex()}：{agency}（{region}），{made.algorithm.label}")


@keys.command("rotate")
@click.argument("agency", metavar="机关名称")
@click.option("--from", "first", metavar="年-月-日", type=_DAY, help="自哪天的文书起用；默认今天。")
@_ALGORITHM
def rotate(agency: str, first: datetime | None, algorithm: str) -> None:
    """换一把密钥：新的签那天起的文书，原来的只签更早的；旧文书照样验得过。

    例：docgen keys rotate 示例省应急管理厅 --from 2027-01-01
    """
    tools = Tools()
    tools.demand_register()
    day = first.date() if first else tools.today
    made = tools.keyring.rotate(agency_name(agency), day, Algorithm(algorithm))
    click.echo(f"换成密钥 {made.kid.hex()}，自 {day} 的文书起用；请备份，并重新公布清单。")


@keys.command("revoke")
@click.argument("kid", metavar="密钥")
@click.option(
    "--from", "first", metavar="年-月-日", type=_DAY, required=True, help="自哪天的文书起不可信。"
)
@click.option(
    "--reason", metavar="理由", type=WORDS, required=True, help="为什么，如：密钥文件泄露。"
)
def revoke(kid: str, first: datetime, reason: str) -> None:
    """吊销一把密钥：自那天起的文书不再验得过，更早的照旧。不能撤回。

    一份文书的吊销是 docgen register void；两者都要重新公布清单，离线的人才知道。

    例：docgen keys revoke 0123456789abcdef --from 2026-11-01 --reason 密钥文件泄露
    """
    tools = Tools()
    if first.date() > tools.today:
        raise UsageWrong(
            f"--from {first.date()} 还没有到。", advice="以后才换的用 docgen keys rotate。"
        )
    book = tools.existing_register.keybook
    broken = book.sealed_since(_kid(kid), first.date(), kid_in)
    gone = book.revoke(_kid(kid), first.date(), reason, tools.now)
    click.echo(
        f"吊销了密钥 {kid}：{gone.agency}自 {gone.revoked_from} 起由它签封的文书不再可信。\n"
        f"{_broken(broken)}"
        f"请接着换一把：docgen keys rotate {gone.agency} --from {gone.revoked_from}\n"
        "并重新公布清单：docgen keys export -o 文件"
    )


@keys.command("export")
@click.option("-o", "--output", metavar="文件", type=click.Path(path_type=Path), help="写到文件。")
@click.option(
    "--root-key",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="离线保管的根密钥；不写则用密钥文件夹里的。",
)
@click.option(
    "--verifier",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="另写一个离线核验的网页，双击就能用。",
)
def export(output: Path | None, root_key: Path | None, verifier: Path | None) -> None:
    """写出根密钥签名的公开密钥清单：任何人凭它都能离线验证；其中没有私钥。

    清单里也有作废的文书（只有散列）与吊销的密钥，所以作废、吊销以后要重新公布。

    例：docgen keys export -o 密钥清单.json
    """
    tools = Tools()
    tools.demand_register()
    text, root = tools.keyring.publish(root_key)
    if output is None:
        click.echo(text)
    else:
        write_file(output, (text + "\n").encode("utf-8"))
        click.echo(f"已写入 {output}", err=True)
    if verifier is not None:
        write_file(verifier, tools.offline_verifier.read_bytes())
        click.echo(f"离线核验的网页写到 {verifier}", err=True)
    click.echo(f"根密钥的指纹：{fingerprint(root)}（请登在机关的网站，供人核对）", err=True)


def _broken(numbers: Sequence[str]) -> str:
    if not numbers:
        return "没有这样的文书，都不受影响。\n"
    more = f"等 {len(numbers)} 份" if len(numbers) > 5 else ""
    return f"不再可信的：{'、'.join(numbers[:5])}{more}；请逐份作废，重新签发。\n"


def _window(key: PublicKey) -> str:
    first, last = key.valid_from or "（不限）", key.valid_until or "今后"
    gone = f"，{key.revoked_from} 起已吊销（{key.revoked_reason}）" if key.revoked_from else ""
    return f"{first} 至 {last}{gone}"


def _told(key: PublicKey) -> dict[str, Any]:
    days = {n: _iso(getattr(key, n)) for n in ("valid_from", "valid_until", "revoked_from")}
    return {
        "kid": key.kid.hex(),
        "agency": key.agency,
        "region": key.region,
        "algorithm": key.algorithm.value,
        **days,
        "revoked_reason": key.revoked_reason,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _kid(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UsageWrong(
            f"“{text}”不是密钥的编号。", advice="编号是十六个十六进制字符，docgen keys list 列出。"
        ) from None
