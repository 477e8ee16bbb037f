"""pack：案件文件 → 出发前一次打印的一个 PDF。"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from docgen import pipeline
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.preparing import accept_options, prepare, settled, show_host
from docgen.cli.shared.show import show_json, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.errors import UsageWrong
from docgen.model.draft import Draft
from docgen.model.pack import Order, Pack
from docgen.validate import nearest

FILE = click.Path(dir_okay=False, path_type=Path)


@command("pack")
@click.argument("case_file", metavar="案件文件", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="文件", type=FILE, required=True, help="写到哪个 PDF。")
@click.option(
    "--copies",
    metavar="份数",
    type=click.IntRange(1, 99),
    help="每份文书印几份；不写则各按自己的式样（如一式两份）。",
)
@click.option("--simplex", is_flag=True, help="单面打印：不加空白页。")
@click.option("--only", metavar="文书", multiple=True, help="只要这几份（写案件里的 key 或种类）。")
@accept_options
@json_option
def pack(
    case_file: Path,
    output: Path,
    copies: int | None,
    simplex: bool,
    only: tuple[str, ...],
    accept: tuple[str, ...],
    reason: tuple[str, ...],
    as_json: bool,
) -> int:
    """把一次出发要带的都合成一个打印文件：清单封面、各份文书、送达回执、音像记录单。

    先如 generate 一样核查、编号、签封、登记；已经签发的用原来的文号。
    每份文书按式样的份数印，双面打印时每份从右面起；左侧书签可以跳到任何一份。

    例：docgen pack samples/procedures/sealing-and-cutoff.yaml -o 出发.pdf
    """
    if output.suffix.lower() != ".pdf":
        raise UsageWrong(f"-o {output}：打印文件是 PDF。", advice="文件名请以 .pdf 结尾。")
    tools = Tools()
    ready = prepare(tools, case_file, accept, reason)
    keys = tuple(_key(name, ready.drafts) for name in only)
    drafts = settled(tools, ready)
    order = Order(output, copies, not simplex, keys)
    made = pipeline.pack_case(
        ready.case, drafts, order, ready.accepted, tools.catalogue, tools.workshop
    )
    if as_json:
        show_json({**_json(made, output), "check": verdict_json(ready.verdict)})
    else:
        _say(made, output)
    show_host(tools)
    return 0


def _key(name: str, drafts: Mapping[str, Draft]) -> str:
    """--only 说的是哪一份。Raises UsageWrong naming the nearest."""
    if name in drafts:
        return name
    of_type = [key for key, draft in drafts.items() if draft.instrument.id == name]
    if len(of_type) == 1:
        return of_type[0]
    if of_type:
        raise UsageWrong(f"--only {name}：有 {len(of_type)} 份。", advice="、".join(of_type))
    near = nearest(name, list(drafts))
    hint = f"是否应为“{near}”？" if near else f"案件里有：{'、'.join(drafts)}。"
    raise UsageWrong(f"--only {name}：案件里没有这份文书。", advice=hint)


def _say(made: Pack, output: Path) -> None:
    for item in made.placed:
        count = f"{len(item.part.copies)} 份" + f" × {item.part.pages} 页"
        click.echo(f"第 {item.first_page} 面起　{item.part.label}　{count}")
    click.echo(f"{output}：共 {made.leaves} 张纸，{made.pages} 面。打印时选“实际大小”。")


def _json(made: Pack, output: Path) -> dict[str, Any]:
    return {
        "path": str(output),
        "sha256": hashlib.sha256(made.data).hexdigest(),
        "pages": made.pages,
        "leaves": made.leaves,
        "parts": [
            {
                "key": item.part.key,
                "sheet": item.part.sheet,
                "title": item.part.title,
                "number": item.part.number,
                "copies": list(item.part.copies),
                "pages": item.part.pages,
                "first_page": item.first_page,
            }
            for item in made.placed
        ],
    }
