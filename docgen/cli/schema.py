"""schema：案件文件的 JSON Schema。"""

from __future__ import annotations

import click

from docgen.cli.shared.help import command
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.read.schema import case_schema, instrument_schema


@command("schema")
@click.argument("what", metavar="case或文书种类", default="case")
def schema(what: str) -> None:
    """写出 JSON Schema：case 为整个案件文件，也可以是一种文书的 id。

    例：docgen schema case > case.schema.json
    """
    catalogue = Tools().catalogue
    if what == "case":
        show_json(case_schema(catalogue.instruments))
    else:
        show_json(instrument_schema(catalogue.instrument(what)))
