"""rules：核查哪些规则。"""

from __future__ import annotations

import click

from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.rules import manuals, rules_of


@command("rules")
@json_option
def rules(as_json: bool) -> None:
    """列出核查的规则、适用的阶段与依据，以及不核查的事和为什么。"""
    catalogue = Tools().catalogue
    found = rules_of(catalogue.checklist)
    if as_json:
        rows = [
            {
                "code": rule.code,
                "title": rule.title,
                "phases": [phase.value for phase in rule.phases],
                "source": rule.source,
                "manual": manuals().get(rule.code, ""),
            }
            for rule in found
        ]
        matters = [{**vars(m), "rules": list(m.rules)} for m in catalogue.law.matters]
        show_json({"rules": rows, "matters": matters})
        return
    for rule in found:
        phases = "、".join(phase.value for phase in rule.phases)
        click.echo(f"{rule.code}  {rule.title}（{phases}）  {rule.source}")
    for matter in catalogue.law.matters:
        if matter.reason is not None:
            click.echo(f"不核查：{matter.matter}（{matter.source}）：{matter.reason}")
