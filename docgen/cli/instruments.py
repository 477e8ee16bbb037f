"""instruments：能印哪些文书。"""

from __future__ import annotations

import click

from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools


@command("instruments")
@json_option
def instruments(as_json: bool) -> None:
    """列出能印的文书种类、文书代字与对应的清单行。"""
    catalogue = Tools().catalogue
    found = catalogue.instruments.values()
    without = [row for row in catalogue.checklist.rows if row.without_instrument]
    if as_json:
        rows = [
            {
                "id": item.id,
                "title": item.title,
                "code": item.code,
                "number_code": item.number_code,
                "numbered": item.numbered,
                "version": item.version,
                "rows": sorted(use.row for use in item.rows),
                "accompanies": item.accompanies,
                "events": list(item.events),
                "copies": list(item.copies),
                "signatures": list(item.signatures),
                "stamp": item.stamp,
                "remedies": item.remedies,
                "in_force_from": item.in_force_from.isoformat(),
                "source": item.source,
            }
            for item in found
        ]
        reasons = [{"row": row.number, "reason": row.without_instrument} for row in without]
        show_json({"instruments": rows, "rows_without_instrument": reasons})
        return
    for item in found:
        rows_text = "、".join(str(use.row) for use in item.rows)
        rows_text = f"清单第 {rows_text} 行" if rows_text else "清单没有列出"
        code = item.number_code if item.numbered else "不编文号"
        click.echo(f"{item.id}  《{item.title}》  {code}  {rows_text}")
    for row in without:
        click.echo(f"清单第 {row.number} 行“{row.item}”没有文书：{row.without_instrument}")
