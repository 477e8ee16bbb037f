"""rules：核查哪些规则。"""

from __future__ import annotations

import click

from docgen.cli.help import command, json_option
from docgen.cli.show import show_json
from docgen.rules import all_rules


@command("rules")
@json_option
def rules(as_json: bool) -> None:
    """列出核查的规则、适用的阶段与依据。"""
    found = all_rules()
    if as_json:
        rows = [
            {
                "code": rule.code,
                "title": rule.title,
                "phases": [phase.value for phase in rule.phases],
                "source": rule.source,
            }
            for rule in found
        ]
        show_json({"rules": rows})
        return
    for rule in found:
        phases = "、".join(phase.value for phase in rule.phases)
        click.echo(f"{rule.code}  {rule.title}（{phases}）  {rule.source}")
