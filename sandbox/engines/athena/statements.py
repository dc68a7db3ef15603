"""A statement of Athena: of what kind it is, and what it is about.

https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from sandbox.engines.athena import trino
from sandbox.engines.athena.errors import Malformed, QueryFailed, at

_NAME = r'[`"]?([\w-]+)[`"]?'
_PLACE = rf"(?:{_NAME}\.)?{_NAME}"
_LISTING = r"(?:\s+LIKE)?\s*(?:'([^']*)')?"
_LISTINGS = {
    "SHOW_DATABASES": rf"SHOW\s+(?:DATABASES|SCHEMAS){_LISTING}",
    "SHOW_TABLES": rf"SHOW\s+TABLES(?:\s+IN\s+{_NAME})?{_LISTING}",
    "SHOW_COLUMNS": rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{_PLACE}(?:\s+(?:IN|FROM)\s+{_NAME})?",
    "DESCRIBE_TABLE": rf"(?:DESCRIBE|DESC)\s+(?:(?:EXTENDED|FORMATTED)\s+)?{_PLACE}",
}
_OPTIONS = r"\s+WITH\s*\((?P<options>.*?)\)"
_TARGET = r'(?:[`"]?(?P<database>[\w-]+)[`"]?\.)?[`"]?(?P<name>[\w-]+)[`"]?'
_WRITES = {
    "CREATE_TABLE_AS_SELECT": (
        rf"CREATE\s+TABLE\s+(?P<tolerant>IF\s+NOT\s+EXISTS\s+)?{_TARGET}(?:{_OPTIONS})?"
        r"\s+AS\s+(?P<query>.*)"
    ),
    "CREATE_VIEW": (
        rf"CREATE\s+(?P<tolerant>OR\s+REPLACE\s+)?VIEW\s+{_TARGET}\s+AS\s+(?P<query>.*)"
    ),
    "UNLOAD": (rf"UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'(?P<location>s3://[^']+)'{_OPTIONS}"),
    "DROP_TABLE": rf"DROP\s+TABLE\s+(?P<tolerant>IF\s+EXISTS\s+)?{_TARGET}",
    "DROP_VIEW": rf"DROP\s+VIEW\s+(?P<tolerant>IF\s+EXISTS\s+)?{_TARGET}",
}
_OPTION = re.compile(r"\s*(\w+)\s*=\s*(?:'([^']*)'|(.+))\s*", re.DOTALL)
_SERVED_OPTIONS = frozenset({"compression", "external_location", "format", "write_compression"})
_FLAGS = re.IGNORECASE | re.DOTALL
# statements of Athena that are not served here, and those that Athena does not have
_UNSERVED = frozenset(
    {"ALTER", "ANALYZE", "CALL", "CREATE", "DEALLOCATE", "DELETE", "DROP", "EXECUTE", "EXPLAIN"}
    | {"INSERT", "MERGE", "MSCK", "OPTIMIZE", "PREPARE", "SHOW", "UNLOAD", "UPDATE", "VACUUM"}
    | {"VALUES"}
)


@dataclass(frozen=True)
class Target:
    """What a statement writes: a table, a view, or files at a location.

    tolerant says that it may be there already, or, to be dropped, need not be.
    """

    name: str = ""
    database: str | None = None
    location: str = ""
    tolerant: bool = False
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A statement that may be run: a query as a tree, a listing and what it is of, a write.

    sql is its text with the parameters in it, which messages tell places of.
    """

    kind: str
    sql: str
    tree: exp.Query | None = None
    names: tuple[str | None, ...] = field(default=())
    target: Target | None = None
    problem: str = ""
    """Why it fails as soon as it runs."""

    @property
    def type(self) -> str:
        """StatementType."""
        if self.kind in {"SELECT", "UNLOAD"}:
            return "DML"
        return "UTILITY" if self.kind in {*_LISTINGS, "SHOW", "EXPLAIN"} else "DDL"


def parse(sql: str, parameters: Sequence[str] = ()) -> Statement:
    """Read a statement; Malformed where Athena would not start it."""
    text = sql.strip().rstrip(";").rstrip()
    head = trino.head(text)
    for kind, pattern in _LISTINGS.items():
        found = re.fullmatch(pattern, text, _FLAGS)
        if found:
            return Statement(kind, text, names=found.groups())
    for kind, pattern in _WRITES.items():
        found = re.fullmatch(pattern, text, _FLAGS)
        if found:
            return _write(kind, text, found, parameters)
    if head in _UNSERVED:
        problem = f"NOT_SUPPORTED: The sandbox does not serve this {head} statement of Athena"
        return Statement(head, text, problem=problem)
    if head not in {"SELECT", "WITH", "TABLE", "("}:
        message = f"{at(text, 0)}: mismatched input '{head}'. Expecting: 'SELECT', 'SHOW', <query>"
        raise Malformed(message if head else "Query string is empty")
    filled, tree, problem = trino.read(text, parameters)
    return Statement("SELECT", filled, tree, problem=problem)


def read_query(sql: str) -> exp.Query:
    """The query of a view; QueryFailed where it is none."""
    try:
        _, tree, problem = trino.read(sql, ())
    except Malformed as error:
        raise QueryFailed(f"INVALID_VIEW: {error}") from error
    if problem:
        raise QueryFailed(f"INVALID_VIEW: {problem}")
    return tree


def _write(kind: str, text: str, found: re.Match[str], parameters: Sequence[str]) -> Statement:
    given = found.groupdict()
    options, problem = _options(given.get("options") or "")
    target = Target(
        name=(given.get("name") or "").lower(),
        database=given["database"].lower() if given.get("database") else None,
        location=given.get("location") or options.get("external_location", ""),
        tolerant=bool(given.get("tolerant")),
        options=options,
    )
    statement = Statement(kind, text, target=target, problem=problem)
    if not given.get("query"):
        return statement
    # blanks before the query, so that its places are those of the statement
    start, end = found.span("query")
    before = re.sub(r"\S", " ", text[:start])
    filled, tree, unknown = trino.read(before + text[start:end], parameters)
    return replace(statement, sql=filled, tree=tree, problem=problem or unknown)


def _options(text: str) -> tuple[dict[str, str], str]:
    """The options in WITH (...), and why they are not served."""
    options = {}
    for part in filter(str.strip, text.split(",")):
        found = _OPTION.fullmatch(part)
        name = found[1].lower() if found else part.strip()
        if found is None or found[2] is None or name not in _SERVED_OPTIONS:
            return {}, f"NOT_SUPPORTED: The sandbox does not serve the option {name}"
        options[name] = found[2]
    if options.get("format", "PARQUET").upper() != "PARQUET":
        return {}, f"NOT_SUPPORTED: The sandbox does not write {options['format']}"
    return options, ""
