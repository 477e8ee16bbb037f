"""schema：案件文件的 JSON Schema，或者一种文书待填的表格。"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.catalogue import Catalogue
from docgen.cli.shared.help import command
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.errors import Refused, UsageWrong
from docgen.new.workbook import csv_form, workbook
from docgen.read.schema import case_schema, instrument_schema
from docgen.read.table.columns import columns_of
from docgen.rules import facts_asked
from docgen.store.files import write_file


@command("schema")
@click.argument("what", metavar="case或文书种类", default="case")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "xlsx", "csv"]),
    default="json",
    help="json 为 JSON Schema；xlsx、csv 为批量填写的表格。",
)
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="表格写到哪个文件；不给则以文书的名称命名。",
)
def schema(what: str, form: str, output: Path | None) -> None:
    """写出 JSON Schema：case 为整个案件文件，也可以是一种文书的 id；或者该文书批量填写的表格。

    例：docgen schema case > case.schema.json

    例：docgen schema rectification_order --format xlsx -o 整改.xlsx
    """
    catalogue = Tools().catalogue
    if form != "json":
        _write_form(what, form, output, catalogue)
    elif output is not None:
        raise UsageWrong("-o 只与 --format xlsx、csv 同用。", advice="JSON Schema 写到标准输出。")
    elif what == "case":
        show_json(case_schema(catalogue.instruments))
    else:
        show_json(instrument_schema(catalogue.instrument(what)))


def _write_form(what: str, form: str, output: Path | None, catalogue: Catalogue) -> None:
    if what == "case":
        raise UsageWrong("表格一张只装一种文书。", advice="docgen instruments 列出全部种类的 id。")
    instrument = catalogue.instrument(what)
    columns = columns_of(instrument, catalogue.checklist, facts_asked(instrument.id))
    path = output or Path(f"{instrument.title}.{form}")
    if path.exists():
        raise Refused(f"{path} 已经有了，没有覆盖。", advice="请换一个文件名（-o）。")
    write_file(path, (workbook if form == "xlsx" else csv_form)(instrument, columns))
    click.echo(f"已写出 {path}；填好后执行 docgen batch {path} -o 文件夹", err=True)
