"""模板用到什么：走一遍语法树，逐个名字核对作用域。只看，不执行。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

from docgen.catalogue_schema import FieldFile
from docgen.lint.expressions import Expressions
from docgen.lint.folder import Known, Tree, Use
from docgen.lint.shapes import ANY, Shape, shapes

_RULES = re.compile('(<span[^>]*class="rule"[^>]*>|\ue001)|(</span>|\ue002)')
_MAX_DEPTH = 20
_MAX_PIECES = 200
Scope = dict[str, Shape]


def uses_of(
    trees: Sequence[Tree],
    fields: Iterable[FieldFile],
    known: Known,
    layout: Mapping[str, Tree] | None,
) -> tuple[Use, ...]:
    """几段模板用到的一切。layout: what may be included; None where nothing may (DOCX)."""
    walker = _Walker(known, layout)
    scope = shapes(fields, known.given)
    for tree in trees:
        walker.template(tree, dict(scope))
    return tuple(walker.found)


@dataclass
class _Walker:
    """走语法树；ruled 是此刻是否在下划线里，guards 是外面的条件问到的名字。"""

    known: Known
    layout: Mapping[str, Tree] | None
    found: list[Use] = field(default_factory=list)
    blocks: dict[str, tuple[Tree, Sequence[nodes.Node]]] = field(default_factory=dict)
    ruled: bool = False
    guards: frozenset[str] = frozenset()
    depth: int = 0
    pieces: int = 0

    def template(self, tree: Tree, scope: Scope) -> None:
        """一个模板；有 extends 的，从被扩展的走起，块换成自己的。"""
        if tree.template is None or self.depth > _MAX_DEPTH:
            return
        self.ruled = False
        parent = next(iter(tree.template.find_all(nodes.Extends)), None)
        if parent is None:
            self.body(tree, tree.template.body, scope)
            return
        for block in tree.template.find_all(nodes.Block):
            self.blocks.setdefault(block.name, (tree, block.body))
        base = self._piece(tree, parent, "extends")
        self.depth += 1
        if base is None:
            self.body(tree, tree.template.body, scope)
        else:
            self.template(base, scope)
        self.depth -= 1

    def body(self, tree: Tree, body: Sequence[nodes.Node], scope: Scope) -> None:
        """一串语句。"""
        for node in body:
            self._statement(tree, node, scope)

    def _statement(self, tree: Tree, node: nodes.Node, scope: Scope) -> None:
        told = Expressions(self.known, tree, scope, self.found, self.guards)
        match node:
            case nodes.Output():
                self._output(tree, node, scope)
            case nodes.If():
                self._if(tree, node, scope)
            case nodes.For():
                self._for(tree, node, scope)
            case nodes.Assign():
                shape = told.read(node.node)
                for name in _targets(node.target):
                    scope[name] = shape if isinstance(node.target, nodes.Name) else ANY
            case nodes.Include():
                self._include(tree, node, scope)
            case nodes.Block():
                owner, inside = self.blocks.get(node.name, (tree, node.body))
                self.body(owner, inside, scope)
            case nodes.Extends():
                pass
            case _:
                self._other(tree, node, scope)

    def _output(self, tree: Tree, node: nodes.Output, scope: Scope) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                for opened, _ in _RULES.findall(child.data):
                    self.ruled = bool(opened)
            else:
                told = Expressions(self.known, tree, scope, self.found, self.guards)
                told.show(child, self.ruled)

    def _if(self, tree: Tree, node: nodes.If, scope: Scope) -> None:
        before = self.guards
        for branch in (node, *node.elif_):
            Expressions(self.known, tree, scope, self.found, self.guards).read(branch.test)
            self.guards |= {name.name for name in _names(branch.test)} | {
                f"{got.node.name}.{got.attr}"
                for got in branch.test.find_all(nodes.Getattr)
                if isinstance(got.node, nodes.Name)
            }
            if isinstance(branch.test, nodes.Getattr) and isinstance(branch.test.node, nodes.Name):
                self.guards |= {f"{branch.test.node.name}.{branch.test.attr}"}
            self.body(tree, branch.body, scope)
        self.body(tree, node.else_, scope)
        self.guards = before

    def _for(self, tree: Tree, node: nodes.For, scope: Scope) -> None:
        told = Expressions(self.known, tree, scope, self.found, self.guards)
        if node.recursive:
            self.found.append(Use("heavy", "用了 recursive 的循环", tree.spot(node.lineno)))
        shape = told.read(node.iter, iterated=True)
        inner = dict(scope)
        for name in _targets(node.target):
            inner[name] = shape.item if isinstance(node.target, nodes.Name) else ANY
        inner["loop"] = Shape("loop")
        if node.test is not None:
            Expressions(self.known, tree, inner, self.found, self.guards).read(node.test)
        self.body(tree, node.body, inner)
        self.body(tree, node.else_, dict(scope))

    def _include(self, tree: Tree, node: nodes.Include, scope: Scope) -> None:
        piece = self._piece(tree, node, "include")
        if piece is not None and piece.template is not None and self.depth < _MAX_DEPTH:
            self.depth += 1
            self.body(piece, piece.template.body, dict(scope))
            self.depth -= 1

    def _piece(self, tree: Tree, node: nodes.Include | nodes.Extends, verb: str) -> Tree | None:
        """include 或 extends 的那个文件；没有的记下。"""
        name = getattr(node.template, "value", None)
        spot = tree.spot(node.lineno)
        if self.layout is None:
            told = f"DOCX 里不能用 {verb}"
            self.found.append(Use("forbidden", told, spot, advice="请把内容直接写进 DOCX。"))
            return None
        if not isinstance(name, str) or name not in self.layout:
            told = f"{verb} 的 {name or '（不是固定的名字）'} 不在 layout/ 里"
            advice = f"可用：{'、'.join(sorted(self.layout))}。"
            self.found.append(Use("forbidden", told, spot, advice=advice))
            return None
        self.pieces += 1
        if self.pieces > _MAX_PIECES:
            if self.pieces == _MAX_PIECES + 1:
                self.found.append(Use("heavy", f"插入的片段超过 {_MAX_PIECES} 次", spot))
            return None
        self.found.append(Use("include", name, spot))
        return self.layout[name]

    def _other(self, tree: Tree, node: nodes.Node, scope: Scope) -> None:
        """宏、with、autoescape 等：不是本项目的写法，仍走进去看。"""
        told = f"用了 {type(node).__name__.lower()} 语句"
        advice = "模板只用 if、for、set、include 和过滤器。"
        self.found.append(Use("forbidden", told, tree.spot(node.lineno), advice=advice))
        inner = dict(scope)
        inner |= {name: ANY for target in node.find_all(nodes.Name) for name in (target.name,)}
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Stmt):
                self._statement(tree, child, inner)


def _names(node: nodes.Node) -> Iterable[nodes.Name]:
    return (node,) if isinstance(node, nodes.Name) else node.find_all(nodes.Name)


def _targets(node: nodes.Node) -> Iterable[str]:
    return [name.name for name in _names(node)]
