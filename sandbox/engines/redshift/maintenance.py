"""TRUNCATE, LOCK, ANALYZE, VACUUM and the making of databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, Reader, path_sql, quote
from sandbox.engines.redshift.plan import Plan, Query, Rule
from sandbox.engines.redshift.principals import pg_user, read_name

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session


class Maintenance:
    """Makes plans for the statements that tend tables and databases."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def truncate(self, tree: Nodes) -> Plan:
        """TRUNCATE commits the transaction that it runs in."""
        reader = Reader(tree)
        reader.expect("TRUNCATE")
        reader.take("TABLE")
        path = reader.path()
        reader.end()
        return Plan(
            [Query(f"TRUNCATE TABLE {path_sql(path)}")],
            tag="TRUNCATE TABLE",
            rule=Rule.COMMITS,
            table=path[-1],
        )

    def lock(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("LOCK")
        reader.take("TABLE")
        paths = [reader.path()]
        while reader.take(","):
            paths.append(reader.path())
        reader.end()
        tables = ", ".join(path_sql(path) for path in paths)
        return Plan([Query(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")], tag="LOCK TABLE")

    def analyze(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.next()
        if reader.take("COMPRESSION"):
            raise RedshiftError("ANALYZE COMPRESSION is not supported by this sandbox", "0A000")
        reader.take("VERBOSE")
        table = "" if reader.ended or _keyword(reader) else path_sql(reader.path())
        if isinstance(reader.peek(), Group):
            table += f" ({', '.join(quote(name) for name in column_names(reader.group()))})"
        if not reader.take("PREDICATE", "COLUMNS"):
            reader.take("ALL", "COLUMNS")
        reader.end()
        return Plan([Query(f"ANALYZE {table}")], tag="ANALYZE")

    def vacuum(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("VACUUM")
        if not reader.take("SORT", "ONLY") and not reader.take("DELETE", "ONLY"):
            reader.choose("FULL", "REINDEX", "RECLUSTER")
        table = ""
        if not reader.ended and not _keyword(reader):
            table = path_sql(reader.path())
        if reader.take("TO"):
            reader.number()
            reader.expect("PERCENT")
        reader.take("BOOST")
        reader.end()
        return Plan([Query(f"VACUUM {table}")], tag="VACUUM", rule=Rule.ALONE)

    def create_database(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE", "DATABASE")
        name = reader.identifier().name
        owner = ""
        reader.take("WITH")
        while not reader.ended:
            if reader.take("OWNER"):
                reader.take("=")
                owner = pg_user(read_name(reader))
            elif reader.take("CONNECTION", "LIMIT"):
                if not reader.take("UNLIMITED"):
                    reader.number()
            elif reader.take("ISOLATION", "LEVEL"):
                if reader.choose("SNAPSHOT", "SERIALIZABLE") == "SERIALIZABLE":
                    raise RedshiftError("this sandbox has ISOLATION LEVEL SNAPSHOT only", "0A000")
            elif not reader.take("COLLATE", "CASE_SENSITIVE"):
                raise reader.error()

        def create(session: Session) -> None:
            session.create_database(name, owner)

        return Plan([create], tag="CREATE DATABASE", rule=Rule.ALONE)

    def drop_database(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("DROP", "DATABASE")
        name = reader.identifier().name
        reader.take("FORCE")
        reader.end()
        return Plan([Query(f"DROP DATABASE {quote(name)}")], tag="DROP DATABASE", rule=Rule.ALONE)


def _keyword(reader: Reader) -> bool:
    node = reader.peek()
    return node is not None and getattr(node, "word", "") in ("TO", "PREDICATE", "ALL", "BOOST")
