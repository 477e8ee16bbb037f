"""新的文书种类：一个能立刻印出的文件夹，注释里写明要改什么。"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from pathlib import Path

from docgen.characters import refusal
from docgen.errors import EnvironmentLacking, InputInvalid, Refused, why
from docgen.model.instrument import Instrument
from docgen.new.docx import draft_docx

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
LAST_CODE = 255
_YAML = """\
# 一种文书。改了 template.html 以后，由它重写各文书的 template.docx：
#   python -m docgen.new.docx 模板文件夹
# 再执行 docgen lint 检查。
id: {id}    # 永久的，与文件夹同名
code: {code}    # 永久的种类码，写在二维码里，不可再给别的文书
version: 1    # 印过以后每改一次模板加一
title: {title}
act: 决定    # 救济用语里怎样称呼它：决定、指令、通知……
number_code: {number_code}    # 文书代字，印在文号里，如 应急责改；不得与别的文书相同
in_force_from: {since}    # 式样自哪一天起可用
source: 待写    # 法律依据与式样的来源
# 共用的字段组见 layout/fields.yaml；要写救济途径的加 remedies，并在模板里印 {{{{ remedies }}}}
include: [agency, party, officers]
fields:
  # label 是给填写的人看的；可以手写的加 by_hand: true，可有可无的加 required: false
  - {{name: facts, label: 事实, type: paragraphs, help: 写明时间、地点、经过}}
  - {{name: basis, label: 法律依据, type: text, help: 有固定依据的在 law/ 加一个参数，写 from}}
  - {{name: decision, label: 决定的内容, type: text}}
copies: [一份由执法机关存档, 一份交当事人]
signatures: [当事人, 执法人员]
stamp: true    # 盖不盖印章
remedies: false
rows: []    # 清单里的行，如 [{{row: 9}}]
events: [delivery]    # 要宣读的加 reading
"""
_HTML = """\
{% extends "layout/base.html" %}
{% block body %}
{% set you = '你' if party_kind == 'individual' else '你单位' %}
{% include "layout/head.html" %}
{% include "layout/party.html" %}
<p class="heading">一、事实</p>
{% for fact in facts %}
<p>{{ fact }}</p>
{% endfor %}
<p class="heading">二、依据和决定</p>
<p>依据{{ basis | clause }}的规定，本机关对{{ you }}决定如下：{{ decision | clause }}。</p>
<div class="ending">
{% include "layout/officers.html" %}
<p class="sign">当事人签名或者盖章：<span class="rule">　　　　　　</span>　日期：<span class="rule">　　　　　</span></p>
{% include "layout/office.html" %}
</div>
{% endblock %}
"""  # noqa: E501


def new_instrument(
    root: Path, identifier: str, title: str, known: Iterable[Instrument], today: date
) -> Path:
    """在模板文件夹 root 里写一种新文书，给出它的文件夹。

    Raises InputInvalid (the id or title is not fit), Refused (taken), EnvironmentLacking.
    """
    listed = tuple(known)
    _demand(identifier, title)
    folder = root / "instruments" / identifier
    if folder.exists():
        raise Refused(f"{folder} 已经有了，没有覆盖。", advice="请换一个 id。")
    word = _number_code(title)
    taken = next((i for i in listed if i.title == title or i.number_code == word), None)
    if taken is not None:
        raise Refused(f"名称“{title}”已被 {taken.id} 使用。", advice="请换一个名称。")
    files = _files(root, identifier, title, _free_code(listed), today)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".docgen-") as scratch:
            fresh = Path(scratch) / identifier
            fresh.mkdir()
            for name, data in files.items():
                (fresh / name).write_bytes(data)
            fresh.rename(folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return folder


def copy_templates(packaged: Path, target: Path) -> None:
    """把整套模板复制到还没有的文件夹。Raises EnvironmentLacking."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".docgen-") as scratch:
            fresh = Path(scratch) / "templates"
            shutil.copytree(packaged, fresh)
            fresh.rename(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _demand(identifier: str, title: str) -> None:
    if not IDENTIFIER.fullmatch(identifier):
        raise InputInvalid(
            f"id“{identifier}”的写法不对。",
            advice="以小写英文字母开头，只用小写字母、数字和下划线，至多 40 个，如 onsite_notice。",
        )
    bad = [char for char in title if refusal(char) or char in "\n\"'#:{}[]<>&%*!|>@`\\"]
    chinese = any("\u4e00" <= char <= "\u9fff" for char in title)
    if not chinese or title != title.strip() or len(title) > 40 or bad:
        told = f"：不能有“{'、'.join(sorted(set(bad)))}”" if bad else ""
        raise InputInvalid(f"名称“{title}”不能用{told}。", advice="写文书的中文名称，至多 40 字。")


def _number_code(title: str) -> str:
    """先用名称里的字作文书代字，各单位自己改短。"""
    return "".join(char for char in title if char.isalpha())[:12]


def _free_code(instruments: Iterable[Instrument]) -> int:
    """用过的最大的数之后；用到头了则取空着的，都没有则报错。"""
    used = {instrument.code for instrument in instruments}
    after = max(used, default=0) + 1
    for code in chain(range(after, LAST_CODE + 1), range(1, after)):
        if code not in used:
            return code
    raise Refused("种类码 1 至 255 都用完了。", advice="请把不再用的文书移出模板文件夹。")


def _files(root: Path, identifier: str, title: str, code: int, today: date) -> Mapping[str, bytes]:
    parts = {path.name: path.read_bytes() for path in (root / "layout" / "docx").iterdir()}
    written = _YAML.format(
        id=identifier,
        code=code,
        title=title,
        number_code=_number_code(title),
        since=date(today.year, 1, 1),
    )
    docx = draft_docx(_HTML, parts, lambda name: (root / name).read_text("utf-8"))
    return {
        "instrument.yaml": written.encode(),
        "template.html": _HTML.encode(),
        "template.docx": docx,
    }


def _cannot_write(path: Path, error: OSError) -> EnvironmentLacking:
    return EnvironmentLacking(
        f"写不了 {path}：{why(error)}。", advice="请检查该文件夹的权限与空间。"
    )
