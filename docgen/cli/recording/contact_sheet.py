"""record sheet：印画面附页。"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.shared.help import command
from docgen.cli.shared.show import show_notices
from docgen.cli.shared.tools import Tools
from docgen.errors import InputInvalid, UsageWrong
from docgen.filed import bound_of, files_of_case
from docgen.store.files import write_file
from docgen.strips import print_contact, strip_of


@command("sheet")
@click.argument("case_number", metavar="案号")
@click.option(
    "-o",
    "--output",
    metavar="文件",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到这个 PDF。",
)
def sheet(case_number: str, output: Path) -> int:
    """印一个案件的画面附页：每个录像的开头、结尾和每行的起止各一张画面。

    例：docgen record sheet （鲁）应急案〔2026〕12号 -o 画面.pdf
    """
    if output.suffix.lower() != ".pdf":
        raise UsageWrong(f"-o {output}：画面附页是 PDF。", advice="文件名请以 .pdf 结尾。")
    tools = Tools()
    footages, agency = files_of_case(case_number, tools.existing_register)
    if not footages:
        raise InputInvalid(
            f"案件 {case_number} 没有登记的录像。", advice="docgen record list 列出全部。"
        )
    strips = [
        strip_of(n, f, bound_of(f, tools.register), tools.catalogue.checklist, tools.vault)
        for n, f in enumerate(footages)
    ]
    document = print_contact(agency, case_number, tools.today, strips, tools.press)
    write_file(output, document.data)
    lost = [strip.label for strip, _ in strips if strip.lost]
    show_notices([f"画面附页写到 {output}（{document.pages} 页）。"])
    if lost:
        show_notices([f"没有画面：{'、'.join(lost)}；docgen record fsck 逐个核对。"])
    return 3 if lost else 0
