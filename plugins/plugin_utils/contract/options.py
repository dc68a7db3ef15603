# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an option may be, said once: the checks that the three documents' specifications use.

A check takes a value and returns what is allowed where the value isn't, else None. A document is
a nested dict; `inspect` walks it beside its specification and reports every fault by option path.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any], "str | None"]
Problems = Iterator[str]


@dataclass(frozen=True)
class Option:
    """One option: its check, or the specification of what is inside it."""

    check: Check | None = None
    options: Mapping[str, Option] | None = None
    items: Option | None = None
    required: bool = False
    default: Any = None


def problem(path: str, value: Any, allowed: str) -> str:
    """The one form of a message: option, value, what is allowed."""
    return f"{path}: {value!r} is not valid; {allowed}"


def unknown(path: str, name: str, known: Iterable[str]) -> str:
    """The message for a name that doesn't exist, with the likeliest one that does."""
    return f"{path}: unknown name {name!r}; {likeliest(name, known)}"


def likeliest(name: Any, known: Iterable[str]) -> str:
    """The end of a message on a name that doesn't exist: the likeliest that does, or all."""
    names = list(known)
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(names) or 'none'}"


def inspect(path: str, value: Any, option: Option) -> Problems:
    """Report every fault of `value`, which stands at `path`, against `option`."""
    if option.options is not None:
        yield from _inspect_options(path, value, option.options)
    elif option.items is not None:
        yield from _inspect_items(path, value, option.items)
    elif option.check is not None:
        allowed = option.check(value)
        if allowed:
            yield problem(path, value, allowed)


def _inspect_options(path: str, value: Any, options: Mapping[str, Option]) -> Problems:
    if not isinstance(value, Mapping):
        yield problem(path, value, f"allowed: a mapping of {', '.join(options)}")
        return
    for name in value:
        if name not in options:
            hint = likeliest(name, options)
            yield f"{_join(path, name)}: unknown option with value {value[name]!r}; {hint}"
    for name, option in options.items():
        if value.get(name) is not None:
            yield from inspect(_join(path, name), value[name], option)
        elif option.required:
            yield f"{_join(path, name)}: missing; {describe(option)}"


def _inspect_items(path: str, value: Any, item: Option) -> Problems:
    if not isinstance(value, list):
        yield problem(path, value, "allowed: a list")
        return
    for index, element in enumerate(value):
        yield from inspect(f"{path}[{index}]", element, item)


def describe(option: Option) -> str:
    """Say what an option takes, for the message that it is missing."""
    if option.options is not None:
        return f"a mapping of {', '.join(option.options)}"
    if option.items is not None:
        return "a list"
    return (option.check and option.check(None)) or "any value"


def with_defaults(value: Mapping[str, Any], options: Mapping[str, Option]) -> dict[str, Any]:
    """Copy a valid mapping, options that were left out filled in."""
    return {
        name: option.default if value.get(name) is None else value[name]
        for name, option in options.items()
    }


def text(pattern: str = r".+", allowed: str = "allowed: text") -> Check:
    """Text that matches `pattern` as a whole."""
    return lambda value: (
        None if isinstance(value, str) and re.fullmatch(pattern, value) else allowed
    )


def integer(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""
    return lambda value: (
        None if _is_integer(value) and least <= value <= most else f"allowed: {least} to {most}"
    )


def boolean(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "allowed: true, false"


def one_of(*values: str) -> Check:
    """One of a few words."""
    return lambda value: None if value in values else f"allowed: {', '.join(values)}"


def parsed(parse: Callable[[str], Any]) -> Check:
    """Text that `parse` reads; its ValueError says what is allowed."""

    def check(value: Any) -> str | None:
        try:
            parse(value if isinstance(value, str) else "")
        except ValueError as error:
            return str(error)
        return None

    return check


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _join(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)
