"""读一个文字文件，解析其中的 Jinja；有问题就记下。"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from docgen.errors import DocgenError, InputInvalid, Problem, why
from docgen.lint.folder import Fault, Spot, Tree, YamlFile
from docgen.source import read_source

MAX_TEXT = 200_000  # ours have 10 kB; the time that patterns take grows with its square
MAX_DEPTH = 100
_ADVICE = "请核对标签是否成对、是否写全：{{ }}、{% if %} … {% endif %}、{% for %} … {% endfor %}。"

_CHINESE = (
    (re.compile(r"innermost block that needs to be closed is '(\w+)'"), "{} 没有结束"),
    (re.compile(r"Encountered unknown tag '(\w+)'"), "不认识“{}”，或者它没有开头"),
    (re.compile(r"unexpected char '(.)'"), "不该有“{}”"),
    (re.compile(r"unexpected '(.+?)'"), "不该有“{}”"),
    (re.compile(r"expected token '(.+?)', got '(.+?)'"), "应为“{}”，写了“{}”"),
    (re.compile(r"expected name or number"), "点后面没有写名称"),
    (re.compile(r"Expected an expression"), "没有写式子"),
    (re.compile(r"unexpected end of|end of print statement"), "没有写完"),
)
_TOKENS = {
    "name": "名称",
    "end of print statement": "}}",
    "end of statement block": "%}",
    "end of template": "文件结尾",
    "begin of print statement": "{{",
    "begin of statement block": "{%",
    "end of comment": "#}",
    "template data / text": "文字",
    "string": "引号里的文字",
    "integer": "数",
    "float": "小数",
}


def irregular(root: Path, name: str) -> Fault | None:
    """不是普通文件，或者是指到模板文件夹外面的链接；没有这个文件的由读的人说。"""
    try:
        real = (root / name).resolve(strict=True)
        inside = real.is_relative_to(root.resolve())
        regular = stat.S_ISREG(real.stat().st_mode)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, ValueError) as error:
        return Fault("unreadable", Spot(name), f"读不了：{error}。", "请换成普通的文件。")
    if not inside:
        told = "是链接，指到模板文件夹外面，没有读。"
        return Fault("unreadable", Spot(name), told, "请把文件本身放进来。")
    if not regular:
        return Fault("unreadable", Spot(name), "不是普通的文件，没有读。", "请换成普通的文件。")
    return None


def read_text(root: Path, name: str, faults: list[Fault]) -> str | None:
    """一个 UTF-8 文字文件；读不成则 None。"""
    path = root / name
    if fault := irregular(root, name):
        faults.append(fault)
        return None
    try:
        if path.stat().st_size > MAX_TEXT:
            told = f"文件太大（{path.stat().st_size} 字节）。"
            faults.append(Fault("unreadable", Spot(name), told, "模板不应超过 200 KB。"))
            return None
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        faults.append(Fault("unreadable", Spot(name), "没有这个文件。", "请补上它。"))
    except UnicodeDecodeError as error:
        told = f"不是 UTF-8 编码（第 {error.start + 1} 个字节）。"
        faults.append(Fault("unreadable", Spot(name), told, "请在编辑器中另存为 UTF-8。"))
    except OSError as error:
        told = f"读不了：{why(error)}。"
        faults.append(Fault("unreadable", Spot(name), told, "请检查该文件的权限。"))
    return None


def read_tree(root: Path, name: str, jinja: Environment, faults: list[Fault]) -> Tree | None:
    """一个 HTML 模板文件；读不成则 None。"""
    source = read_text(root, name, faults)
    return None if source is None else parse(name, source, (), jinja, faults)


def parse(
    file: str, source: str, places: tuple[str, ...], jinja: Environment, faults: list[Fault]
) -> Tree:
    """Jinja 文字 → 语法树；写法有误的记下，树为 None。"""
    bare = Tree(file, source, None, places)
    try:
        template = jinja.parse(source)
        if not _too_deep(template):
            return Tree(file, source, template, places)
        faults.append(Fault("syntax", bare.spot(1), "Jinja 标签嵌套过深。", _ADVICE))
    except TemplateSyntaxError as error:
        told = f"Jinja 标签有误：{_in_chinese(error.message or '')}。"
        faults.append(Fault("syntax", bare.spot(error.lineno), told, _ADVICE))
    except RecursionError:
        faults.append(Fault("syntax", bare.spot(1), "Jinja 标签嵌套过深。", _ADVICE))
    except (ValueError, OverflowError, SyntaxError) as error:
        faults.append(Fault("syntax", bare.spot(1), f"Jinja 标签有误：{error}。", _ADVICE))
    return bare


def _too_deep(template: nodes.Node) -> bool:
    """语法树的层数超过 MAX_DEPTH。"""
    level = [template]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_child_nodes()]
    return bool(level)


def _in_chinese(message: str) -> str:
    """Jinja 的话，常见的说成中文。"""
    for pattern, told in _CHINESE:
        if found := pattern.search(message):
            return told.format(*(_TOKENS.get(part, part) for part in found.groups()))
    return message.rstrip(".")


def read_yaml(root: Path, name: str, faults: list[Fault]) -> YamlFile:
    """一个 YAML 文件；有问题的记下全部问题。"""
    if fault := irregular(root, name):
        faults.append(fault)
        return YamlFile(name)
    try:
        return YamlFile(name, read_source(root / name))
    except InputInvalid as error:
        problems = error.problems or (Problem("", error.message),)
        faults += [yaml_fault(root, name, problem, error.advice) for problem in problems]
    except DocgenError as error:
        faults.append(Fault("unreadable", Spot(name), error.message, error.advice))
    return YamlFile(name)


def yaml_fault(root: Path, name: str, problem: Problem, advice: str = "") -> Fault:
    """YAML 的一处问题；位置里的文件与行号拆开，其余是键的路径。"""
    where = problem.where.replace(str(root / name), "").strip()
    path, _, rest = where.partition("（第 ")
    message = problem.message.replace(str(root / name), "").strip()
    digits, message = (rest, message) if rest else _line_first(message)
    number = digits.partition(" 行")[0]
    line = int(number) if number.isdecimal() else None
    told = f"{path.strip()}：{message}" if path.strip() else message
    return Fault("schema", Spot(name, line), told, advice)


def _line_first(message: str) -> tuple[str, str]:
    """“第 22 行第 9 列……”拆成行号和其余的话。"""
    said = re.match(r"第 (\d+) 行", message)
    return (said[1], message[said.end() :]) if said else ("", message)
