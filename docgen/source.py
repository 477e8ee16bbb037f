"""源文件：把 YAML 或 JSON 读成原样文本的数据，记住每个值在第几行。

Scalars stay text until a schema types them (YAML 1.1 would turn 0123456 into a number).
Duplicate keys, aliases, tags and characters that cannot be printed are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import yaml

from docgen.characters import fold, refusal, shown
from docgen.errors import EnvironmentLacking, InputInvalid, Problem, why
from docgen.miswritten import miswritten
from docgen.model.place import label_of

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 50_000_000
MAX_DEPTH = 30
_CUT_OFF = re.compile(r"\s+#[^\s#]")
_NULLS = {"", "~", "null", "Null", "NULL"}
_TAGS = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# YAML would take U+0085, U+2028 and U+2029 for line breaks, and refuse the others itself.
_NOT_IN_YAML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True)
class Source:
    """读入的源文件。lines: 1-based line of each place (YAML only).

    labels: of a row of a table, the words that tell where each path stands there.
    """

    name: str
    data: Plain
    lines: Mapping[Place, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def where(self, place: Place) -> str:
        """人能找到的位置：文件、路径、行号；没有写的键用它所在那一段的行号。"""
        if self.labels:
            return self.name + label_of(self.labels, path_text(place))
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known)
        parts = [self.name, path_text(place)]
        since = "" if known == place else "起"
        return " ".join(p for p in parts if p) + (f"（第 {line} 行{since}）" if line else "")


def path_text(place: Place) -> str:
    """instruments[0].problems[1].deadline 式的路径。"""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{shown(step)}" if text else shown(step)
    return text


def read_source(path: Path) -> Source:
    """读一个 .yaml、.yml 或 .json 文件。Raises InputInvalid, EnvironmentLacking."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputInvalid(f"{path} 太大（{size} 字节）。", advice="案件文件不应超过 50 MB。")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputInvalid(f"没有这个文件：{path}", advice="请核对路径。") from None
    except IsADirectoryError:
        raise InputInvalid(f"{path} 是文件夹，不是文件。", advice="请给出文件的路径。") from None
    except OSError as error:
        raise EnvironmentLacking(
            f"读不了 {path}：{why(error)}", advice="请检查该文件的权限。"
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputInvalid(
            f"{path} 不是 UTF-8 编码（第 {error.start + 1} 个字节）。",
            advice="请在编辑器中另存为 UTF-8。",
        ) from error
    return (
        parse_json(text, str(path))
        if path.suffix.lower() == ".json"
        else parse_yaml(text, str(path))
    )


def parse_yaml(text: str, name: str) -> Source:
    """YAML 文本 → Source。Raises InputInvalid."""
    _refuse_raw(text, name)
    nodes = _Nodes(name, text.splitlines())
    try:
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        data = None if node is None else nodes.plain(node, ())
    except yaml.MarkedYAMLError as error:
        if error.problem == "exceeded maximum nesting depth":
            raise _too_deep(name) from None
        raise miswritten(text, name, error) from error
    except RecursionError:
        raise _too_deep(name) from None
    if nodes.problems:
        raise InputInvalid(f"{name} 有 {len(nodes.problems)} 处错误。", problems=nodes.problems)
    return _demanded(Source(name, data, nodes.lines))


def parse_json(text: str, name: str) -> Source:
    """JSON 文本 → Source。Numbers and booleans stay as they were written. Raises InputInvalid."""
    problems: list[Problem] = []
    try:
        data = json.loads(
            text.strip() or "null",
            object_pairs_hook=_Pairs,
            parse_int=str,
            parse_float=str,
            parse_constant=_Constant,
        )
    except json.JSONDecodeError as error:
        line = "" if name.endswith("行") else f" 第 {error.lineno} 行"  # of JSON Lines: told
        raise InputInvalid(
            f"{name}{line}第 {error.colno} 列的 JSON 写法有误：{error.msg}",
            advice="请检查逗号、引号与括号。",
        ) from error
    except RecursionError:
        raise _too_deep(name) from None
    plain = _json_plain(data, (), name, problems)
    if problems:
        raise InputInvalid(f"{name} 有 {len(problems)} 处错误。", problems=problems)
    return _demanded(Source(name, plain))


class _Pairs(list[tuple[str, object]]):
    """JSON 对象的各对键值，保留重复的键。"""


class _Constant(str):
    """JSON 标准里没有的 NaN、Infinity。"""

    __slots__ = ()


def _too_deep(name: str) -> InputInvalid:
    return InputInvalid(f"{name} 嵌套过深。", advice="案件文件只有几层，请检查缩进与括号。")


def _refuse_raw(text: str, name: str) -> None:
    problems = []
    for found in _NOT_IN_YAML.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        where = f"{name}（第 {line} 行）"
        problems.append(Problem(where, f"第 {column} 个字符{refusal(found[0])}。"))
        if len(problems) == 20:
            break
    if problems:
        raise InputInvalid(f"{name} 含有 YAML 不允许的字符。", problems=problems, advice="请删去。")


def _json_plain(value: object, place: Place, name: str, problems: list[Problem]) -> Plain:
    match value:
        case _ if len(place) > MAX_DEPTH:
            raise _too_deep(name)
        case _Pairs():
            result: dict[str, Plain] = {}
            for key, child in value:
                if key in result:
                    said = f"键 “{shown(key)}” 重复；同一个键只能写一次。"
                    problems.append(Problem(_where(name, place), said))
                result[key] = _json_plain(child, (*place, key), name, problems)
            return result
        case list():
            return [_json_plain(v, (*place, i), name, problems) for i, v in enumerate(value)]
        case _Constant():
            said = f"{value} 不是值；没有内容请写 null。"
            problems.append(Problem(_where(name, place), said))
            return None
        case None:
            return None
        case bool():
            return "true" if value else "false"
    return str(value)


@dataclass
class _Nodes:
    """YAML 的节点 → 数据；记下行号与问题。"""

    name: str
    written: list[str]
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def plain(self, node: yaml.Node, place: Place) -> Plain:
        """一个节点的值；有问题的记下，以 None 代替。"""
        line = self.lines[place] = node.start_mark.line + 1
        if len(place) > MAX_DEPTH:
            raise _too_deep(self.name)
        if id(node) in self.seen:
            self._refuse(place, line, "不支持 YAML 的别名（*）；请把内容写全。")
            return None
        self.seen.add(id(node))
        if node.tag != _TAGS[type(node)]:
            self._refuse(place, line, f"不支持 YAML 标签 {shown(node.tag)}；请直接写内容。")
        if isinstance(node, yaml.ScalarNode):
            text = str(node.value)
            if not node.style and _CUT_OFF.match(self._after(node.end_mark)):
                told = "“#”和它后面的字会被当作注释丢掉；请给整个值加引号，注释写成“# ”。"
                self._refuse(place, line, told)
            return None if not node.style and text in _NULLS else text
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*place, i)) for i, child in enumerate(node.value)]
        return self._mapping(node, place)

    def _mapping(self, node: yaml.Node, place: Place) -> Plain:
        result: dict[str, Plain] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(place, line, "键必须是简单的文字。")
            elif key.value in result:
                self._refuse(place, line, f"键 “{shown(key.value)}” 重复；同一个键只能写一次。")
            else:
                result[key.value] = self.plain(child, (*place, key.value))
        return result

    def _after(self, mark: yaml.Mark) -> str:
        return self.written[mark.line][mark.column :] if mark.line < len(self.written) else ""

    def _refuse(self, place: Place, line: int, message: str) -> None:
        where = _where(self.name, place)
        self.problems.append(Problem(f"{where}（第 {line} 行）", message))


def _where(name: str, place: Place) -> str:
    return " ".join(part for part in (name, path_text(place)) if part)


def _demanded(source: Source) -> Source:
    if source.data is None:
        told = f"{source.name} 是空的。"
        raise InputInvalid(told, advice="请写入内容；docgen new 可给出样本。")
    return screened(source)


def screened(source: Source) -> Source:
    """逐个字符筛查：拒绝印不出的字符，折叠同形字并记下。Raises InputInvalid."""
    problems: list[Problem] = []
    notices: list[str] = []

    def acceptable(text: str, place: Place, said: str) -> bool:
        bad = {char: reason for char in set(text) if (reason := refusal(char))}
        if bad:
            index = min(text.index(char) for char in bad)
            message = f"{said}第 {index + 1} 个字符{bad[text[index]]}。"
            problems.append(Problem(source.where(place), message))
        return not bad

    def walk(value: Plain, place: Place) -> Plain:
        match value:
            case dict():
                for key in value:
                    acceptable(key, (*place, key), "键的")
                return {key: walk(child, (*place, key)) for key, child in value.items()}
            case list():
                return [walk(child, (*place, i)) for i, child in enumerate(value)]
            case str() if acceptable(value, place, ""):
                folded, changed = fold(value)
                notices.extend(f"{source.where(place)}：{change}" for change in changed)
                return folded
        return value

    data = walk(source.data, ())
    if problems:
        raise InputInvalid(
            f"{source.name} 有 {len(problems)} 处不能印出的字符。",
            problems=problems,
            advice="请删去或重新输入这些字符；它们常来自复制粘贴。",
        )
    return replace(source, data=data, notices=(*source.notices, *notices))
