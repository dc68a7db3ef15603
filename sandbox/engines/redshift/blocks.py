"""One SELECT, cut into its clauses."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.engines.redshift.expressions import refuse_words
from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.nodes import Nodes, Reader, is_word, near, nodes, split_on

SET_OPERATORS = ("UNION", "INTERSECT", "EXCEPT", "MINUS")
CLAUSES = ("FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "ORDER", "LIMIT", "OFFSET")


@dataclass
class Block:
    """One SELECT, cut into its clauses (without their keywords)."""

    distinct: Nodes
    items: list[Nodes]
    clauses: dict[str, Nodes]

    def render(self, *only: str) -> Nodes:
        """The clauses that are there, in order, each with its keyword."""
        out: Nodes = []
        for name in only:
            if name in self.clauses:
                by = "BY" if name in ("GROUP", "ORDER") else ""
                out += [*nodes(f"{name} {by}"), *self.clauses[name]]
        return out


def cut(tree: Nodes) -> Block:
    """A SELECT cut into clauses; TOP becomes LIMIT. What Redshift's SELECT lacks is refused."""
    refuse_words(tree, "WINDOW", "FETCH", "INTO", "CONNECT", "FOR")
    reader = Reader(tree)
    reader.expect("SELECT")
    distinct: Nodes = []
    if quantifier := reader.choose("DISTINCT", "ALL"):
        distinct = nodes(quantifier)
        following = reader.peek()
        if quantifier == "DISTINCT" and following is not None and is_word(following, "ON"):
            raise syntax_error("ON")
    top = [Token(Kind.NUMBER, reader.number())] if reader.take("TOP") else []
    body = reader.rest()
    starts = _clause_starts(body)
    items = split_on(body[: starts[0][1] if starts else len(body)], ",")
    if items == [[]]:
        raise syntax_error(near(body[0]) if body else "SELECT")
    clauses: dict[str, Nodes] = {}
    ends = [*(start for _, start in starts[1:]), len(body)]
    for (name, start), end in zip(starts, ends, strict=False):
        skip = 2 if name in ("GROUP", "ORDER") else 1
        clauses[name] = body[start + skip : end]
    if top:
        if "LIMIT" in clauses:
            raise syntax_error("LIMIT")
        clauses["LIMIT"] = list(top)
    return Block(distinct, items, clauses)


def _clause_starts(body: Nodes) -> list[tuple[str, int]]:
    starts: list[tuple[str, int]] = []
    for index, node in enumerate(body):
        if not is_word(node, *CLAUSES):
            continue
        if index and is_word(body[index - 1], ".", "AS", "WITHIN"):
            continue
        if node.word == "FROM" and index > 1 and is_word(body[index - 2], "IS", "NOT"):
            continue  # IS [NOT] DISTINCT FROM
        starts.append((node.word, index))
    return starts
