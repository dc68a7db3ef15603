"""Wildcards and variables of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

# The values of a condition key in one request, None when it is not there.
Lookup = Callable[[str], list[str] | None]

VARIABLE = re.compile(r"\$\{([^}]*)\}")
LITERALS = {"*": "*", "?": "?", "$": "$"}
ARN_PARTS = 6


def like(value: str, pattern: str) -> bool:
    """Whether a value fits a pattern, in which * and ? are the only wildcards."""
    return _compiled(pattern).fullmatch(value) is not None


def arn_like(value: str, pattern: str) -> bool:
    """As like, but each of the six parts of an ARN by itself."""
    parts, patterns = value.split(":", ARN_PARTS - 1), pattern.split(":", ARN_PARTS - 1)
    return len(parts) == len(patterns) == ARN_PARTS and all(map(like, parts, patterns))


def filled(text: str, lookup: Lookup) -> str | None:
    """A text with its variables replaced; None when the request has no value for one.

    Wildcards that come from a value, or from ${*} and ${?}, stand for themselves.
    """
    missing = False

    def value(matched: re.Match[str]) -> str:
        nonlocal missing
        key, _, default = (part.strip() for part in matched[1].partition(","))
        if key in LITERALS:
            return _literal(LITERALS[key])
        found = lookup(key)
        if found is None or len(found) != 1:
            missing = missing or not default
            return _literal(default.strip("'"))
        return _literal(found[0])

    replaced = VARIABLE.sub(value, text)
    return None if missing else replaced


def plain(pattern: str) -> str:
    """A filled text as the operators read it that know no wildcards."""
    return pattern.replace(_ESCAPE, "")


# Goes before a wildcard that is none: no text of a policy holds it.
_ESCAPE = "\0"


def _literal(text: str) -> str:
    return re.sub(r"([*?])", rf"{_ESCAPE}\1", text)


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(rf"({_ESCAPE}[*?]|[*?])", pattern)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(piece) or re.escape(plain(piece)) for piece in pieces), re.S)
