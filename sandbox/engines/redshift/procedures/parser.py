"""Reads a procedure's body: blocks, conditions and loops. Plain statements are in statements.py.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.lexer import Token, tokenize
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import is_word
from sandbox.engines.redshift.procedures import declarations
from sandbox.engines.redshift.procedures.reading import BodyReader, Known, parts
from sandbox.engines.redshift.procedures.signatures import Argument
from sandbox.engines.redshift.procedures.statements import Plain
from sandbox.engines.redshift.procedures.syntax import (
    Block,
    Case,
    Count,
    Each,
    Handler,
    If,
    Leave,
    Loop,
    Statement,
    Tokens,
)

ENDS = ("END", "ELSE", "ELSIF", "ELSEIF", "WHEN", "EXCEPTION")
Statements = tuple[Statement, ...]


def parse(body: str, name: str, arguments: Sequence[Argument], *, nonatomic: bool) -> Block:
    """The block that a body is. Raises RedshiftError, as CREATE PROCEDURE does, for what is none."""
    reader = BodyReader(tokenize(body, procedural=True))
    parser = _Parser(reader, nonatomic)
    with reader.level(name):
        for place, argument in enumerate(arguments, 1):
            reader.levels[-1].names[f"${place}"] = argument.known
            if argument.name:
                reader.declare(argument.name, argument.known)
        reader.levels[-1].names["found"] = Known(constant=True)
        block = parser.block(parser.label())
    reader.take(";")
    reader.end()
    return block


class _Parser:
    def __init__(self, reader: BodyReader, nonatomic: bool) -> None:
        self._reader = reader
        self._nonatomic = nonatomic
        self._plain = Plain(reader, nonatomic)

    def label(self) -> str:
        """<<label>>, if that is next; "" else."""
        if not self._reader.is_operator("<<"):
            return ""
        self._reader.next()
        name = self._reader.identifier().name
        if not self._reader.is_operator(">>"):
            raise self._reader.error()
        self._reader.next()
        return name

    def block(self, label: str) -> Block:
        """[DECLARE declarations] BEGIN statements [EXCEPTION …] END [label]"""
        reader = self._reader
        with reader.level(label):
            declared = declarations.read(reader) if reader.take("DECLARE") else None
            if declared is None:
                reader.expect("BEGIN")
            statements = self._statements()
            handler = self._handler() if reader.take("EXCEPTION") else None
            reader.expect("END")
            self._end_label(label)
        return Block(label, declared or (), statements, handler)

    def _handler(self) -> Handler:
        reader = self._reader
        kind = reader.choose("CONTINUE_HANDLER", "EXIT_HANDLER")
        if kind and not self._nonatomic:
            raise RedshiftError(f"{kind} can be used only in NONATOMIC stored procedures", "0A000")
        reader.expect("WHEN", "OTHERS", "THEN")
        with reader.level(""):
            for name in ("sqlstate", "sqlerrm"):
                reader.levels[-1].names[name] = Known(constant=True)
            with self._plain.handling():
                statements = self._statements()
        return Handler(statements, resumes=kind == "CONTINUE_HANDLER")

    def _end_label(self, label: str) -> None:
        node = self._reader.peek()
        if isinstance(node, Token) and node.is_name:
            given = self._reader.identifier().name
            if given != label:
                raise RedshiftError(
                    f'end label "{given}" differs from block\'s label "{label}"', "42601"
                )

    def _statements(self) -> Statements:
        found: list[Statement] = []
        while (node := self._reader.peek()) is not None and not is_word(node, *ENDS):
            found.append(self._statement())
        return tuple(found)

    def _statement(self) -> Statement:
        reader = self._reader
        label = self.label()
        statement: Statement | None = None
        if self._plain.is_assignment():
            statement = self._plain.assignment()
        elif is_word(reader.peek() or reader.next(), "DECLARE", "BEGIN"):
            statement = self.block(label)
        elif reader.take("LOOP"):
            statement = Loop(label, (), self._body(label))
        elif reader.take("WHILE"):
            condition = reader.sql("LOOP")
            reader.expect("LOOP")
            statement = Loop(label, condition, self._body(label))
        elif reader.take("FOR"):
            statement = self._for(label)
        elif label:
            raise reader.error()
        elif reader.take("IF"):
            statement = self._if()
        elif reader.take("CASE"):
            statement = self._case()
        elif word := reader.choose("EXIT", "CONTINUE"):
            statement = self._leave(word)
        else:
            statement = self._plain.statement()
        reader.expect(";")
        return statement

    def _if(self) -> If:
        reader = self._reader
        branches: list[tuple[Tokens, Statements]] = []
        while True:
            condition = reader.sql("THEN")
            reader.expect("THEN")
            branches.append((condition, self._statements()))
            if not reader.choose("ELSIF", "ELSEIF"):
                break
        otherwise = self._statements() if reader.take("ELSE") else ()
        reader.expect("END", "IF")
        return If(tuple(branches), otherwise)

    def _case(self) -> Case:
        reader = self._reader
        subject = reader.until("WHEN")
        branches: list[tuple[tuple[Tokens, ...], Statements]] = []
        while reader.take("WHEN"):
            tokens = reader.sql("THEN")
            reader.expect("THEN")
            expressions = parts(tokens) if subject else (tokens,)
            branches.append((expressions, self._statements()))
        otherwise = self._statements() if reader.take("ELSE") else None
        reader.expect("END", "CASE")
        return Case(subject, tuple(branches), otherwise)

    def _body(self, label: str, variable: str = "") -> Statements:
        """What is between LOOP and END LOOP."""
        with self._reader.level(label, loop=True):
            if variable:
                self._reader.declare(variable, Known())
            statements = self._statements()
            self._reader.expect("END", "LOOP")
            self._end_label(label)
        return statements

    def _for(self, label: str) -> Count | Each:
        reader = self._reader
        start = reader.position
        name = reader.identifier()
        if reader.take("IN"):
            reverse = reader.take("REVERSE")
            tokens = reader.until("LOOP")
            place = next((i for i, token in enumerate(tokens) if is_word(token, "..")), -1)
            if place >= 0:
                first, last = tokens[:place], tokens[place + 1 :]
                if not first or not last:
                    raise reader.error()
                reader.expect("LOOP")
                statements = self._body(label, name.name)
                return Count(label, name.name, reverse, first, last, statements)
        reader.position = start
        targets = reader.targets()
        reader.expect("IN")
        dynamic = reader.take("EXECUTE")
        first_word = reader.peek()
        if not dynamic and (first_word is None or not is_word(first_word, "SELECT", "WITH", "(")):
            raise reader.error()
        query = reader.sql("LOOP")
        reader.expect("LOOP")
        return Each(label, targets, query, dynamic, self._body(label))

    def _leave(self, word: str) -> Leave:
        reader = self._reader
        label = ""
        node = reader.peek()
        if isinstance(node, Token) and node.is_name and not is_word(node, "WHEN"):
            label = reader.identifier().name
        condition = reader.sql(";") if reader.take("WHEN") else ()
        levels = reader.levels[1:]
        if label and not any(level.label == label for level in levels):
            raise RedshiftError(f'label "{label}" does not exist', "42601")
        if (
            label
            and word == "CONTINUE"
            and not any(level.label == label and level.loop for level in levels)
        ):
            raise RedshiftError(f'block label "{label}" cannot be used in CONTINUE', "42601")
        if not label and not any(level.loop for level in levels):
            raise RedshiftError(f"{word} cannot be used outside a loop", "42601")
        return Leave(word == "CONTINUE", label, condition)
