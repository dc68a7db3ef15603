"""Views over tables with masks: each is made anew when the masks of its tables change.

A view's query then reads the tables through their masks, which ask for the session's user: so
who queries a view sees what their own policies let them see. What the view was made of is kept.

https://docs.aws.amazon.com/redshift/latest/dg/t_ddm-considerations.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import Kind, Token, tokenize
from sandbox.engines.redshift.masked_tables import masked_source
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    group,
    is_word,
    literal,
    nodes,
    quote,
    render,
)
from sandbox.engines.redshift.vocabulary import vocabulary

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

VIEWS = "pg_catalog.redshift_view"
# what may follow a table in PostgreSQL's text of a view, where it has no alias
AFTER_TABLE = vocabulary(
    """
    JOIN LEFT RIGHT FULL INNER CROSS NATURAL ON USING WHERE GROUP HAVING ORDER LIMIT OFFSET UNION
    INTERSECT EXCEPT WINDOW
    """
)


def renew(session: Session, path: Sequence[str]) -> None:
    """A view has just been made: read its tables through their masks."""
    relation = session.relation(path)
    if relation is None or not session.any_masks:
        return
    session.run_internal(f"DELETE FROM {VIEWS} WHERE reloid = {relation.oid}")
    _rebuild(session, relation.oid)


def rebuild(session: Session, table: int) -> None:
    """The masks of a table have changed: make the views that read it anew.

    Raises RedshiftError for a view that cannot be made any more.
    """
    for (view,) in session.internal_rows(
        "SELECT DISTINCT c.oid FROM pg_catalog.pg_depend d"
        " JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid"
        " JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'v'"
        f" WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = {table}"
    ):
        _rebuild(session, int(view or 0))


def _rebuild(session: Session, view: int) -> None:
    before = session.internal_rows("SELECT current_setting('search_path')")[0][0] or ""
    _look_in(session, "pg_catalog")  # so that PostgreSQL writes every name with its schema
    stored = session.internal_rows(
        "SELECT coalesce((SELECT query FROM pg_catalog.redshift_view v WHERE v.reloid = c.oid),"
        " pg_get_viewdef(c.oid)), c.oid::regclass, c.relowner"
        f" FROM pg_catalog.pg_class c WHERE c.oid = {view}"
    )
    query, name, owner = (text or "" for text in stored[0])
    tree = group(tokenize(query.rstrip().rstrip(";")))
    tables = _masked_tables(session, view)
    session.run_internal(f"DELETE FROM {VIEWS} WHERE reloid = {view}")
    if tables:
        session.run_internal(f"INSERT INTO {VIEWS} VALUES ({view}, {literal(query)})")
    for table, schema, relation in tables:
        tree = _through(tree, schema, relation, _source(session, table, schema, relation, owner))
    try:
        session.run_internal(f"CREATE OR REPLACE VIEW {name} AS {render(tree)}")
    except RedshiftError as error:
        raise RedshiftError(
            f"view {name} depends on the table and cannot be made anew: {error.message}",
            error.sqlstate,
        ) from None
    _look_in(session, before)


def _masked_tables(session: Session, view: int) -> list[tuple[int, str, str]]:
    """The tables with masks that a view reads: id, schema and name."""
    found = session.internal_rows(
        "SELECT DISTINCT c.oid, n.nspname, c.relname FROM pg_catalog.pg_rewrite r"
        " JOIN pg_catalog.pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass"
        " JOIN pg_catalog.pg_class c ON c.oid = d.refobjid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.redshift_masking_attachment a ON a.reloid = c.oid"
        f" WHERE r.ev_class = {view}"
    )
    return [(int(table or 0), schema or "", name or "") for table, schema, name in found]


def _source(session: Session, table: int, schema: str, name: str, owner: str) -> Group:
    """The table as its masks show it, of the columns that the view's owner may read."""
    columns = session.internal_rows(
        f"SELECT a.attname, m.expression FROM pg_catalog.pg_attribute a"
        f" LEFT JOIN pg_catalog.redshift_masked({table}) m ON m.name = a.attname"
        f" WHERE a.attrelid = {table} AND a.attnum > 0 AND NOT a.attisdropped"
        f" AND has_column_privilege({owner}::oid, a.attrelid, a.attnum, 'SELECT')"
        " ORDER BY a.attnum"
    )
    masks = {column or "": mask for column, mask in columns if mask is not None}
    return masked_source([schema, name], [column or "" for column, _ in columns], masks)


def _through(tree: Sequence[Node], schema: str, name: str, source: Group) -> Nodes:
    """The tree with a table's qualified name replaced by a subquery."""
    out: Nodes = []
    for node in tree:
        inner = node
        if isinstance(node, Group):
            inner = Group(tuple(_through(node.children, schema, name, source)), node.spaced)
        out.append(inner)
    place = 0
    while place + 2 < len(out):
        first, point, last = out[place : place + 3]
        if _is(first, schema) and is_word(point, ".") and _is(last, name):
            following = out[place + 3] if place + 3 < len(out) else None
            bare = (
                not isinstance(following, Token)
                or not following.is_name
                or (following.kind is Kind.WORD and following.word in AFTER_TABLE)
            )
            out[place : place + 3] = [source, *(nodes(f"AS {quote(name)}") if bare else [])]
        place += 1
    return out


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Token) and node.is_name and node.exact_name == name


def _look_in(session: Session, path: str) -> None:
    session.run_internal(f"SELECT set_config('search_path', {literal(path)}, true)")
