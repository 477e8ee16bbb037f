"""一个 Jinja 表达式读了什么、印了什么、用了哪些过滤器与函数。"""

from __future__ import annotations

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
_UNESCAPED = {"safe", "forceescape", "attr", "pprint", "xmlattr"}


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
        self._walk(node, (), ruled, printed=True)

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
        elif node.name in _UNESCAPED:
            told = f"过滤器 {node.name} 绕过转义或者声明"
            self._note("forbidden", told, node, advice="请去掉它。")
        if node.node is None:
            return ANY
        shape = self._walk(node.node, (node.name, *filters), ruled, printed=printed)
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
        else:
            self.read(target)
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

    def _note(self, kind: str, name: str, node: nodes.Node, **told: object) -> None:
        spot = self.tree.spot(node.lineno)
        use = Use(kind, name, spot, guards=self.guards, **told)  # type: ignore[arg-type]
        self.found.append(use)
