"""Splits Redshift SQL into tokens, exactly as the PostgreSQL behind the gate will split it.

The two must never disagree on where a string or a comment ends: what one takes for text the
other could run. Redshift reads a backslash in a plain string as an escape; the sessions behind
the gate are set to do the same (standard_conforming_strings off).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sandbox.engines.redshift.model import RedshiftError

SYNTAX_ERROR = "42601"
Patterns = Sequence[tuple[re.Pattern[str], "Kind | None"]]


class Kind(Enum):
    """What a token is."""

    WORD = "word"  # unquoted identifier or keyword
    QUOTED = "quoted"  # "identifier"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    MARK = "mark"  # one of , ; . ( ) [ ] and ::
    PARAMETER = "parameter"  # $1
    NAMED = "named"  # :name, of the Data API


@dataclass(frozen=True)
class Token:
    """One token, with the white space before it reduced to whether there was some."""

    kind: Kind
    text: str
    spaced: bool = True

    @property
    def word(self) -> str:
        """The keyword in capitals; for every other kind the text itself."""
        return self.text.upper() if self.kind is Kind.WORD else self.text

    @property
    def is_name(self) -> bool:
        return self.kind in (Kind.WORD, Kind.QUOTED)

    @property
    def name(self) -> str:
        """The identifier as Redshift folds it: lower case, quoted or not."""
        return self.exact_name.lower()

    @property
    def exact_name(self) -> str:
        """The identifier with a quoted one's case kept, as the names of users are."""
        if self.kind is Kind.QUOTED:
            return self.text[1:-1].replace('""', '"')
        return self.text.lower()

    @property
    def value(self) -> str:
        """The text of a string, unquoted and unescaped."""
        if self.text.startswith("$"):
            tag = self.text[: self.text.index("$", 1) + 1]
            return self.text[len(tag) : -len(tag)]
        body = self.text[self.text.index("'") + 1 : -1].replace("''", "'")
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), body, flags=re.S)

    def with_text(self, text: str) -> Token:
        return replace(self, text=text)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SPACE = re.compile(r"[ \t\n\r\f\v]+|--[^\n\r]*")
_WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*")
_TEMPORARY = re.compile(r"#[A-Za-z_][A-Za-z0-9_$]*")
_QUOTED = re.compile(r'"(?:[^"]|"")+"')
# E'' came with PostgreSQL 8.1: here E is a name, and the string ends where PostgreSQL ends it
_STRING = re.compile(r"[nN]?'(?:[^'\\]|''|\\.)*'", re.S)
# PostgreSQL ends these by other rules, and Redshift has them not
_FOREIGN_STRING = re.compile(r"""[uU]&['"]|[bBxX]'""")
_DOLLAR = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PARAMETER = re.compile(r"\$\d+")
_NAMED = re.compile(r":[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")


def tokenize(sql: str, *, procedural: bool = False) -> list[Token]:
    """The tokens of one or more statements. Raises RedshiftError on what cannot be SQL.

    procedural adds what PL/pgSQL has besides: := and the .. between two numbers.
    """
    return [_temporary_name(token) for _, token in _placed(sql, procedural=procedural)]


def with_parameters(sql: str, values: Sequence[str]) -> str:
    """SQL with each $1, $2, … replaced by the SQL of its value; strings and comments stay."""
    pieces: list[str] = []
    copied = 0
    for start, token in _placed(sql):
        if token.kind is Kind.PARAMETER:
            place = int(token.text[1:])
            if not 1 <= place <= len(values):
                raise RedshiftError(f"there is no parameter {token.text}", "42P02")
            pieces += [sql[copied:start], values[place - 1]]
            copied = start + len(token.text)
    return "".join([*pieces, sql[copied:]])


def _placed(sql: str, *, procedural: bool = False) -> list[tuple[int, Token]]:
    """Each token with the place where it begins."""
    if "\0" in sql:
        raise RedshiftError("invalid byte sequence for encoding: 0x00", "22021")
    placed: list[tuple[int, Token]] = []
    patterns = _PROCEDURAL if procedural else _PATTERNS
    position, spaced = 0, True
    while position < len(sql):
        end = _skip_space(sql, position)
        if end > position:
            position, spaced = end, True
            continue
        token = _next(sql, position, placed[-1][1] if placed else None, patterns)
        placed.append((position, replace(token, spaced=spaced)))
        position, spaced = position + len(token.text), False
    return placed


def split(sql: str) -> list[list[Token]]:
    """The statements of a text, without their semicolons and without empty ones."""
    statements: list[list[Token]] = [[]]
    for token in tokenize(sql):
        if token.text == ";" and token.kind is Kind.MARK:
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def _skip_space(sql: str, position: int) -> int:
    if sql.startswith("/*", position):
        return _comment_end(sql, position)
    match = _SPACE.match(sql, position)
    return match.end() if match else position


def _comment_end(sql: str, start: int) -> int:
    depth, position = 1, start + 2
    while depth:
        match = re.compile(r"/\*|\*/").search(sql, position)
        if match is None:
            raise RedshiftError("unterminated /* comment", SYNTAX_ERROR)
        depth += 1 if match[0] == "/*" else -1
        position = match.end()
    return position


# tried in this order, before marks, names with # and operators
_PATTERNS: Patterns = (
    (_STRING, Kind.STRING),
    (_QUOTED, Kind.QUOTED),
    (_FOREIGN_STRING, None),
    (_WORD, Kind.WORD),
    (_NUMBER, Kind.NUMBER),
    (_DOLLAR, Kind.STRING),
    (_PARAMETER, Kind.PARAMETER),
    (re.compile("::"), Kind.MARK),
    (_NAMED, Kind.NAMED),
    (re.compile(r"[,;.()\[\]]"), Kind.MARK),
)


_PROCEDURAL: Patterns = (
    (re.compile(r":=|\.\."), Kind.MARK),
    (re.compile(r"\d+(?=\.\.)"), Kind.NUMBER),
    *_PATTERNS,
)


def _next(sql: str, position: int, before: Token | None, patterns: Patterns) -> Token:
    for pattern, kind in patterns:
        match = pattern.match(sql, position)
        if match is None:
            continue
        if kind is None:
            raise syntax_error(match[0])
        end = _dollar_end(sql, match) if pattern is _DOLLAR else match.end()
        return Token(kind, sql[position:end])
    if (match := _TEMPORARY.match(sql, position)) and _expects_table(before):
        return Token(Kind.WORD, match[0])
    if sql[position] in "'\"":
        raise RedshiftError("unterminated quoted string", SYNTAX_ERROR)
    return Token(Kind.OPERATOR, _operator(sql, position))


def _dollar_end(sql: str, opening: re.Match[str]) -> int:
    end = sql.find(opening[0], opening.end())
    if end < 0:
        raise RedshiftError("unterminated dollar-quoted string", SYNTAX_ERROR)
    return end + len(opening[0])


def _expects_table(before: Token | None) -> bool:
    after = {"TABLE", "FROM", "INTO", "JOIN", "UPDATE", "EXISTS", ",", "USING", "COPY"}
    return before is not None and before.word in after


def _temporary_name(token: Token) -> Token:
    if token.text.startswith("#") and token.kind is Kind.WORD:
        return replace(token, kind=Kind.QUOTED, text=f'"{token.text.lower()}"')
    return token


def _operator(sql: str, position: int) -> str:
    match = _OPERATOR.match(sql, position)
    if match is None:
        raise syntax_error(sql[position])
    text = re.split(r"--|/\*", match[0])[0]
    # PostgreSQL's rule: only an operator with one of these characters may end in + or -
    while len(text) > 1 and text[-1] in "+-" and not set(text) & set("~!@#%^&|`?"):
        text = text[:-1]
    return text


def syntax_error(near: str) -> RedshiftError:
    """Redshift's syntax error, at or near a token."""
    return RedshiftError(f'syntax error at or near "{near}"', SYNTAX_ERROR)
