"""The variables of a call, and how the SQL of its body is bound to them.

As in PostgreSQL 8.0, from which Redshift's PL/pgSQL comes, every name of a statement that is a
variable's is a parameter there, whatever it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import is_word, literal
from sandbox.engines.redshift.procedures.data import UNKNOWN, Value
from sandbox.engines.redshift.procedures.syntax import BoundCursor, Target, Tokens
from sandbox.engines.redshift.types import SqlType


@dataclass
class Scalar:
    """A variable of a type. query is that of a bound cursor."""

    name: str
    kind: SqlType
    value: Value
    constant: bool = False
    not_null: bool = False
    query: BoundCursor | None = None


@dataclass
class Record:
    """A row of what was last assigned; fields is None before."""

    name: str
    fields: dict[str, Value] | None = None

    def value(self, field_name: str) -> Value:
        if self.fields is None:
            raise RedshiftError(
                f'record "{self.name}" is not assigned yet',
                "55000",
                detail="The tuple structure of a not-yet-assigned record is indeterminate.",
            )
        if field_name not in self.fields:
            raise RedshiftError(f'record "{self.name}" has no field "{field_name}"', "42703")
        return self.fields[field_name]


Variable = Scalar | Record


@dataclass
class Level:
    label: str
    names: dict[str, Variable] = field(default_factory=dict)


class Scope:
    """The variables that a place of a body sees, those of the innermost block last.

    caller is what SESSION_USER is, where the procedure runs as its owner; "" else.
    """

    def __init__(self, caller: str) -> None:
        self._levels: list[Level] = []
        self._caller = caller

    @contextmanager
    def level(self, label: str) -> Iterator[None]:
        """The time in which a block or loop runs."""
        self._levels.append(Level(label))
        try:
            yield
        finally:
            self._levels.pop()

    def add(self, name: str, variable: Variable) -> None:
        self._levels[-1].names[name] = variable

    def find(self, target: Target) -> Variable | None:
        """The variable of a name, or label and name; the record of a field."""
        for level in reversed(self._levels):
            if target[0] in level.names:
                found = level.names[target[0]]
                return found if len(target) == 1 or isinstance(found, Record) else None
            if len(target) == 2 and level.label == target[0]:
                return level.names.get(target[1])
        return None

    def scalar(self, target: Target) -> Scalar:
        found = self.find(target)
        if not isinstance(found, Scalar):
            raise RedshiftError(f'"{".".join(target)}" is not a scalar variable', "42601")
        return found

    def value(self, target: Target) -> Value:
        """What a variable, or a field of a record, holds."""
        found = self.find(target)
        if isinstance(found, Record) and len(target) == 2:
            return found.value(target[1])
        return self.scalar(target).value

    def bind(self, tokens: Sequence[Token]) -> tuple[list[Token], list[Value]]:
        """Tokens with $1, $2, … where variables stand, and the values of these."""
        bound: list[Token] = []
        used: dict[Target, int] = {}
        values: list[Value] = []
        place = 0
        while place < len(tokens):
            path = _path(tokens, place)
            token = tokens[place]
            if not path:
                bound.append(token)
                place += 1
                continue
            target, size = self._variable(path)
            if target:
                if target not in used:
                    values.append(self.value(target))
                    used[target] = len(values)
                bound.append(Token(Kind.PARAMETER, f"${used[target]}", token.spaced))
            else:
                size = len(path)
                bound += self.unbound(tokens[place : place + 2 * size - 1])
            place += 2 * size - 1
        return bound, values

    def unbound(self, tokens: Sequence[Token]) -> list[Token]:
        """Tokens in which no name is a variable's: SESSION_USER is the caller all the same."""
        if not self._caller:
            return list(tokens)
        caller = literal(self._caller)
        return [
            Token(Kind.STRING, caller, token.spaced) if is_word(token, "SESSION_USER") else token
            for token in tokens
        ]

    def _variable(self, path: Target) -> tuple[Target, int]:
        """The variable that a dotted name begins with, and its number of names; () for none."""
        size = min(len(path), 2)
        found = self.find(path[:size])
        if found is None:
            return (), 1
        if size == 1 and isinstance(found, Record):
            raise RedshiftError(
                f'record "{path[0]}" as a whole is not supported in an expression by this sandbox',
                "0A000",
            )
        return path[:size], size


def _path(tokens: Sequence[Token], place: int) -> Target:
    """The dotted name that begins at a place, () when none does; $1 is a name too."""
    token = tokens[place]
    if token.kind is Kind.PARAMETER:
        return (token.text,)
    if not token.is_name or (place and is_word(tokens[place - 1], ".")):
        return ()
    names = [token.name]
    while place + 2 < len(tokens) and is_word(tokens[place + 1], "."):
        following = tokens[place + 2]
        if not following.is_name:
            break
        names.append(following.name)
        place += 2
    return tuple(names)


def literal_type(tokens: Tokens, value: Value) -> Value:
    """A value with its type UNKNOWN where it is written as a string or as NULL."""
    if len(tokens) == 1 and (tokens[0].kind is Kind.STRING or is_word(tokens[0], "NULL")):
        return Value(value.text, UNKNOWN)
    return value
