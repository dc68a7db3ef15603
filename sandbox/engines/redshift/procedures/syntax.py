"""The statements of PL/pgSQL as a procedure's body is read into them.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.types import SqlType

Tokens = tuple[Token, ...]
Target = tuple[str, ...]
"""A variable, or a record and its field, or a label and its variable."""


@dataclass(frozen=True)
class Declaration:
    """A variable; kind is None for a RECORD."""

    name: str
    kind: SqlType | None
    constant: bool = False
    not_null: bool = False
    default: Tokens = ()


@dataclass(frozen=True)
class Alias:
    """Another name of the argument at a place, from 1."""

    name: str
    place: int


@dataclass(frozen=True)
class BoundCursor:
    """A cursor variable with its query, which may take arguments."""

    name: str
    arguments: tuple[tuple[str, SqlType], ...]
    query: Tokens


@dataclass(frozen=True)
class Handler:
    """EXCEPTION WHEN OTHERS; resumes is set for a CONTINUE_HANDLER."""

    statements: tuple[Statement, ...]
    resumes: bool = False


@dataclass(frozen=True)
class Block:
    label: str
    declarations: tuple[Declaration | Alias | BoundCursor, ...]
    statements: tuple[Statement, ...]
    handler: Handler | None = None


@dataclass(frozen=True)
class Assignment:
    target: Target
    expression: Tokens


@dataclass(frozen=True)
class If:
    """Each condition with its statements, then the statements of ELSE."""

    branches: tuple[tuple[Tokens, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True)
class Case:
    """subject is empty in the searched form; otherwise is None without ELSE."""

    subject: Tokens
    branches: tuple[tuple[tuple[Tokens, ...], tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...] | None


@dataclass(frozen=True)
class Loop:
    """LOOP, or WHILE with its condition."""

    label: str
    condition: Tokens
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Count:
    """FOR name IN [REVERSE] first .. last"""

    label: str
    name: str
    reverse: bool
    first: Tokens
    last: Tokens
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Each:
    """FOR targets IN query; the query is an expression that gives its text when it is dynamic."""

    label: str
    targets: tuple[Target, ...]
    query: Tokens
    dynamic: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Leave:
    """EXIT or CONTINUE, with its label ("" for none) and its condition."""

    again: bool
    label: str
    condition: Tokens


@dataclass(frozen=True)
class Return:
    pass


@dataclass(frozen=True)
class Null:
    pass


@dataclass(frozen=True)
class Raise:
    """level is "" for the RAISE that throws what was caught."""

    level: str
    message: str = ""
    arguments: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Diagnostics:
    """GET DIAGNOSTICS target := ROW_COUNT"""

    target: Target


@dataclass(frozen=True)
class Execute:
    """EXECUTE command [INTO targets]"""

    command: Tokens
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Perform:
    query: Tokens


@dataclass(frozen=True)
class SelectInto:
    query: Tokens
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Open:
    """query is empty for a bound cursor, which may be given arguments."""

    cursor: Target
    query: Tokens
    dynamic: bool
    arguments: tuple[Tokens, ...]


@dataclass(frozen=True)
class Fetch:
    cursor: Target
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Close:
    cursor: Target


@dataclass(frozen=True)
class Control:
    """COMMIT, ROLLBACK or START TRANSACTION"""

    word: str


@dataclass(frozen=True)
class Call:
    path: tuple[str, ...]
    arguments: tuple[Tokens, ...]


@dataclass(frozen=True)
class Sql:
    """Any other SQL statement."""

    tokens: Tokens


Statement = (
    Block
    | Assignment
    | If
    | Case
    | Loop
    | Count
    | Each
    | Leave
    | Return
    | Null
    | Raise
    | Diagnostics
    | Execute
    | Perform
    | SelectInto
    | Open
    | Fetch
    | Close
    | Control
    | Call
    | Sql
)
