"""generate：案件文件 → 签封的 DOCX 与 PDF。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from docgen import pipeline
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.preparing import accept_options, prepare, settled, show_host
from docgen.cli.shared.show import show_json, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.model.document import Printed
from docgen.store.issue import document_rows

FOLDER = click.Path(file_okay=False, path_type=Path)


@command("generate")
@click.argument("case_file", metavar="案件文件", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="文件夹", type=FOLDER, required=True, help="写到哪里。")
@click.option("--draft", is_flag=True, help="只印草稿：没有文号和二维码，计划不全也印。")
@accept_options
@json_option
def generate(
    case_file: Path,
    output: Path,
    draft: bool,
    accept: tuple[str, ...],
    reason: tuple[str, ...],
    as_json: bool,
) -> int:
    """印出案件的全部文书，DOCX 与 PDF 各一份；每次送达的送达回执自动带来。

    先核查音像记录计划与时限，未通过即停；再编号、签封、印制、逐字核对、登记。
    同一案件再执行一次，是以同样的文号重印同样的文件；内容变了则拒绝。

    例：docgen generate samples/cases/chemical-plant.yaml -o out
    """
    tools = Tools()
    ready = prepare(tools, case_file, accept, reason)
    if draft:
        printed = pipeline.generate_drafts(ready.drafts, output, tools.press)
    else:
        drafts = settled(tools, ready)
        printed = pipeline.generate(ready.case, drafts, output, ready.accepted, tools.workshop)
    if as_json:
        show_json({"documents": document_rows(printed), "check": verdict_json(ready.verdict)})
    else:
        _say(printed, output)
    if not draft:
        show_host(tools)
    return 0


def _say(printed: Sequence[Printed], output: Path) -> None:
    titles = {item.draft.key: f"《{item.title}》" for item in printed}
    for item in printed:
        number = item.draft.number.text if item.sealed and item.draft.number else "草稿，不得送达"
        pages = next(d.pages for d in item.documents if d.pages is not None)
        mains = [titles[key] for key in item.draft.delivers if key in titles]
        for_what = f"（{'、'.join(mains)}）" if mains else ""
        click.echo(f"《{item.draft.instrument.title}》{for_what}{number}，{pages} 页")
        for document in item.documents:
            click.echo(f"  {output / item.file_name(document.media_type)}")
