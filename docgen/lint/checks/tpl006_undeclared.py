"""模板只读声明的字段（TPL006）。

HTML（连同插入的文件和 base.html）与 DOCX（正文、页眉、页脚、脚注、尾注、批注、文档属性）里的每个
名字，都是声明的字段、列表的列、循环变量、set 的变量或者固定的几项（title、number、date 等）。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """没有声明的名字。"""
    for instrument in folder.instruments:
        for use in instrument.uses:
            if use.kind == "unknown":
                told = f"《{instrument.yaml.text('title')}》没有声明“{use.name}”。"
                yield Found(use.spot, told, use.advice)


CHECK = Check("TPL006", "只读声明的字段", Level.ERROR, "请在 instrument.yaml 声明它。", examine)
