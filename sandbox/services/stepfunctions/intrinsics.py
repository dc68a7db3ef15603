"""Intrinsic functions, read to their end: moto's grammar drops what it does not know.

So it does with an escaped apostrophe, null, and whatever follows a dash in a path.
https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
https://states-language.net/spec.html#intrinsic-functions
"""

from __future__ import annotations

import json
import re
from typing import Any

from jsonpath_ng.ext import parse as parse_path
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringIntrinsicFunction,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.component.intrinsic.argument.argument import (
    Argument,
    ArgumentContextPath,
    ArgumentFunction,
    ArgumentJsonPath,
    ArgumentList,
    ArgumentLiteral,
    ArgumentVar,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.function import Function
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.factory import (
    StatesFunctionFactory,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.generic import (
    string_format,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.states_function import (
    StatesFunction,
)
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.state_function_name_types import (
    StatesFunctionNameType,
)
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.states_function_name import (
    StatesFunctionName,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from sandbox.services.stepfunctions.jsonata import failure
from sandbox.services.stepfunctions.patching import override

RESERVED = "'{}\\"
NAME = re.compile(r"\s*States\.(\w+)\(\s*")
COMMA = re.compile(r"\s*,\s*")
CLOSE = re.compile(r"\s*\)")
TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
LITERAL = re.compile(r"(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)])")
# names, and what is in brackets, where quoted text may hold any character
PATH = re.compile(r"""\$(?:[^\s,()\[\]'"]|\[(?:'[^']*'|"[^"]*"|\[[^\]]*\]|[^\[\]'"])*\])*""")
VARIABLE = re.compile(r"\$(?=\w)")
TEMPLATE = re.compile(r"\\.|\{\}|.", re.DOTALL)


def apply() -> None:
    """Put the reader into moto's parser, and the name of the error into its interpreter."""
    override(Preprocessor, visitString_intrinsic_function=_visit)
    override(StringIntrinsicFunction, _eval_body=_evaluate)


def read(text: str) -> Function:
    """The function that a whole text calls.

    Raises ValueError when it is no call, or one that AWS or the sandbox does not know.
    """
    reader = _Reader(text)
    function = reader.function()
    if reader.rest.strip():
        raise ValueError(f"nothing is expected at {reader.rest}")
    return function


def _visit(_self: Preprocessor, ctx: Any) -> StringIntrinsicFunction:
    text = json.loads(ctx.STRINGINTRINSICFUNC().getText())
    return StringIntrinsicFunction(intrinsic_function_derivation=text, function=read(text))


def _evaluate(self: StringIntrinsicFunction, env: Environment) -> None:
    try:
        self.function.eval(env=env)
    except (FailureEventException, NoSuchJsonPathError):
        raise
    except Exception as error:  # moto's functions raise whatever comes to hand
        cause = f"The function '{self.literal_value}' had the following error: {error}"
        raise failure(env, StatesErrorNameType.StatesIntrinsicFailure, cause) from error


class _Reader:
    """Takes a call apart from its beginning on; rest is what was not read yet."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def function(self) -> Function:
        """A name and its arguments, in parentheses."""
        name = self._take(NAME)
        if name is None:
            raise ValueError(f"a function of States is expected at {self.rest}")
        arguments: list[Argument] = []
        while not self._take(CLOSE):
            if arguments and not self._take(COMMA):
                raise ValueError(f"a comma or a parenthesis is expected at {self.rest}")
            arguments.append(self._argument())
        return _function(name[1], arguments)

    def _argument(self) -> Argument:
        if text := self._take(TEXT):
            return _Text(text[1])
        if literal := self._take(LITERAL):
            return ArgumentLiteral(definition_value=json.loads(literal[0]))
        if path := self._take(PATH):
            return _path(path[0])
        return ArgumentFunction(function=self.function())

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.rest)
        if match is not None:
            self.rest = self.rest[match.end() :]
        return match


def _function(name: str, arguments: list[Argument]) -> Function:
    if name not in StatesFunctionNameType.__members__:
        raise ValueError(f"there is no function States.{name}")
    if name == "Format":
        return _Format(ArgumentList(arguments))
    kind = StatesFunctionName(function_type=StatesFunctionNameType[name])
    try:
        return StatesFunctionFactory.from_name(kind, ArgumentList(arguments))
    except ValueError as error:
        raise ValueError(f"States.{name} does not take {len(arguments)} arguments") from error


def _path(path: str) -> Argument:
    variable = VARIABLE.match(path)
    beneath = re.sub(r"^\$(\$|\w+)", "$", path)
    try:
        parse_path(beneath)
    except Exception as error:  # the parser raises whatever comes to hand
        raise ValueError(f"the sandbox does not serve the path {path}") from error
    if variable:
        return ArgumentVar(StringVariableSample(QueryLanguageMode.JSONPath, path))
    return ArgumentContextPath(path) if path.startswith("$$") else ArgumentJsonPath(path)


class _Text(Argument):
    """Text between apostrophes, as it was written."""

    def __init__(self, source: str) -> None:
        self.source = source

    def _eval_argument(self, env: Environment) -> str:
        return "".join(_unescaped(piece) for piece in TEMPLATE.findall(self.source))


class _Format(StatesFunction):
    """States.Format: braces that are escaped, or hold something, are braces."""

    def __init__(self, argument_list: ArgumentList) -> None:
        name = StatesFunctionName(function_type=StatesFunctionNameType.Format)
        super().__init__(states_name=name, argument_list=argument_list)
        if not argument_list.arguments or isinstance(argument_list.arguments[0], ArgumentLiteral):
            raise ValueError("the first argument of States.Format is text")

    def _eval_body(self, env: Environment) -> None:
        self.argument_list.eval(env=env)
        template, *values = env.stack.pop()
        first = self.argument_list.arguments[0]
        if not isinstance(template, str):
            raise ValueError("The first argument is not text.")
        parts = _parts(first.source) if isinstance(first, _Text) else template.split("{}")
        if len(values) != len(parts) - 1:
            raise ValueError("There are not as many arguments as occurrences of {}.")
        shown = [string_format.StringFormat._to_str_repr(value) for value in values]
        filled = "".join(value + part for value, part in zip(shown, parts[1:], strict=True))
        env.stack.append(parts[0] + filled)


def _parts(source: str) -> list[str]:
    """What stands between the placeholders of a template."""
    parts = [""]
    for piece in TEMPLATE.findall(source):
        if piece == "{}":
            parts.append("")
        else:
            parts[-1] += _unescaped(piece)
    return parts


def _unescaped(piece: str) -> str:
    """The interpreter fails at a backslash that escapes nothing."""
    if not piece.startswith("\\"):
        return piece
    if piece[1:] not in RESERVED:
        raise ValueError(f"The backslash in {piece} escapes nothing.")
    return piece[1:]
