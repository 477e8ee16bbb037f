"""一个 Jinja 表达式读了什么、印了什么、用了哪些过滤器与函数。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jinja2 import nodes

from docgen.lint.folder import Known, Tree, Use
from docgen.lint.shapes import ANY, Shape
from docgen.validate import nearest

_SAME = {"list", "sort", "reverse", "select", "reject", "selectattr", "rejectattr", "unique"}
_COLUMN_FIRST = {"selectattr", "rejectattr", "groupby"}
_ONE = {"first", "last", "min", "max", "random"}
_CHANGING = {
    *("append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "popitem"),
    *("add", "discard", "mro", "format_map"),
}
_LISTS = ("list", "paragraphs")
_TEXTS = ("text", "choice", *_LISTS)


@dataclass
class Expressions:
    """在一个作用域里走表达式；用到的记进 found。"""

    known: Known
    tree: Tree
    scope: dict[str, Shape]
    found: list[Use]
    guards: frozenset[str]

    def show(self, node: nodes.Node, ruled: bool) -> None:
        """{{ … }} 里的表达式：它的值会印出来。"""
        shape = self._walk(node, (), ruled, printed=True)
        if shape.type in _LISTS or isinstance(node, nodes.List | nodes.Tuple | nodes.Dict):
            self._note("forbidden", "直接印了列表", node, advice="请用 for 逐项印，或者 join。")

    def read(self, node: nodes.Node, *, iterated: bool = False) -> Shape:
        """条件、循环和 set 里的表达式：只读不印。"""
        shape = self._walk(node, (), False, printed=False)
        if iterated and isinstance(node, nodes.Name | nodes.Getattr) and shape.path:
            self._note("path", shape.path, node, iterated=True, type=shape.type)
        return shape

    def _walk(
        self, node: nodes.Node, filters: tuple[str, ...], ruled: bool, *, printed: bool
    ) -> Shape:
        match node:
            case nodes.Name():
                shape = self._name(node)
            case nodes.Getattr():
                shape = self._attribute(node, self.read(node.node), node.attr)
            case nodes.Getitem(arg=nodes.Const(value=str(key))):
                shape = self._attribute(node, self.read(node.node), key)
            case nodes.Getitem():
                self.read(node.arg)
                shape = self.read(node.node).item
            case nodes.Filter():
                return self._filter(node, filters, ruled, printed=printed)
            case nodes.CondExpr():
                return self._either(node, filters, ruled, printed=printed)
            case nodes.Call():
                return self._call(node)
            case nodes.Test():
                return self._test(node)
            case _:
                for fault in self._without_measure(node):
                    self._note("heavy", fault, node)
                inside = printed and isinstance(node, nodes.Concat | nodes.Add | nodes.Or)
                for child in node.iter_child_nodes():
                    self._walk(child, filters, ruled, printed=inside)
                return Shape("text") if isinstance(node, nodes.Const) else ANY
        if shape.path:
            told = {"printed": printed, "filters": filters, "type": shape.type, "ruled": ruled}
            self._note("path", shape.path, node, **told)
        return shape

    def _name(self, node: nodes.Name) -> Shape:
        if node.name in self.scope:
            return self.scope[node.name]
        if node.name not in self.known.functions:
            near = nearest(node.name, list(self.scope))
            advice = f"是否应为“{near}”？" if near else "请在 instrument.yaml 声明这个字段。"
            self._note("unknown", node.name, node, advice=advice)
        return ANY

    def _attribute(self, node: nodes.Node, base: Shape, name: str) -> Shape:
        if name.startswith("_") or (name in _CHANGING and base.type != "row"):
            told = f"沙箱不允许 .{name}"
            self._note("forbidden", told, node, advice="模板只能读声明的字段。")
            return ANY
        shape = base.attribute(name)
        if shape is None:
            near = nearest(name, base.attributes)
            advice = f"是否应为“{near}”？" if near else f"它是 {base.type}，没有这一项。"
            self._note("unknown", f"{base.path or base.type}.{name}", node, advice=advice)
            return ANY
        return shape

    def _filter(
        self, node: nodes.Filter, filters: tuple[str, ...], ruled: bool, *, printed: bool
    ) -> Shape:
        if node.name not in self.known.filters:
            near = nearest(node.name, sorted(self.known.filters))
            advice = f"是否应为“{near}”？" if near else "过滤器见 docgen/render/filters.py。"
            self._note("filter", node.name, node, advice=advice)
        if node.node is None:
            return ANY
        shape = self._walk(node.node, (node.name, *filters), ruled, printed=printed)
        if node.name == "blank" and any(_number(arg) > self.known.most for arg in node.args):
            self._note("heavy", f"blank 最宽 {self.known.most}", node)
        arguments = [*node.args, *(pair.value for pair in node.kwargs)]
        named: dict[str, nodes.Expr] = {str(pair.key): pair.value for pair in node.kwargs}
        column = named.get("attribute")
        if node.name in _COLUMN_FIRST and node.args:
            column = node.args[0]
        if isinstance(column, nodes.Const) and isinstance(column.value, str):
            self._column(node, shape, column.value)
        for argument in arguments:
            self.read(argument)
        if node.name in _SAME:
            return shape
        return shape.item if node.name in _ONE else ANY

    def _column(self, node: nodes.Node, shape: Shape, name: str) -> None:
        column = self._attribute(node, shape.item, name)
        if column.path:
            self._note("path", column.path, node, type=column.type)

    def _either(
        self, node: nodes.CondExpr, filters: tuple[str, ...], ruled: bool, *, printed: bool
    ) -> Shape:
        self.read(node.test)
        tested = node.test
        names = [tested] if isinstance(tested, nodes.Name) else list(tested.find_all(nodes.Name))
        inner = replace(self, guards=self.guards | {name.name for name in names})
        shapes = [
            inner._walk(child, filters, ruled, printed=printed)
            for child in (node.expr1, node.expr2)
            if child is not None
        ]
        types = {shape.type for shape in shapes}
        return Shape(types.pop()) if len(types) == 1 else ANY

    def _call(self, node: nodes.Call) -> Shape:
        target = node.node
        if isinstance(target, nodes.Name) and target.name not in self.scope:
            if target.name not in self.known.functions:
                advice = f"可用：{'、'.join(sorted(self.known.functions))}。"
                self._note("call", target.name, node, advice=advice)
            elif target.name == "range" and _length(node.args) > self.known.most:
                self._note("heavy", f"range 最多 {self.known.most} 项", node)
        else:
            self.read(target)
            if not isinstance(target, nodes.Getattr) or target.attr not in self.known.methods:
                name = f".{target.attr}" if isinstance(target, nodes.Getattr) else "（表达式）"
                advice = f"可用：{'、'.join(sorted(self.known.methods))}。"
                self._note("call", name, node, advice=advice)
        for child in (*node.args, *(pair.value for pair in node.kwargs)):
            self.read(child)
        return ANY

    def _test(self, node: nodes.Test) -> Shape:
        if node.name not in self.known.tests:
            near = nearest(node.name, sorted(self.known.tests))
            self._note("test", node.name, node, advice=f"是否应为“{near}”？" if near else "")
        for child in (node.node, *node.args):
            self.read(child)
        return Shape("boolean")

    def _without_measure(self, node: nodes.Node) -> Iterator[str]:
        """一个运算或者列表里没有限度的写法。"""
        match node:
            case nodes.Pow():
                yield "用了乘方 **"
            case nodes.Mul() if self._is_text(node.left) or self._is_text(node.right):
                yield "文字或者列表不能相乘"
            case nodes.Mod() if self._is_text(node.left):
                yield "文字不能用 % 格式化"
            case nodes.List() | nodes.Tuple() if any(map(_is_list, node.items)):
                yield "列表里不能再写列表"
            case nodes.Dict() if any(_is_list(pair.value) for pair in node.items):
                yield "列表里不能再写列表"

    def _is_text(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Const):
            return isinstance(node.value, str)
        return _is_list(node) or self.read(node).type in _TEXTS

    def _note(self, kind: str, name: str, node: nodes.Node, **told: object) -> None:
        spot = self.tree.spot(node.lineno)
        use = Use(kind, name, spot, guards=self.guards, **told)  # type: ignore[arg-type]
        self.found.append(use)


def _is_list(node: nodes.Node) -> bool:
    return isinstance(node, nodes.List | nodes.Tuple | nodes.Dict)


def _number(node: nodes.Node) -> int:
    """写明的整数；别的为零。"""
    value = node.value if isinstance(node, nodes.Const) else 0
    return value if isinstance(value, int) else 0


def _length(arguments: Sequence[nodes.Expr]) -> int:
    """range 的项数；不是写明的整数的不知道，算零。"""
    numbers = [_number(argument) for argument in arguments]
    match numbers:
        case [end]:
            return end
        case [start, end]:
            return end - start
        case [start, end, step] if step:
            return (end - start) // step
    return 0
