"""moto's JSONPath states: a path to one value yields that value, and variables are paths too.

moto yields a list of one for `$.Records[0][0].LongValue`, and hands `$name.member` to the
JSONata engine that it does not have.
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

import copy
import re
from typing import Any

from jsonpath_ng.ext import parse
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils import json_path as moto_json_path

from sandbox.services.stepfunctions.expressions import evaluate
from sandbox.services.stepfunctions.jsonata import variables_of
from sandbox.services.stepfunctions.patching import override, replace

MANY = re.compile(r"\.\.|\*|\?\(|\[[^\]]*[:,][^\]]*\]")
VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)

_extract = moto_json_path.extract_json


def apply() -> None:
    """Put both into moto's interpreter."""
    replace(_extract, extract_json)
    override(StringVariableSample, _eval_body=_sample_variable)


def extract_json(path: str, data: Any) -> Any:
    """What a path selects: a value where it is definite, else the list of all that match."""
    if MANY.search(path):
        return _extract(path, data)
    found = parse(path).find(data)
    if len(found) != 1:
        return _extract(path, data)
    return found[0].value


def _sample_variable(self: StringVariableSample, env: Environment) -> None:
    if self.query_language_mode == QueryLanguageMode.JSONata:
        env.stack.append(evaluate(self.expression, variables_of(env)))
        return
    match = VARIABLE.fullmatch(self.expression)
    if match is None:
        raise ValueError(f"'{self.expression}' is not the path of a variable.")
    name, path = match.groups()
    value = env.variable_store.get(name)
    env.stack.append(copy.deepcopy(extract_json(f"${path}", value) if path else value))
