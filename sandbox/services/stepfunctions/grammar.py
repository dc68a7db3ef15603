"""What moto's grammar reads otherwise than AWS does.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountStringJSONata,
)
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from sandbox.services.stepfunctions.patching import override

_open_scope = Preprocessor._open_query_language_scope


def apply() -> None:
    """Put it right in moto's parser.

    A name of an error may begin with States., of a call to an HTTPS API and of a Map whose items
    failed: which of them a definition may have is told by its rules.
    """
    override(
        Preprocessor,
        _open_query_language_scope=_open_scope_of_state,
        visitTolerated_failure_count_string_jsonata=_tolerated_count,
    )
    override(CustomErrorName, __init__=ErrorName.__init__)


def _open_scope_of_state(self: Preprocessor, parse_tree: Any) -> None:
    """A state that names no language has that of the machine; moto gives it the Map's around it."""
    scopes = self._query_language_per_scope
    self._query_language_per_scope = scopes[:1]
    _open_scope(self, parse_tree)
    self._query_language_per_scope = scopes + self._query_language_per_scope[-1:]


def _tolerated_count(self: Preprocessor, ctx: Any) -> ToleratedFailureCountStringJSONata:
    """moto takes the expression for that of a percentage."""
    expression = self.visitString_jsonata(ctx=ctx.string_jsonata())
    return ToleratedFailureCountStringJSONata(string_jsonata=expression)
