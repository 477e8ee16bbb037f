"""写错的 YAML：像是什么毛病，在哪一行，说给写它的人听。"""

from __future__ import annotations

import re

import yaml

from docgen.errors import InputInvalid, Problem

_SLIPS = (
    (re.compile(r"^\s*(- )?[^\s:：\"']+："), "用了全角冒号“：”，键后面要用半角冒号加空格。"),
    (re.compile(r"[\[{][^\]}]*，"), "用了全角逗号“，”，方括号、花括号里要用半角逗号。"),
    (re.compile(r"^[ ]*\t|\t"), "有制表符（Tab），请改用空格。"),
    (re.compile(r"^\s*(- )?[a-z_]+:[^\s]"), "冒号后面少了空格。"),
    (re.compile(r"^\s*-[^\s-]"), "短横后面少了空格。"),
    (re.compile(r"^\s*(- )?[a-z_]+:\s+[^\"'\[{|>#]*:\s"), "值里还有冒号，请给整个值加引号。"),
)
_PROBLEMS = {
    "could not find expected ':'": "少了冒号",
    "mapping values are not allowed here": "这里不能再有冒号，或者缩进不齐",
    "found character '\\t' that cannot start any token": "有制表符",
    "found character that cannot start any token": "有不能开头的字符（如制表符、@、`）",
    "expected <block end>, but found '<block mapping start>'": "缩进不齐",
    "expected <block end>, but found '-'": "缩进不齐",
    "did not find expected key": "缩进不齐，或者少了键",
    "did not find expected '-' indicator": "缩进不齐，或者列表少了短横",
    "did not find expected ',' or ']'": "方括号没有写完",
    "did not find expected ',' or '}'": "花括号没有写完",
    "found unexpected end of stream": "引号没有写完",
    "found undefined tag handle": "以 ! 开头的文字请加引号",
}


def miswritten(text: str, name: str, error: yaml.MarkedYAMLError) -> InputInvalid:
    """YAML 写法有误：指出哪一行、像是什么毛病。The parser often stops a line too late."""
    mark = error.problem_mark or error.context_mark
    at, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = dict(enumerate(text.splitlines(), 1))
    near = [n for n in (at, at - 1) if n in lines]
    problems = [
        Problem(f"{name} 第 {n} 行", told)
        for n in sorted(near)
        for pattern, told in _SLIPS
        if pattern.search(lines[n].partition(" #")[0])
    ]
    return InputInvalid(
        f"{name} 第 {at} 行第 {column} 列附近的 YAML 写法有误："
        f"{_PROBLEMS.get(error.problem or '', '结构读不懂')}。",
        problems=problems,
        advice="每行写成“键: 值”，用半角冒号加空格；用空格缩进、对齐；含冒号或引号的文字请加引号。",
    )
