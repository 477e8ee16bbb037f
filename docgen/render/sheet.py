"""音像记录单、打印文件的封面、核查报告、画面附页、比对报告 → HTML 与所用的图片。"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.errors import Defect
from docgen.model.contact import ContactSheet
from docgen.model.pack import Cover
from docgen.model.paper import PaperReport
from docgen.model.report import Report
from docgen.model.sheet import Sheet
from docgen.model.volume import Divider, Volume


def render_sheet(sheet: Sheet, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 sheets/sheet.html。Raises Defect: the template is the program's own."""
    return _filled("sheets/sheet.html", environment, sheet)


def render_cover(cover: Cover, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 sheets/cover.html。Raises Defect: the template is the program's own."""
    return _filled("sheets/cover.html", environment, cover)


def render_report(report: Report, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 sheets/report.html。Raises Defect: the template is the program's own."""
    return _filled("sheets/report.html", environment, report)


def render_contact(sheet: ContactSheet, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 sheets/contact.html。Raises Defect: the template is the program's own."""
    return _filled("sheets/contact.html", environment, sheet)


def render_paper(report: PaperReport, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 sheets/paper.html。Raises Defect: the template is the program's own."""
    return _filled("sheets/paper.html", environment, report)


def render_leaf(leaf: Volume | Divider, environment: ImmutableSandboxedEnvironment) -> str:
    """填好打印册的目录或者分隔页。Raises Defect: the template is the program's own."""
    name = "index" if isinstance(leaf, Volume) else "divider"
    return _filled(f"sheets/{name}.html", environment, leaf)


def _filled(name: str, environment: ImmutableSandboxedEnvironment, paper: object) -> str:
    try:
        return environment.get_template(name).render(paper=paper)
    except TemplateError as error:
        raise Defect(f"templates/{name} 有误：{error.message or error}") from error


def slate_pictures(sheet: Sheet) -> Mapping[str, bytes]:
    """各块场记板的 PNG，每模块一点：PDF 里自会清晰放大。"""
    return {
        f"slate-{slate.slot}.png": slate.symbol.png(1)
        for row in sheet.rows
        for slate in (row.start_slate, row.end_slate)
        if slate is not None
    }
