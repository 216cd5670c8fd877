"""Expressions of stored templates: Jinja's immutable sandbox, narrowed until nothing can grow.

Allowed are look-ups in the sent JSON, comparisons, `if ... else`, arithmetic on numbers, `+` on
short text, and the filters below. Calls, powers and `~` are not: each can turn a short expression
into a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.filters import FILTERS
from jinja2.parser import Parser
from jinja2.runtime import Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from watchfloor.noc.intake.fields import as_text
from watchfloor.platform.errors import Invalid

LENGTH_LIMIT = 500
TEXT_LIMIT = 64_000
"""Characters of any text that an expression makes."""
_FORBIDDEN: tuple[type[nodes.Node], ...] = (
    nodes.Call,
    nodes.Pow,
    nodes.Concat,
)
_AS_THEY_ARE = ("abs", "capitalize", "d", "default", "first", "float", "int", "last", "length")


class ExpressionError(Exception):
    """The expression has no value for this payload."""


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, str) and isinstance(right, str) and operator == "+":
            return _short(left + right)
        if not (_is_number(left) and _is_number(right)):
            raise ExpressionError(f"{operator} works on numbers, + also on two texts")
        return super().call_binop(context, operator, left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) < 1e30


def _short(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise ExpressionError(f"the text grows over {TEXT_LIMIT} characters")
    return text


def _text(value: object) -> str:
    return _short(as_text(value))


def _replace(text: object, old: str, new: str) -> str:
    before = _text(text)
    if not old or len(before) + before.count(old) * len(new) > TEXT_LIMIT:
        raise ExpressionError("replace takes a text that is not empty, and does not grow for ever")
    return before.replace(old, new)


def _join(values: object, between: str = "") -> str:
    if not isinstance(values, list) or len(values) > 1_000:
        raise ExpressionError("join works on lists of up to 1,000")
    texts = [_text(value) for value in values]
    if sum(map(len, texts)) + len(texts) * len(between) > TEXT_LIMIT:
        raise ExpressionError(f"the text grows over {TEXT_LIMIT} characters")
    return between.join(texts)


def _on_text(work: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: work(_text(value))


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(undefined=StrictUndefined)
    sandbox.globals.clear()
    sandbox.filters = {name: FILTERS[name] for name in _AS_THEY_ARE}
    sandbox.filters |= {"string": _text, "replace": _replace, "join": _join}
    for work in (str.lower, str.upper, str.strip, str.title):
        sandbox.filters[work.__name__] = _on_text(work)
    sandbox.filters["trim"] = sandbox.filters["strip"]
    return sandbox


_SANDBOX = _sandbox()
Expression = Callable[[Mapping[str, Any]], Any]


@lru_cache(maxsize=4096)
def compiled(source: str) -> Expression:
    """Return the expression as a function of its names. Raises: Invalid, with what to change."""
    if len(source) > LENGTH_LIMIT:
        raise Invalid(f"an expression has at most {LENGTH_LIMIT} characters")
    try:
        tree = Parser(_SANDBOX, source, state="variable").parse_expression()
        expression = _SANDBOX.compile_expression(source, undefined_to_none=False)
    except (TemplateError, RecursionError) as error:
        raise Invalid(f"{source!r} cannot be read: {error}") from None
    if found := next(_forbidden(tree), None):
        raise Invalid(f"{source!r} has a {found}: use look-ups, comparisons, + and filters")

    def evaluate(names: Mapping[str, Any]) -> Any:
        return _evaluated(expression, names)

    return evaluate


def _forbidden(tree: nodes.Node) -> Iterator[str]:
    wrapped = nodes.Tuple([tree], "load")
    return (type(node).__name__.lower() for node in wrapped.find_all(_FORBIDDEN))


def _evaluated(expression: Callable[..., Any], names: Mapping[str, Any]) -> Any:
    try:
        value = expression(**names)
        if isinstance(value, Undefined):
            str(value)
    except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        raise ExpressionError(str(error)) from None
    if value is not None and not isinstance(value, (str, int, float, bool, list, dict)):
        raise ExpressionError("the expression gives no text, number, list or object")
    return value
