"""Reads the statements of a body that hold no others.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import is_word
from sandbox.engines.redshift.procedures.reading import BodyReader, parts
from sandbox.engines.redshift.procedures.syntax import (
    Assignment,
    Call,
    Close,
    Control,
    Diagnostics,
    Execute,
    Fetch,
    Null,
    Open,
    Perform,
    Raise,
    Return,
    SelectInto,
    Sql,
    Statement,
    Target,
    Tokens,
)

LEVELS = ("NOTICE", "INFO", "LOG", "WARNING", "EXCEPTION")


class Plain:
    """Reads one statement after another from a body; the semicolon is left to the caller."""

    def __init__(self, reader: BodyReader, nonatomic: bool) -> None:
        self._reader = reader
        self._nonatomic = nonatomic
        self._handlers = 0
        self._readers: dict[str, Callable[[], Statement]] = {
            "NULL": Null,
            "RETURN": Return,
            "RAISE": self._raise,
            "GET": self._diagnostics,
            "EXECUTE": self._execute,
            "PERFORM": lambda: Perform(reader.sql(";")),
            "OPEN": self._open,
            "FETCH": self._fetch,
            "CLOSE": lambda: Close(reader.cursor()[0]),
            "CALL": self._call,
            "START": self._start,
        }

    @contextmanager
    def handling(self) -> Iterator[None]:
        """The extent of an exception handler."""
        self._handlers += 1
        try:
            yield
        finally:
            self._handlers -= 1

    def is_assignment(self) -> bool:
        """Whether name := or name = or name.field := is next."""
        reader = self._reader
        size = 1
        following = reader.peek(1)
        if following is not None and is_word(following, "."):
            size = 3
        nodes = reader.peek(), reader.peek(size)
        return (
            isinstance(nodes[0], Token)
            and nodes[0].is_name
            and nodes[1] is not None
            and is_word(nodes[1], ":=", "=")
        )

    def assignment(self) -> Assignment:
        target = self._reader.target()
        self._reader.next()
        return Assignment(target, self._reader.sql(";"))

    def statement(self) -> Statement:
        """The statement that is next."""
        for word, read in self._readers.items():
            if self._reader.take(word):
                return read()
        if word := self._reader.choose("COMMIT", "ROLLBACK"):
            return Control(word)
        return self._sql()

    def _fetch(self) -> Fetch:
        cursor, _ = self._reader.cursor()
        self._reader.expect("INTO")
        return Fetch(cursor, self._reader.targets())

    def _start(self) -> Control:
        self._reader.expect("TRANSACTION")
        if not self._nonatomic:
            raise RedshiftError(
                "START TRANSACTION can be used only in NONATOMIC stored procedures", "0A000"
            )
        return Control("START TRANSACTION")

    def _raise(self) -> Raise:
        reader = self._reader
        if is_word(reader.peek() or reader.next(), ";"):
            if not self._handlers or not self._nonatomic:
                raise RedshiftError(
                    "RAISE without parameters is valid only in the exception handling blocks of"
                    " NONATOMIC stored procedures",
                    "42601",
                )
            return Raise("")
        level = reader.choose(*LEVELS)
        if not level:
            raise reader.error()
        message = reader.string()
        arguments: list[Target] = []
        while reader.take(","):
            found = self._argument()
            if reader.known(found) is None:
                raise syntax_error(found[-1])
            arguments.append(found)
        return Raise(level, message, tuple(arguments))

    def _argument(self) -> Target:
        """A variable; $1 stands for itself."""
        node = self._reader.peek()
        if isinstance(node, Token) and node.kind is Kind.PARAMETER:
            self._reader.next()
            return (node.text,)
        return self._reader.name_path()

    def _diagnostics(self) -> Diagnostics:
        reader = self._reader
        reader.expect("DIAGNOSTICS")
        target = reader.target()
        if not reader.choose(":=", "="):
            raise reader.error()
        reader.expect("ROW_COUNT")
        return Diagnostics(target)

    def _execute(self) -> Execute:
        reader = self._reader
        command = reader.sql("INTO", ";")
        return Execute(command, reader.targets() if reader.take("INTO") else ())

    def _open(self) -> Open:
        reader = self._reader
        cursor, known = reader.cursor()
        if reader.take("FOR"):
            if known.bound:
                raise syntax_error("FOR")
            dynamic = reader.take("EXECUTE")
            return Open(cursor, reader.sql(";"), dynamic, ())
        if not known.bound:
            raise reader.error()
        return Open(cursor, (), False, self._arguments() if reader.take("(") else ())

    def _arguments(self) -> tuple[Tokens, ...]:
        """The expressions of a list whose parenthesis has been read."""
        found = parts(self._reader.until(")"))
        self._reader.expect(")")
        return found

    def _call(self) -> Call:
        path = self._reader.name_path()
        self._reader.expect("(")
        return Call(path, self._arguments())

    def _sql(self) -> SelectInto | Sql:
        reader = self._reader
        tokens = reader.sql(";")
        if not is_word(tokens[0], "SELECT", "WITH"):
            return Sql(tokens)
        into = _into(tokens)
        if into < 0:
            return Sql(tokens)
        inner = BodyReader(tokens)
        inner.levels = reader.levels
        inner.position = into + 1
        targets = inner.targets()
        query = (*tokens[:into], *tokens[inner.position :])
        return SelectInto(query, targets)


def _into(tokens: Tokens) -> int:
    """The place of INTO in a SELECT, outside parentheses; -1 when it has none."""
    depth = 0
    for place, token in enumerate(tokens):
        if is_word(token, "("):
            depth += 1
        elif is_word(token, ")"):
            depth -= 1
        elif not depth and is_word(token, "INTO"):
            return place
        elif not depth and is_word(token, "INSERT"):
            return -1
    return -1
