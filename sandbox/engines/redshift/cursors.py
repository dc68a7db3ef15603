"""DECLARE, FETCH and CLOSE: cursors, one at a time, within a transaction block.

https://docs.aws.amazon.com/redshift/latest/dg/declare.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, is_word, near, quote
from sandbox.engines.redshift.plan import Plan, Query, Rule

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

QUERY = ("SELECT", "WITH", "(")


def declare(tree: Nodes, select: Callable[[Nodes], Plan]) -> Plan:
    """DECLARE name CURSOR FOR query; select makes the plan of the query."""
    reader = Reader(tree)
    reader.expect("DECLARE")
    name = reader.identifier().name
    reader.expect("CURSOR", "FOR")
    query = reader.rest()
    if not query or not is_word(query[0], *QUERY):
        raise syntax_error(near(query[0]) if query else "FOR")
    sql = select(query).single
    if sql is None:
        raise syntax_error("INTO")

    def own(session: Session) -> None:
        session.cursor_owners[name] = session.user

    return Plan(  # PostgreSQL's SCROLL is what lets FORWARD 0 fetch the current row again
        [refuse_second, own, Query(f"DECLARE {quote(name)} SCROLL CURSOR FOR {sql}")],
        tag="DECLARE CURSOR",
        rule=Rule.INSIDE,
    )


def fetch(tree: Nodes) -> Plan:
    """FETCH [NEXT | ALL | FORWARD [number | ALL]] FROM name"""
    reader = Reader(tree)
    reader.expect("FETCH")
    what = "NEXT"
    if reader.take("ALL"):
        what = "ALL"
    elif reader.take("FORWARD"):
        what = "FORWARD"
        if reader.take("ALL"):
            what = "FORWARD ALL"
        elif not is_word(reader.peek() or reader.next(), "FROM"):
            what = f"FORWARD {int(reader.number())}"
    else:
        reader.take("NEXT")
    reader.expect("FROM")
    name = quote(reader.identifier().name)
    reader.end()
    return Plan([Query(f"FETCH {what} FROM {name}")], rule=Rule.INSIDE)


def close(tree: Nodes) -> Plan:
    """CLOSE name"""
    reader = Reader(tree)
    reader.expect("CLOSE")
    name = quote(reader.identifier().name)
    reader.end()
    return Plan([Query(f"CLOSE {name}")], tag="CLOSE CURSOR", rule=Rule.INSIDE)


def refuse_second(session: Session) -> None:
    """Raise RedshiftError when a cursor is open."""
    # what has no name is a portal of the wire protocol
    if session.rows("SELECT name FROM pg_catalog.pg_cursors WHERE name <> ''"):
        raise RedshiftError("only one cursor can be open in a session at a time", "0A000")
