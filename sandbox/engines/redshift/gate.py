"""The gate: a statement of Redshift's dialect becomes a plan for PostgreSQL, or is refused.

Only what is known passes. A statement whose first words are not listed here never reaches
PostgreSQL, nor does a function, type or operator that Redshift does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sandbox.engines.redshift import (
    copying,
    cursors,
    identifiers,
    materialized_views,
    settings,
    shows,
    unloading,
    user_functions,
)
from sandbox.engines.redshift.alterations import Alterations
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.changes import Changes
from sandbox.engines.redshift.grants import Grants
from sandbox.engines.redshift.lexer import Kind, Token, split, syntax_error
from sandbox.engines.redshift.maintenance import Maintenance
from sandbox.engines.redshift.masking import Masking
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    find,
    group,
    is_word,
    near,
    nodes,
    render,
    walk,
)
from sandbox.engines.redshift.plan import Plan, Query
from sandbox.engines.redshift.principals import Principals
from sandbox.engines.redshift.procedures import calls, definitions
from sandbox.engines.redshift.row_security import RowSecurity
from sandbox.engines.redshift.selects import Selects
from sandbox.engines.redshift.tables import Tables

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

Handler = Callable[[Nodes], Plan]
CATALOG_NAMES = ("pg_", "redshift_pg_", "svv_", "svl_", "stl_", "stv_", "sys_")


class Gate:
    """Makes plans for the statements of one session.

    replacements are the values of functions that the session answers itself, as SQL.
    """

    def __init__(self, session: Session, replacements: Mapping[str, Callable[[], str]]) -> None:
        catalog: Catalog = session
        self._catalog = catalog
        self._replacements = replacements
        tables, changes = Tables(catalog), Changes(catalog)
        principals, grants = Principals(), Grants()
        rows, masks = RowSecurity(catalog), Masking(catalog)
        alterations, maintenance = Alterations(catalog), Maintenance(catalog)
        self._handlers: dict[tuple[str, ...], Handler] = {
            ("SELECT",): self._select,
            ("WITH",): self._with,
            ("(",): self._select,
            ("INSERT",): changes.insert,
            ("UPDATE",): changes.update,
            ("DELETE",): changes.delete,
            ("MERGE",): changes.merge,
            ("COPY",): copying.read,
            ("UNLOAD",): lambda tree: unloading.statement(tree, self._unloaded),
            ("CREATE", "TABLE"): tables.create,
            ("CREATE", "TEMP"): tables.create,
            ("CREATE", "TEMPORARY"): tables.create,
            ("CREATE", "LOCAL"): tables.create,
            ("CREATE", "VIEW"): tables.view,
            ("CREATE", "OR", "REPLACE", "VIEW"): tables.view,
            ("CREATE", "SCHEMA"): alterations.create_schema,
            ("ALTER", "SCHEMA"): alterations.alter_schema,
            ("ALTER", "TABLE"): alterations.alter_table,
            ("DROP", "TABLE"): alterations.drop,
            ("DROP", "VIEW"): alterations.drop,
            ("DROP", "SCHEMA"): alterations.drop,
            ("COMMENT", "ON"): alterations.comment,
            ("TRUNCATE",): maintenance.truncate,
            ("LOCK",): maintenance.lock,
            ("ANALYZE",): maintenance.analyze,
            ("ANALYSE",): maintenance.analyze,
            ("VACUUM",): maintenance.vacuum,
            ("CREATE", "DATABASE"): maintenance.create_database,
            ("DROP", "DATABASE"): maintenance.drop_database,
            ("DECLARE",): lambda tree: cursors.declare(tree, self._select),
            ("FETCH",): cursors.fetch,
            ("CLOSE",): cursors.close,
            ("EXPLAIN",): self._explain,
            ("SHOW",): shows.show,
            ("CALL",): lambda tree: calls.call(tree, self._select, session),
            ("CREATE", "PROCEDURE"): definitions.create,
            ("CREATE", "OR", "REPLACE", "PROCEDURE"): definitions.create,
            ("ALTER", "PROCEDURE"): definitions.alter,
            ("DROP", "PROCEDURE"): definitions.drop,
            ("CREATE", "FUNCTION"): self._function,
            ("CREATE", "OR", "REPLACE", "FUNCTION"): self._function,
            ("DROP", "FUNCTION"): user_functions.drop,
            ("CREATE", "MATERIALIZED"): lambda tree: materialized_views.create(tree, catalog),
            ("REFRESH",): materialized_views.refresh,
            ("ALTER", "MATERIALIZED"): materialized_views.alter,
            ("DROP", "MATERIALIZED"): materialized_views.drop,
            ("SET",): settings.set_parameter,
            ("RESET",): settings.reset,
            ("BEGIN",): settings.begin,
            ("START", "TRANSACTION"): settings.begin,
            ("COMMIT",): settings.commit,
            ("END",): settings.commit,
            ("ROLLBACK",): settings.rollback,
            ("ABORT",): settings.rollback,
            ("CREATE", "USER"): principals.create_user,
            ("ALTER", "USER"): principals.alter_user,
            ("DROP", "USER"): principals.drop_user,
            ("CREATE", "ROLE"): principals.create_role,
            ("ALTER", "ROLE"): principals.alter_role,
            ("DROP", "ROLE"): principals.drop_role,
            ("CREATE", "GROUP"): principals.create_group,
            ("ALTER", "GROUP"): principals.alter_group,
            ("DROP", "GROUP"): principals.drop_group,
            ("CREATE", "RLS"): rows.create,
            ("ALTER", "RLS"): rows.alter,
            ("DROP", "RLS"): rows.drop,
            ("ATTACH", "RLS"): rows.attach,
            ("DETACH", "RLS"): rows.detach,
            ("CREATE", "MASKING"): masks.create,
            ("ALTER", "MASKING"): masks.alter,
            ("DROP", "MASKING"): masks.drop,
            ("ATTACH", "MASKING"): masks.attach,
            ("DETACH", "MASKING"): masks.detach,
            ("GRANT",): grants.statement,
            ("REVOKE",): grants.statement,
            ("ALTER", "DEFAULT", "PRIVILEGES"): grants.default_privileges,
        }

    def plan(self, tokens: Sequence[Token]) -> Plan:
        """The plan of one statement. Raises RedshiftError when Redshift would not take it."""
        if tokens[0].word == "CALL":
            calls.refuse_subqueries(tokens)
        try:
            tree = self._tree(tokens)
            return self._handler(tree)(tree)
        except RecursionError as error:
            raise RedshiftError("stack depth limit exceeded", "54001") from error

    def _tree(self, tokens: Sequence[Token]) -> Nodes:
        identifiers.check(tokens)
        return self._replaced(group([identifiers.renamed(token) for token in tokens]))

    def _handler(self, tree: Nodes) -> Handler:
        heads = [node.word for node in tree[:4]]
        for length in range(len(heads), 0, -1):
            handler = self._handlers.get(tuple(heads[:length]))
            if handler is not None:
                return handler
        raise _unknown(tree)

    def _select(self, tree: Nodes) -> Plan:
        into = find(tree, "INTO")
        if into >= 0 and is_word(tree[0], "SELECT"):
            return self._select_into(tree, into)
        rewriter = Selects(self._catalog, catalog_only=_catalog_only(tree))
        return Plan([Query(render(rewriter.query(tree)[0]))])

    def _function(self, tree: Nodes) -> Plan:
        return user_functions.create(tree, self._catalog, self._tree)

    def _unloaded(self, sql: str) -> str:
        """The query of an UNLOAD for PostgreSQL. Its outermost SELECT takes no LIMIT."""
        statements = split(sql)
        if len(statements) != 1:
            raise syntax_error(";" if statements else "'")
        tree = self._tree(statements[0])
        if not is_word(tree[0], "SELECT", "WITH", "("):
            raise syntax_error(near(tree[0]))
        if find(tree, "LIMIT") >= 0 or find(tree, "SELECT", "TOP") >= 0:
            raise RedshiftError("LIMIT is not supported in the outer SELECT of an UNLOAD", "0A000")
        query = None if find(tree, "INTO") >= 0 else self._select(tree).single
        if query is None:
            raise syntax_error("INTO")
        return query

    def _select_into(self, tree: Nodes, into: int) -> Plan:
        """SELECT … INTO [TEMP] [TABLE] t FROM … is CREATE TABLE t AS SELECT …"""
        reader = Reader(tree[into + 1 :])
        temporary = reader.choose("TEMPORARY", "TEMP")
        reader.take("TABLE")
        start = reader.position
        reader.path()
        name = reader.tree[start : reader.position]
        query = [*tree[:into], *reader.rest()]
        created = [*nodes(f"CREATE {temporary} TABLE"), *name, *nodes("AS"), *query]
        return Tables(self._catalog).create(created)

    def _with(self, tree: Nodes) -> Plan:
        changes = Changes(self._catalog)
        for word, handler in (("UPDATE", changes.update), ("DELETE", changes.delete)):
            if find(tree, word) > 0:
                return handler(tree)
        return self._select(tree)

    def _explain(self, tree: Nodes) -> Plan:
        verbose = " VERBOSE" if len(tree) > 1 and is_word(tree[1], "VERBOSE") else ""
        inner = tree[2:] if verbose else tree[1:]
        if not inner or not is_word(
            inner[0], "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"
        ):
            raise syntax_error(near(inner[0]) if inner else "EXPLAIN")
        if not self._catalog.may_explain:
            raise RedshiftError(
                "EXPLAIN where tables have row-level security or masks is not supported by this sandbox"
                " for users without EXPLAIN RLS and EXPLAIN MASKING",
                "0A000",
            )
        sql = self._handler(inner)(inner).single
        if sql is None:
            raise syntax_error(near(inner[0]))
        return Plan([Query(f"EXPLAIN{verbose} {sql}")], tag="EXPLAIN")

    def _replaced(self, tree: Sequence[Node]) -> Nodes:
        """The tree with calls that the session answers itself replaced by their answers."""
        out: Nodes = []
        for node in tree:
            if isinstance(node, Group):
                before = out[-1] if out else None
                answer = None
                if not node.children and isinstance(before, Token) and before.kind is Kind.WORD:
                    answer = self._replacements.get(before.text.lower())
                if answer is not None:
                    name = before.text.lower() if isinstance(before, Token) else ""
                    out[-1:] = nodes(f"(SELECT {answer()} AS {name})")
                    continue
                out.append(Group(tuple(self._replaced(node.children)), node.spaced))
            else:
                out.append(node)
        return out


def _catalog_only(tree: Nodes) -> bool:
    """Whether a query reads system catalogs only: it runs on the leader node."""
    tokens = list(walk(tree))
    # WITH name AS (SELECT …): what the name stands for reads catalogs itself
    named = {
        token.name
        for token, (following, begin) in zip(tokens, pairwise(tokens[1:]), strict=False)
        if is_word(following, "AS") and is_word(begin, "SELECT", "WITH") and token.is_name
    }
    reads = [
        following
        for token, following in pairwise(tokens)
        if is_word(token, "FROM", "JOIN")
        and following.is_name
        and following.name not in named
        and not is_word(following, "SELECT", "WITH")
    ]
    return bool(reads) and all(
        token.name in ("pg_catalog", "information_schema") or token.name.startswith(CATALOG_NAMES)
        for token in reads
    )


def _unknown(tree: Nodes) -> RedshiftError:
    head = " ".join(node.word for node in tree[:2] if not isinstance(node, Group))
    first = tree[0].word
    if first in ("CREATE", "ALTER", "DROP", "ATTACH", "DETACH", "USE"):
        return RedshiftError(f"{head} is not supported by this sandbox", "0A000")
    if first in ("PREPARE", "EXECUTE", "DEALLOCATE", "CANCEL"):
        return RedshiftError(f"{first} is not supported by this sandbox", "0A000")
    return syntax_error(near(tree[0]))
