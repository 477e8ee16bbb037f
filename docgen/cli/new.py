"""new：写出案件文件的样子。"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.help import command
from docgen.cli.tools import Tools
from docgen.errors import Refused
from docgen.new.case import new_case
from docgen.store.files import write_file


@command("new")
@click.argument("types", metavar="[文书种类]...", nargs=-1)
@click.option("-o", "--output", metavar="文件", type=click.Path(path_type=Path), help="写到文件。")
def new(types: tuple[str, ...], output: Path | None) -> None:
    """写出一个待填的案件文件，含所列的文书种类（不列则全部）。

    例：docgen new rectification_order sealing_decision -o 案件.yaml
    """
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
