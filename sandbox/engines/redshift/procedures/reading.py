"""Reading a body's tokens: where an expression ends, and which names are variables there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, is_word
from sandbox.engines.redshift.procedures.syntax import Target, Tokens

MOST_VARIABLES = 1_024
PROCEDURAL = (":=", "..")


@dataclass(frozen=True)
class Known:
    """What the body knows of a variable. A cursor has its query bound when bound is set."""

    record: bool = False
    constant: bool = False
    cursor: bool = False
    bound: bool = False


@dataclass
class Level:
    """A block or loop: its label, and what it declares."""

    label: str
    loop: bool = False
    names: dict[str, Known] = field(default_factory=dict)


class BodyReader(Reader):
    """Reads a body's tokens, with the variables, blocks and loops around the place."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.levels: list[Level] = []
        self._declared = 0

    @contextmanager
    def level(self, label: str, *, loop: bool = False) -> Iterator[Level]:
        """The extent of a block or loop."""
        self.levels.append(Level(label, loop))
        try:
            yield self.levels[-1]
        finally:
            self.levels.pop()

    def declare(self, name: str, known: Known) -> None:
        """Make a variable of the innermost block known. Raises RedshiftError for a second one."""
        names = self.levels[-1].names
        if name in names:
            raise RedshiftError(f'duplicate declaration of "{name}"', "42601")
        self._declared += 1
        if self._declared > MOST_VARIABLES:
            raise RedshiftError(
                f"a stored procedure cannot have more than {MOST_VARIABLES} variables", "54000"
            )
        names[name] = known

    def known(self, target: Target) -> Known | None:
        """What is known of a variable, or of the record that a field belongs to."""
        for level in reversed(self.levels):
            if target[0] in level.names:
                found = level.names[target[0]]
                return found if len(target) == 1 or found.record else None
            if len(target) == 2 and level.label == target[0]:
                return level.names.get(target[1])
        return None

    def token(self) -> Token:
        node = self.next()
        assert isinstance(node, Token)
        return node

    def until(self, *stops: str) -> Tokens:
        """The tokens before one of these words, outside parentheses and CASE expressions."""
        start, depth = self.position, 0
        while (node := self.peek()) is not None:
            if not depth and is_word(node, *stops):
                return tuple(self.tree[start : self.position])  # type: ignore[arg-type]
            if is_word(node, "(", "[", "CASE"):
                depth += 1
            elif is_word(node, ")", "]", "END"):
                depth -= 1
            self.position += 1
        raise self.error()

    def sql(self, *stops: str) -> Tokens:
        """As until(): an expression or statement for the gate, which is not empty."""
        tokens = self.until(*stops)
        if not tokens:
            raise self.error()
        for token in tokens:
            if is_word(token, *PROCEDURAL):
                raise syntax_error(token.text)
        return tokens

    def name_path(self) -> Target:
        return tuple(self.path())

    def target(self) -> Target:
        """A variable that can be assigned to."""
        found = self.name_path()
        known = self.known(found)
        if known is None:
            raise RedshiftError(f'"{".".join(found)}" is not a known variable', "42601")
        if known.constant:
            raise RedshiftError(f'"{found[-1]}" is declared CONSTANT', "22005")
        return found

    def targets(self) -> tuple[Target, ...]:
        """One record, or scalar variables and fields separated by commas."""
        found = [self.target()]
        while self.take(","):
            found.append(self.target())
        whole = [self.known(each) for each in found if len(each) == 1]
        if len(found) > 1 and any(known and known.record for known in whole):
            raise RedshiftError(
                "record variable cannot be part of multiple-item INTO list", "42601"
            )
        return tuple(found)

    def cursor(self) -> tuple[Target, Known]:
        """A cursor variable."""
        found = self.name_path()
        known = self.known(found)
        if known is None or not known.cursor:
            raise RedshiftError(f'"{".".join(found)}" is not a cursor variable', "42804")
        return found, known

    def is_operator(self, text: str) -> bool:
        node = self.peek()
        return isinstance(node, Token) and node.kind is Kind.OPERATOR and node.text == text


def parts(tokens: Tokens) -> tuple[Tokens, ...]:
    """The expressions between commas, outside parentheses; none when there is nothing."""
    if not tokens:
        return ()
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if is_word(token, "(", "["):
            depth += 1
        elif is_word(token, ")", "]"):
            depth -= 1
        if not depth and is_word(token, ","):
            found.append([])
        else:
            found[-1].append(token)
    if not all(found):
        raise syntax_error(",")
    return tuple(tuple(part) for part in found)
