"""The arguments of procedures: as CREATE PROCEDURE declares them, and as others name them.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_PROCEDURE.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Node, Nodes, Reader, is_word, path_sql, split_on
from sandbox.engines.redshift.procedures.data import NAMES, REFCURSOR, type_number
from sandbox.engines.redshift.procedures.reading import Known
from sandbox.engines.redshift.types import SqlType, read_type

MODES = ("IN", "OUT", "INOUT")
MOST = 32  # input arguments, and output arguments


@dataclass(frozen=True)
class Argument:
    """name is "" where none is given. The type keeps no length: Redshift ignores it too."""

    name: str
    mode: str
    kind: SqlType

    @property
    def is_input(self) -> bool:
        return self.mode != "OUT"

    @property
    def is_output(self) -> bool:
        return self.mode != "IN"

    @property
    def known(self) -> Known:
        """Inputs cannot be assigned to."""
        return Known(constant=not self.is_output, cursor=self.kind == REFCURSOR)


@dataclass(frozen=True)
class Reference:
    """A procedure as DROP, ALTER, SHOW or GRANT names it; kinds is None without a list."""

    path: tuple[str, ...]
    kinds: tuple[SqlType, ...] | None

    @property
    def sql(self) -> str:
        if self.kinds is None:
            return path_sql(self.path[-2:])
        return f"{path_sql(self.path[-2:])}({', '.join(kind.sql for kind in self.kinds)})"


def read_arguments(group: Group) -> list[Argument]:
    """[[name] [mode] type, …]. Raises RedshiftError for too many."""
    if not group.children:
        return []
    found = [_argument(part) for part in split_on(group.children, ",")]
    for what, count in (
        ("input", sum(argument.is_input for argument in found)),
        ("output", sum(argument.is_output for argument in found)),
    ):
        if count > MOST:
            raise RedshiftError(
                f"procedures cannot have more than {MOST} {what} arguments", "54023"
            )
    return found


def read_reference(reader: Reader, *, optional: bool = False) -> Reference:
    """name ([[name] [mode] type, …]), whose list may be left out where it is optional."""
    path = tuple(reader.path())
    if optional and not isinstance(reader.peek(), Group):
        return Reference(path, None)
    arguments = read_arguments(reader.group())
    return Reference(path, tuple(each.kind for each in arguments if each.is_input))


def _argument(part: Nodes) -> Argument:
    mode, rest = "IN", list(part)
    for place in (0, 1):
        if len(rest) > place + 1 and is_word(rest[place], *MODES):
            mode = rest.pop(place).word
            break
    kind = _type(rest)
    if kind is not None:
        return Argument("", mode, kind)
    first = rest[0] if rest else None
    if not isinstance(first, Token) or not first.is_name:
        raise Reader(rest).error()
    kind = _type(rest[1:])
    if kind is None:
        reader = Reader(rest[1:])
        read_type(reader)
        raise reader.error()
    return Argument(first.name, mode, kind)


def _type(tree: Sequence[Node]) -> SqlType | None:
    """The type that nodes are; None when they are none."""
    if len(tree) == 1 and is_word(tree[0], "REFCURSOR"):
        return REFCURSOR
    reader = Reader(tree)
    try:
        found = read_type(reader)
    except RedshiftError:
        return None
    if not reader.ended:
        return None
    return SqlType(NAMES[type_number(found)])
