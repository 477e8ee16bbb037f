"""模板的沙箱：Jinja 的一小部分，算得完，也装得下（invariant 3）。

What can grow without bound is either not in the language (macros, most filters and methods, **)
or counted: turns of loops and inclusions per document, the size of each text that is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from decimal import Decimal
from typing import Any

from jinja2 import (
    Environment,
    TemplateSyntaxError,
    Undefined,
    nodes,
    pass_context,
    pass_environment,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_RANGE = 1_000
MAX_TURNS = 100_000
MAX_TEXT = 200_000
MAX_OUTPUT = 10_000_000
_MAX_FACTOR = 10**15
METHODS = frozenset(
    {
        *("isoformat", "weekday", "date", "time", "cycle", "changed"),
        *("startswith", "endswith", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix"),
        *("lower", "upper", "count", "find", "index", "get", "items", "keys", "values"),
    }
)
_FILTERS = frozenset(
    {
        *("abs", "d", "default", "first", "float", "groupby", "int", "last", "length", "list"),
        *("max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort"),
        "unique",
    }
)
_STATEMENTS = (
    *(nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.Include, nodes.Extends, nodes.Block),
)
# Names with a blank: no template can use them.
_TURNS, _FLAT, _SIZED, _SCALAR = "docgen turns", "docgen flat", "docgen sized", "docgen scalar"


class Sandbox(ImmutableSandboxedEnvironment):
    """不可变沙箱，加上大小与次数的限度。Raises SecurityError, told in Chinese, when rendering."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=printable, **options)
        self.context_class = _Counting
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"lower": _text(str.lower), "upper": _text(str.upper)}
        self.filters |= {"trim": _text(str.strip), "join": _join}
        self.filters |= {_TURNS: _counted, _FLAT: _flat, _SIZED: _sized, _SCALAR: printable}
        self.globals = {"range": _range}

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """把各截连成一份；太长的拒绝。"""
        return "".join(_metered(pieces, MAX_OUTPUT))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """加、乘、乘方、取余；只有数可以乘。"""
        if operator == "+":
            return _sized(super().call_binop(context, operator, left, right))
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise SecurityError(f"不能用 {operator} 运算")
        if not all(_is_small(value) for value in (left, right)):
            raise SecurityError(f"{operator} 只能用于不太大的数")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> None:  # noqa: ARG002
        """不给 format：它的宽度没有限度；由 is_safe_attribute 拒绝。"""
        return

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """方法只有不会把东西变大的那些。"""
        allowed = not callable(value) or attr in METHODS
        return allowed and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:
        """只能调用 range 和上面的方法。"""
        return obj is _range or (hasattr(obj, "__self__") and _name(obj) in METHODS)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """调用一个能调用的；没有的名字照 Jinja 报。"""
        if not isinstance(__obj, Undefined) and not __self.is_safe_callable(__obj):
            raise SecurityError(f"模板里不能调用 {_name(__obj) or type(__obj).__name__}")
        return __context.call(__obj, *args, **kwargs)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        *rest: Any,
        **more: Any,
    ) -> str:
        """编译以前：不在语言里的语句拒绝，会变大的地方加上计数。"""
        for node in source.find_all(nodes.Stmt):
            if not isinstance(node, _STATEMENTS) or getattr(node, "recursive", False):
                told = f"模板里不能用 {type(node).__name__.lower()} 语句"
                raise TemplateSyntaxError(told, node.lineno, name, filename)
        guarded = _Guards().visit(source)
        guarded.set_environment(self)
        return super()._generate(guarded, name, filename, *rest, **more)


class _Guards(NodeTransformer):
    """在会变大的地方包上计数的过滤器。"""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = _wrapped(node.iter, _TURNS)
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        node.template = _wrapped(node.template, _TURNS)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [_wrapped(one, _SCALAR) for one in node.nodes]
        return _wrapped(node, _SIZED)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _wrapped(node, _FLAT)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return node if node.ctx == "store" else _wrapped(node, _FLAT)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _wrapped(node, _FLAT)


def _name(value: Any) -> str:
    return str(getattr(value, "__name__", ""))


def _wrapped(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class _Counting(Context):
    """记着这一份文书转了多少圈的上下文；include 的片段记在同一处。"""

    _KEY = "docgen turns so far"

    def __init__(self, environment: Any, parent: dict[str, Any], *rest: Any, **more: Any) -> None:
        parent.setdefault(self._KEY, [0])
        super().__init__(environment, parent, *rest, **more)

    def spend(self, turns: int) -> None:
        """又转了几圈。Raises SecurityError when there were too many."""
        so_far = self.parent[self._KEY]
        so_far[0] += turns
        if so_far[0] > MAX_TURNS:
            raise SecurityError(f"循环和插入一共超过 {MAX_TURNS} 次")


@pass_context
def _counted(context: _Counting, value: Any) -> Any:
    if isinstance(value, str):
        context.spend(max(1, len(value)))
        return value
    items = value if isinstance(value, Sized) else tuple(value)
    context.spend(1 + len(items))
    return items


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"range 最多 {MAX_RANGE} 项")
    return numbers


@pass_environment
def _join(
    environment: Environment,
    value: Iterable[Any],
    d: str = "",
    attribute: str | None = None,
) -> str:
    """连成一串；只连文字、数和日期。"""
    items = (v if attribute is None else environment.getitem(v, attribute) for v in value)
    pieces = (f"{d if number else ''}{printable(item)}" for number, item in enumerate(items))
    return "".join(_metered(pieces, MAX_TEXT))


def _text(change: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: change(str(printable(value)))


def _flat(value: Any) -> Any:
    for item in value.values() if isinstance(value, dict) else value:
        if _holds_others(item):
            raise SecurityError("列表里不能再写列表")
    return value


def _sized(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > MAX_TEXT:
        raise SecurityError(f"拼成的文字或者列表超过 {MAX_TEXT} 个")
    return value


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and -_MAX_FACTOR <= value <= _MAX_FACTOR


def printable(value: Any) -> Any:
    """能印的值：文字、数、日期；列表要逐项印。Raises SecurityError for the others."""
    if _holds_others(value):
        raise SecurityError("不能直接印列表，请用 for 逐项印")
    return value


def _holds_others(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | Undefined)


def _metered(pieces: Iterable[str], most: int) -> Iterator[str]:
    left = most
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise SecurityError(f"印出的内容超过 {most} 个字符")
        yield piece
