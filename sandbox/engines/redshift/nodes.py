"""Tokens grouped by their parentheses, and the small operations that every rule is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.engines.redshift.lexer import Kind, Token, syntax_error, tokenize
from sandbox.engines.redshift.model import RedshiftError


@dataclass(frozen=True)
class Group:
    """What stands between a pair of parentheses."""

    children: tuple[Node, ...]
    spaced: bool = True

    @property
    def word(self) -> str:
        return "("


Node = Token | Group
Nodes = list[Node]


def group(tokens: Sequence[Token]) -> Nodes:
    """The tree of a statement. Raises RedshiftError when its parentheses do not match."""
    stack: list[Nodes] = [[]]
    opened: list[Token] = []
    for token in tokens:
        if token.kind is Kind.MARK and token.text == "(":
            stack.append([])
            opened.append(token)
        elif token.kind is Kind.MARK and token.text == ")":
            if not opened:
                raise syntax_error(")")
            children = tuple(stack.pop())
            stack[-1].append(Group(children, opened.pop().spaced))
        else:
            stack[-1].append(token)
    if opened:
        raise RedshiftError("syntax error at end of input", "42601")
    return stack[0]


def is_query(node: Group) -> bool:
    """Whether what stands in parentheses is a SELECT."""
    return bool(node.children) and is_word(node.children[0], "SELECT", "WITH")


def nodes(sql: str) -> Nodes:
    """The tree of a piece of SQL that the gate itself writes."""
    return group(tokenize(sql))


def render(tree: Iterable[Node]) -> str:
    """The SQL text of a tree."""
    return "".join(_pieces(tree)).strip()


def _pieces(tree: Iterable[Node]) -> Iterator[str]:
    before: Node | None = None
    for node in tree:
        if node.spaced or _would_merge(before, node):
            yield " "
        before = node
        if isinstance(node, Group):
            yield "("
            yield "".join(_pieces(node.children)).strip()
            yield ")"
        elif node.kind is Kind.QUOTED:
            yield quote(node.name)
        else:
            yield node.text


def _would_merge(before: Node | None, node: Node) -> bool:
    """Whether two nodes that a rewriting made neighbours would be read as one token."""
    if not isinstance(before, Token) or not isinstance(node, Token):
        return False
    if Kind.MARK in (before.kind, node.kind):
        return False
    return (before.kind is Kind.OPERATOR) == (node.kind is Kind.OPERATOR)


def quote(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string literal, for a session that reads a backslash as an escape."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def words(tree: Iterable[Node], limit: int = 8) -> list[str]:
    """The first words of a statement, in capitals."""
    return [node.word for node, _ in zip(tree, range(limit), strict=False)]


def split_on(tree: Sequence[Node], separator: str) -> list[Nodes]:
    """The parts between separators of this level; one empty part when there is nothing."""
    parts: list[Nodes] = [[]]
    for node in tree:
        if node.word == separator and not isinstance(node, Group) and node.kind is not Kind.STRING:
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def split_on_any(tree: Sequence[Node], separators: Sequence[str]) -> list[Nodes]:
    """The parts between any of these keywords on this level."""
    parts: list[Nodes] = [[]]
    for node in tree:
        if is_word(node, *separators):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def join(parts: Iterable[Sequence[Node]], separator: str = ",") -> Nodes:
    """The opposite of split_on."""
    joined: Nodes = []
    for part in parts:
        if joined:
            joined.append(Token(Kind.MARK, separator, spaced=False))
        joined.extend(part)
    return joined


def find(tree: Sequence[Node], *sequence: str, start: int = 0) -> int:
    """The place of these words, one after another, on this level; -1 when they are not there."""
    for index in range(start, len(tree) - len(sequence) + 1):
        if all(
            is_word(node, word)
            for node, word in zip(tree[index : index + len(sequence)], sequence, strict=True)
        ):
            return index
    return -1


def is_word(node: Node, *candidates: str) -> bool:
    """Whether a node is one of these keywords or marks (not a string or quoted name)."""
    if isinstance(node, Group):
        return "(" in candidates
    return node.kind not in (Kind.STRING, Kind.QUOTED) and node.word in candidates


def walk(tree: Iterable[Node]) -> Iterator[Token]:
    """Every token of a tree, in order."""
    for node in tree:
        if isinstance(node, Group):
            yield from walk(node.children)
        else:
            yield node


class Reader:
    """Reads a statement's nodes one after another, complaining as Redshift's parser does."""

    def __init__(self, tree: Sequence[Node]) -> None:
        self.tree = list(tree)
        self.position = 0

    @property
    def ended(self) -> bool:
        return self.position >= len(self.tree)

    def peek(self, offset: int = 0) -> Node | None:
        place = self.position + offset
        return self.tree[place] if place < len(self.tree) else None

    def next(self) -> Node:
        node = self.peek()
        if node is None:
            raise RedshiftError("syntax error at end of input", "42601")
        self.position += 1
        return node

    def rest(self) -> Nodes:
        remaining = self.tree[self.position :]
        self.position = len(self.tree)
        return remaining

    def take(self, *sequence: str) -> bool:
        """Step over these words if they are next."""
        for offset, word in enumerate(sequence):
            node = self.peek(offset)
            if node is None or not is_word(node, word):
                return False
        self.position += len(sequence)
        return True

    def choose(self, *candidates: str) -> str:
        """Step over one of these words if it is next, and say which; "" when none is."""
        return next((word for word in candidates if self.take(word)), "")

    def expect(self, *sequence: str) -> None:
        for word in sequence:
            if not self.take(word):
                raise self.error()

    def end(self) -> None:
        if not self.ended:
            raise self.error()

    def error(self) -> RedshiftError:
        node = self.peek()
        if node is None:
            return RedshiftError("syntax error at end of input", "42601")
        return syntax_error(near(node))

    def _token(self, accept: Callable[[Token], bool]) -> Token:
        node = self.peek()
        if not isinstance(node, Token) or not accept(node):
            raise self.error()
        self.position += 1
        return node

    def identifier(self) -> Token:
        return self._token(lambda token: token.is_name)

    def string(self) -> str:
        return self._token(lambda token: token.kind is Kind.STRING).value

    def number(self) -> str:
        return self._token(lambda token: token.kind is Kind.NUMBER).text

    def group(self) -> Group:
        node = self.next()
        if not isinstance(node, Group):
            self.position -= 1
            raise self.error()
        return node

    def path(self) -> list[str]:
        """A name with its qualifiers: [table], [schema, table] or [database, schema, table]."""
        names = [self.identifier().name]
        while self.take("."):
            names.append(self.identifier().name)
        return names


def near(node: Node) -> str:
    """How an error message names a node."""
    return "(" if isinstance(node, Group) else node.text


def path_sql(path: Sequence[str]) -> str:
    """A qualified name as SQL."""
    return ".".join(quote(name) for name in path)
