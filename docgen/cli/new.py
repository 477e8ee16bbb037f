"""new：写出案件文件的样子，或者一种新文书的模板。"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.catalogue import load_catalogue
from docgen.cli.shared.help import command
from docgen.cli.shared.tools import Tools
from docgen.errors import Refused, UsageWrong
from docgen.new.case import new_case
from docgen.new.instrument import copy_templates, new_instrument
from docgen.store.files import write_file


@command("new")
@click.argument("types", metavar="[文书种类]...", nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="文件或文件夹",
    type=click.Path(path_type=Path),
    help="写到文件；--instrument 时是模板文件夹。",
)
@click.option("--instrument", metavar="ID", help="写一种新文书的模板，ID 是它永久的英文名。")
@click.option("--title", metavar="名称", help="新文书的中文名称。")
def new(
    types: tuple[str, ...], output: Path | None, instrument: str | None, title: str | None
) -> None:
    """写出一个待填的案件文件，含所列的文书种类（不列则全部）；或者一种新文书的模板。

    新文书写进模板文件夹：-o 所给的，不给则 DOCGEN_TEMPLATES；还没有的先复制一整套过去。

    例：docgen new rectification_order sealing_decision -o 案件.yaml
    例：docgen new --instrument site_notice --title 示例通知书 -o 我的模板
    """
    if instrument is not None:
        if types:
            raise UsageWrong("--instrument 不与文书种类同用。", advice="见 docgen new --help。")
        _instrument(instrument, title, output)
        return
    if title is not None:
        raise UsageWrong("--title 只与 --instrument 同用。", advice="见 docgen new --help。")
    catalogue = Tools().catalogue
    wanted = [catalogue.instrument(name) for name in dict.fromkeys(types)]
    text = new_case(wanted or list(catalogue.instruments.values()), catalogue.checklist)
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists():
        raise Refused(f"{output} 已经有了，没有覆盖。", advice="请换一个文件名。")
    write_file(output, text.encode("utf-8"))
    click.echo(f"已写出 {output}；填好后执行 docgen check {output}", err=True)


def _instrument(identifier: str, title: str | None, output: Path | None) -> None:
    tools = Tools()
    root = output or tools.own_templates
    if title is None:
        raise UsageWrong("缺少 --title。", advice="写新文书的中文名称，如 --title 示例通知书。")
    if root is None:
        advice = "写 -o 文件夹（还没有的先复制一整套模板），或者设 DOCGEN_TEMPLATES。"
        raise UsageWrong("没有说写到哪个模板文件夹。", advice=advice)
    fresh = not root.exists()
    known = load_catalogue(tools.packaged_templates if fresh else root).instruments.values()
    if fresh:
        copy_templates(tools.packaged_templates, root)
        click.echo(f"已把整套模板复制到 {root}", err=True)
    folder = new_instrument(root, identifier, title, known, tools.today)
    click.echo(f"已写出 {folder}；改好后执行 docgen lint {folder}", err=True)
    if tools.own_templates is None or tools.own_templates.absolute() != root.absolute():
        click.echo(f"要用这套模板，请设 DOCGEN_TEMPLATES={root.absolute()}", err=True)
