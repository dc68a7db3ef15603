"""Window functions that PostgreSQL lacks, or has without IGNORE NULLS.

https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.engines.redshift.functions import NEED_FRAME, PREFIX, plain
from sandbox.engines.redshift.lexer import syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    find,
    is_word,
    nodes,
    split_on,
)

Rewrite = Callable[[Sequence[Node]], Nodes]

ENDS = ("first_value", "last_value")  # these take IGNORE NULLS inside their parentheses too
NEIGHBOURS = {
    "lag": "UNBOUNDED PRECEDING AND 1 PRECEDING",
    "lead": "1 FOLLOWING AND UNBOUNDED FOLLOWING",
}
NAMES = frozenset({*ENDS, *NEIGHBOURS, "nth_value", "ratio_to_report", "listagg"})
WHOLE_PARTITION = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def call(name: str, arguments: Group, reader: Reader, rewrite: Rewrite) -> Nodes:
    """One of NAMES with its clauses, which the reader stands before, as PostgreSQL shall see it."""
    if name == "listagg":
        return _listagg(arguments, reader, rewrite)
    inside, ignore = _null_treatment(name, arguments, reader)
    values = [rewrite(part) for part in split_on(inside, ",")]
    window = reader.group().children if reader.take("OVER") else None
    if window is None:
        raise RedshiftError(f"window function {name} requires an OVER clause", "42809")
    if name in NEIGHBOURS:
        return _neighbour(name, values, rewrite(window), ignore)
    if name == "ratio_to_report":
        return _ratio(values, rewrite(window))
    require_frame(name, window)
    over = _over(rewrite(window))
    if not ignore:
        return [*plain(name, values), *over]
    if name in ENDS:
        return [*_own(name, *values), *over]
    if len(values) != 2:
        raise RedshiftError("function nth_value takes 2 arguments", "42883")
    return _own("nth_value", [*_own("values", values[0]), *over], values[1])


def require_frame(name: str, window: Sequence[Node]) -> None:
    """Raise RedshiftError when a window is ordered and lacks the frame that its function needs."""
    if name not in NEED_FRAME or find(window, "ORDER") < 0 or _has_frame(window):
        return
    raise RedshiftError(
        "Aggregate window functions with an ORDER BY clause require a frame clause", "42601"
    )


def _null_treatment(name: str, arguments: Group, reader: Reader) -> tuple[Sequence[Node], bool]:
    """The arguments of a call, and whether it ignores NULLs."""
    inside = arguments.children
    if name in ENDS and len(inside) > 2 and is_word(inside[-1], "NULLS"):
        if not is_word(inside[-2], "IGNORE", "RESPECT"):
            raise syntax_error("NULLS")
        return inside[:-2], is_word(inside[-2], "IGNORE")
    if name == "ratio_to_report":
        return inside, False
    ignore = reader.take("IGNORE", "NULLS")
    if not ignore:
        reader.take("RESPECT", "NULLS")
    return inside, ignore


def _neighbour(name: str, values: list[Nodes], window: Nodes, ignore: bool) -> Nodes:
    """LAG and LEAD: the rows before or after, without those that are NULL if these are ignored."""
    if len(values) > 2:
        raise RedshiftError(
            f"Default parameter not be supported for window function {name}", "0A000"
        )
    if _has_frame(window):
        raise RedshiftError(f"window function {name} does not take a frame clause", "42601")
    if not ignore:
        return [*plain(name, values), *_over(window)]
    over = _over([*window, *nodes(f"ROWS BETWEEN {NEIGHBOURS[name]}")])
    value = values[0]
    if len(values) == 1:
        return [*_own("last_value" if name == "lag" else "first_value", value), *over]
    return _own(name, [*_own("values", value), *over], value, values[1])


def _ratio(values: list[Nodes], window: Nodes) -> Nodes:
    if len(values) != 1:
        raise RedshiftError("function ratio_to_report takes 1 argument", "42883")
    _refuse_order("ratio_to_report", window)
    value = [Group(tuple(values[0])), *nodes("::float8")]
    return [Group((*value, *nodes("/"), *plain("sum", [value]), *_over(window)))]


def _listagg(arguments: Group, reader: Reader, rewrite: Rewrite) -> Nodes:
    """LISTAGG([DISTINCT] x [, separator]) [WITHIN GROUP (ORDER BY y)] [OVER ([PARTITION BY z])]"""
    value, *rest = [rewrite(part) for part in split_on(arguments.children, ",")]
    distinct = bool(value) and is_word(value[0], "DISTINCT")
    if value and is_word(value[0], "DISTINCT", "ALL"):
        value = value[1:]
    # NULLs and empty strings are left out
    text = [*nodes("NULLIF"), Group((Group(tuple(value)), *nodes("::text, ''")), spaced=False)]
    order = rewrite(reader.group().children) if reader.take("WITHIN", "GROUP") else []
    inside = [*text, *nodes(","), *(rest[0] if rest else nodes("''"))]
    over: Nodes = []
    if reader.take("OVER"):
        window = rewrite(reader.group().children)
        _refuse_order("listagg", window)
        # PostgreSQL orders no aggregate's rows in a window but by the window itself
        over = _over([*window, *order, *nodes(WHOLE_PARTITION)])
    else:
        inside += order
    aggregate = f"pg_catalog.{PREFIX}listagg_distinct" if distinct else "listagg"
    return _own("listagg", [*nodes(aggregate), Group(tuple(inside), spaced=False), *over])


def _refuse_order(name: str, window: Sequence[Node]) -> None:
    if find(window, "ORDER") >= 0 or _has_frame(window):
        raise RedshiftError(
            f"window function {name} does not take an ORDER BY or frame clause", "42601"
        )


def _has_frame(window: Sequence[Node]) -> bool:
    return any(is_word(node, "ROWS", "RANGE", "GROUPS") for node in window)


def _own(name: str, *arguments: Nodes) -> Nodes:
    """A call of the engine's own function."""
    return plain(f"pg_catalog.{PREFIX}{name}", list(arguments))


def _over(window: Sequence[Node]) -> Nodes:
    return [*nodes("OVER"), Group(tuple(window))]
