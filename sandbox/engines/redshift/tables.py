"""CREATE TABLE, CREATE TABLE AS and CREATE VIEW.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift import masked_views
from sandbox.engines.redshift.attributes import (
    Attributes,
    column_names,
    read_encoding,
    refuse_super_keys,
    remember,
)
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.constraints import Constraint, read_constraint, read_references
from sandbox.engines.redshift.lexer import syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Nodes,
    Reader,
    find,
    is_word,
    path_sql,
    quote,
    render,
    split_on,
)
from sandbox.engines.redshift.plan import DISOWN_VIEWS, Plan, Query
from sandbox.engines.redshift.selects import Selects
from sandbox.engines.redshift.types import SqlType, read_type
from sandbox.engines.redshift.vocabulary import vocabulary

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

BYTE_LIMIT = "bytes_"  # begins the names of the constraints that count a VARCHAR in bytes
COLUMN_END = vocabulary(
    """
    DEFAULT IDENTITY GENERATED ENCODE DISTKEY SORTKEY NOT NULL UNIQUE PRIMARY REFERENCES COLLATE
    CONSTRAINT CHECK
    """
)


@dataclass(frozen=True)
class CreateOptions:
    """What stands before a table's name."""

    temporary: bool
    if_not_exists: bool
    path: list[str]

    @property
    def head(self) -> str:
        temporary = "TEMPORARY " if self.temporary else ""
        guard = "IF NOT EXISTS " if self.if_not_exists else ""
        return f"CREATE {temporary}TABLE {guard}{path_sql(self.path)}"


class Tables:
    """Makes plans for the statements that create tables and views."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE")
        reader.take("LOCAL")
        temporary = bool(reader.choose("TEMPORARY", "TEMP"))
        reader.expect("TABLE")
        if_not_exists = reader.take("IF", "NOT", "EXISTS")
        path = reader.path()
        temporary = temporary or path[-1].startswith("#")
        options = CreateOptions(temporary, if_not_exists, path)
        columns = reader.group() if isinstance(reader.peek(), Group) else None
        attributes = Attributes()
        while not reader.ended and not is_word(reader.tree[reader.position], "AS"):
            if not attributes.read(reader):
                raise reader.error()
        if reader.take("AS"):
            return self._create_as(options, columns, attributes, reader.rest())
        if columns is None:
            raise reader.error()
        return self._create(options, columns, attributes)

    def _create(self, options: CreateOptions, columns: Group, attributes: Attributes) -> Plan:
        lines: list[str] = []
        names: list[str] = []
        required: list[str] = []
        like = False
        for part in split_on(columns.children, ","):
            if part and is_word(part[0], "LIKE"):
                lines.append(_like(Reader(part)))
                like = True
                continue
            reader = Reader(part)
            constraint_name = reader.identifier().name if reader.take("CONSTRAINT") else ""
            constraint = read_constraint(reader, constraint_name)
            if constraint is not None:
                reader.end()
                attributes.constraints.append(constraint)
                continue
            if reader.take("CHECK") or reader.take("EXCLUDE"):
                raise RedshiftError("CHECK constraints are not supported", "0A000")
            column = ColumnReader(reader, self._catalog, attributes, len(names) + 1)
            lines += column.lines()
            names.append(column.name)
        if not like:
            attributes.check(names)
        for constraint in attributes.constraints:
            if constraint.kind == "p":
                required += constraint.columns
        sql = f"{options.head} ({', '.join(_not_null(lines, required))})"
        return self._plan(options, attributes, sql)

    def _create_as(
        self, options: CreateOptions, columns: Group | None, attributes: Attributes, query: Nodes
    ) -> Plan:
        named = ""
        if columns is not None:
            named = f" ({', '.join(quote(name) for name in column_names(columns))})"
        if len(query) == 1 and isinstance(query[0], Group):
            query = list(query[0].children)
        body = render(Selects(self._catalog).query(query)[0])
        plan = self._plan(options, attributes, f"{options.head}{named} AS {body}")
        if not self._exists(options):
            plan.steps.append(lambda session: limit_bytes(session, options.path))
        return plan

    def _plan(self, options: CreateOptions, attributes: Attributes, sql: str) -> Plan:
        plan = Plan([Query(sql)], tag="CREATE TABLE", table=options.path[-1])
        if self._exists(options):
            return plan
        if keys := [*filter(None, [attributes.dist_key]), *attributes.sort_keys]:
            plan.steps.append(lambda session: refuse_super_keys(session, options.path, keys))
        if not options.temporary:
            plan.steps.append(lambda session: remember(session, options.path, attributes))
        return plan

    def _exists(self, options: CreateOptions) -> bool:
        return options.if_not_exists and self._catalog.relation(options.path) is not None

    def view(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE")
        replace = "OR REPLACE " if reader.take("OR", "REPLACE") else ""
        reader.expect("VIEW")
        path = reader.path()
        named = ""
        if isinstance(reader.peek(), Group):
            named = f" ({', '.join(quote(name) for name in column_names(reader.group()))})"
        reader.expect("AS")
        body = reader.rest()
        unbound = find(body, "WITH", "NO", "SCHEMA", "BINDING")
        if unbound >= 0:
            body = body[:unbound]
        query = render(Selects(self._catalog, view=True).query(body)[0])
        sql = f"CREATE {replace}VIEW {path_sql(path)}{named} AS {query}"
        # who makes a view has to be allowed to read its tables, but for one that is bound late
        check = Query(f"SELECT 1 FROM ({query}) AS readable LIMIT 0", main=False)
        read = [check] if unbound < 0 else []
        return Plan(
            [*read, Query(sql), DISOWN_VIEWS, lambda session: masked_views.renew(session, path)]
        )


class ColumnReader:
    """Reads the definition of one column."""

    def __init__(
        self, reader: Reader, catalog: Catalog, attributes: Attributes, number: int
    ) -> None:
        self.name = reader.identifier().name
        self.type: SqlType = read_type(reader, column=self.name)
        self.not_null = False
        self.identity = False
        self._reader = reader
        self._selects = Selects(catalog)
        self._attributes = attributes
        self._number = number
        self._suffix = ""
        while not reader.ended:
            self._option(reader)

    def lines(self) -> list[str]:
        """The column and the limit of its bytes, as PostgreSQL takes them."""
        null = " NOT NULL" if self.not_null else ""
        lines = [f"{quote(self.name)} {self.type.sql}{self._suffix}{null}"]
        limit = byte_limit(self.name, self.type, self._number)
        return [*lines, limit] if limit else lines

    def _option(self, reader: Reader) -> None:
        attributes = self._attributes
        if reader.take("NOT", "NULL"):
            self.not_null = True
        elif reader.take("NULL"):
            pass
        elif reader.take("DEFAULT"):
            self._suffix += f" DEFAULT {self._default(reader)}"
        elif reader.take("ENCODE"):
            attributes.encodings[self.name] = read_encoding(reader)
        elif reader.take("DISTKEY"):
            attributes.set_dist_key(self.name)
        elif reader.take("SORTKEY"):
            attributes.sort_style = "COMPOUND"
            attributes.sort_keys.append(self.name)
        elif reader.take("PRIMARY", "KEY"):
            attributes.constraints.append(Constraint("p", (self.name,)))
        elif reader.take("UNIQUE"):
            attributes.constraints.append(Constraint("u", (self.name,)))
        elif reader.take("COLLATE"):
            if not reader.choose("CASE_SENSITIVE", "CS"):
                raise RedshiftError("only COLLATE CASE_SENSITIVE is supported here", "0A000")
        else:
            self._identity_or_reference(reader)

    def _identity_or_reference(self, reader: Reader) -> None:
        if reader.take("GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"):
            self._identity(reader, "BY DEFAULT")
        elif reader.take("IDENTITY"):
            self._identity(reader, "ALWAYS")
        elif is_word(reader.tree[reader.position], "REFERENCES"):
            parent, columns = read_references(reader)
            self._attributes.constraints.append(Constraint("f", (self.name,), parent, columns))
        elif reader.take("CHECK"):
            raise RedshiftError("CHECK constraints are not supported", "0A000")
        else:
            raise reader.error()

    def _identity(self, reader: Reader, when: str) -> None:
        if self.type.sql not in ("integer", "bigint"):
            raise RedshiftError("identity column type must be integer or bigint", "42P16")
        values = Reader(reader.group().children)
        seed = values.number()
        values.expect(",")
        step = values.number()
        values.end()
        self.not_null = self.identity = True
        lowest = min(int(seed), 1)  # PostgreSQL's sequences begin at 1 unless they are told
        self._suffix += (
            f" GENERATED {when} AS IDENTITY"
            f" (START WITH {seed} INCREMENT BY {step} MINVALUE {lowest})"
        )

    def _default(self, reader: Reader) -> str:
        expression: Nodes = []
        while not reader.ended and not is_word(
            reader.tree[reader.position], *(COLUMN_END - {"NULL"})
        ):
            expression.append(reader.next())
        if not expression:
            raise reader.error()
        return render(self._selects.expression(expression))


def byte_limit(column: str, declared: SqlType, number: int) -> str:
    """The constraint that counts a character column in bytes, as Redshift does."""
    if not declared.bytes:
        return ""
    name = f"{BYTE_LIMIT}{declared.bytes}_{number}"
    return f"CONSTRAINT {quote(name)} CHECK (octet_length({quote(column)}) <= {declared.bytes})"


def limit_bytes(session: Session, path: list[str]) -> None:
    """Give the character columns of a table made from a query their limits."""
    for number, name, length in session.character_columns(path):
        limit = byte_limit(name, SqlType("varchar", length), number)
        session.run_sql(f"ALTER TABLE {path_sql(path)} ADD {limit} NOT VALID")


def _like(reader: Reader) -> str:
    reader.expect("LIKE")
    path = reader.path()
    defaults = ""
    if choice := reader.choose("INCLUDING", "EXCLUDING"):
        reader.expect("DEFAULTS")
        defaults = f" {choice} DEFAULTS"
    if not reader.ended:
        raise syntax_error("LIKE")
    return f"LIKE {path_sql(path)}{defaults} INCLUDING CONSTRAINTS"


def _not_null(lines: list[str], required: list[str]) -> list[str]:
    """Primary key columns are NOT NULL, the one part of a key that Redshift enforces."""
    starts = tuple(f"{quote(name)} " for name in required)
    return [
        f"{line} NOT NULL"
        if starts and line.startswith(starts) and not line.endswith(" NOT NULL")
        else line
        for line in lines
    ]
