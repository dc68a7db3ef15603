# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Row filters: conditions on the columns of one table, which mean the same in both engines.

The grammar is what Lake Formation's row filters and Redshift's row-level security have in common:

    condition   one or several with AND or OR between them, after NOT, in parentheses
    predicate   column = <> != < <= > >= literal, column [NOT] IN (literal, ...),
                column [NOT] BETWEEN literal AND literal, column [NOT] LIKE 'pattern',
                column IS [NOT] NULL
    literal     'text', a number, TRUE, FALSE

https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..identifiers import quote

MAX_LENGTH = 2047
"""Characters of an expression that Lake Formation takes."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*')
        | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w.]))
        | (?P<quoted>"[^"]+")
        | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
        | (?P<sign><=|>=|<>|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_WORDS = frozenset(["and", "or", "not", "in", "between", "like", "is", "null", "true", "false"])
_MAX_DEPTH = 50


@dataclass(frozen=True)
class Literal:
    """A constant: its kind is text, number or boolean; `value` of a text is without its quotes."""

    kind: str
    value: str

    def sql(self, *, as_text: bool = False) -> str:
        if self.kind == "text" or as_text:
            return "'" + self.value.replace("'", "''") + "'"
        return self.value.upper()


@dataclass(frozen=True)
class Predicate:
    """A column, how it is compared, and with what."""

    column: str
    operator: str
    literals: tuple[Literal, ...] = ()

    def sql(self, texts: frozenset[str]) -> str:
        values = [one.sql(as_text=self.column in texts) for one in self.literals]
        start = f"{quote(self.column)} {self.operator}"
        if self.operator.endswith("IN"):
            return f"{start} ({', '.join(values)})"
        return " ".join([start, *values[:1], *(f"AND {value}" for value in values[1:])])

    @property
    def predicates(self) -> Iterator[Predicate]:
        yield self


@dataclass(frozen=True)
class Junction:
    """Several conditions with the same word between them; NOT stands before the only one."""

    word: str
    parts: tuple[Condition, ...]

    def sql(self, texts: frozenset[str]) -> str:
        parts = [f"({part.sql(texts)})" for part in self.parts]
        return f" {self.word} ".join(parts) if len(parts) > 1 else f"{self.word} {parts[0]}"

    @property
    def predicates(self) -> Iterator[Predicate]:
        for part in self.parts:
            yield from part.predicates


Condition = Predicate | Junction


@dataclass(frozen=True)
class RowFilter:
    """A condition on the rows of a table."""

    condition: Condition

    @property
    def text(self) -> str:
        """The condition in the one form that both engines read."""
        return self.condition.sql(frozenset())

    def text_where(self, texts: frozenset[str]) -> str:
        """The same where the values of some columns, `texts`, are the words for them."""
        return self.condition.sql(texts)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at, each once."""
        return tuple(dict.fromkeys(one.column for one in self.condition.predicates))


def parse(text: str) -> RowFilter:
    """Read a condition. Raises ValueError saying what is wrong, or what is allowed."""
    found = RowFilter(_Parser(_tokens(text)).whole())
    if len(found.text) > MAX_LENGTH:
        raise ValueError(f"it is too long; allowed: at most {MAX_LENGTH} characters")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    """The tokens of a condition: kind and text, words in lower case."""
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            raise ValueError(
                f"{text[place:].strip()[:20]!r} can't be read; allowed: columns, literals,"
                " = <> < <= > >= IN BETWEEN LIKE IS NULL AND OR NOT and parentheses"
            )
        token = match.group(match.lastgroup)
        found.append((match.lastgroup, token.lower() if match.lastgroup == "word" else token))
        place = match.end()
    return found


class _Parser:
    """Reads tokens from left to right; every fault is a ValueError."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self._place < len(self._tokens):
            raise ValueError(f"{self._next!r} can't stand here; allowed: AND, OR or the end")
        return condition

    @property
    def _next(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _take(self, *wanted: str) -> bool:
        """Take the next tokens where they are the wanted ones."""
        there = [text for kind, text in self._tokens[self._place :][: len(wanted)]]
        if there != list(wanted):
            return False
        self._place += len(wanted)
        return True

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fault(wanted.upper())

    def _fault(self, allowed: str) -> ValueError:
        where = f"before {self._next!r}" if self._next else "at the end"
        return ValueError(f"{allowed} is missing {where}")

    def _either(self) -> Condition:
        return self._several("or", lambda: self._several("and", self._negated))

    def _several(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return Junction(word.upper(), tuple(parts)) if len(parts) > 1 else parts[0]

    def _negated(self) -> Condition:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError(f"it is too deep; allowed: at most {_MAX_DEPTH} conditions inside")
        try:
            if self._take("not"):
                return Junction("NOT", (self._negated(),))
            if self._take("("):
                inner = self._either()
                self._expect(")")
                return inner
            return self._predicate()
        finally:
            self._depth -= 1

    def _predicate(self) -> Predicate:
        column = self._column()
        if self._take("is"):
            negated = self._take("not")
            self._expect("null")
            return Predicate(column, "IS NOT NULL" if negated else "IS NULL")
        negation = "NOT " if self._take("not") else ""
        if self._take("in"):
            return Predicate(column, f"{negation}IN", self._list())
        if self._take("between"):
            least = self._literal()
            self._expect("and")
            return Predicate(column, f"{negation}BETWEEN", (least, self._literal()))
        if self._take("like"):
            return Predicate(column, f"{negation}LIKE", (self._literal(),))
        sign = "<>" if self._next == "!=" else self._next
        if negation or sign not in _COMPARISONS:
            raise self._fault("IN, BETWEEN or LIKE" if negation else "a comparison")
        self._place += 1
        return Predicate(column, sign, (self._literal(),))

    def _column(self) -> str:
        kind, text = self._taken()
        if kind == "quoted":
            return text[1:-1].lower()
        if kind != "word" or text in _WORDS:
            raise ValueError(f"{text!r} is no column" if text else "a column is missing at the end")
        return text

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        literals = [self._literal()]
        while self._take(","):
            literals.append(self._literal())
        self._expect(")")
        return tuple(literals)

    def _literal(self) -> Literal:
        kind, text = self._taken()
        if kind == "text":
            return Literal("text", text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal("number", text.removeprefix("+"))
        if text in ("true", "false"):
            return Literal("boolean", text)
        raise ValueError(
            f"{text!r} is no literal; allowed: 'text' in single quotes, a number, TRUE, FALSE"
            if text
            else "a literal is missing at the end"
        )

    def _taken(self) -> tuple[str, str]:
        if self._place == len(self._tokens):
            return "", ""
        self._place += 1
        return self._tokens[self._place - 1]
