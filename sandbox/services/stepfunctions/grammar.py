"""What moto's grammar reads otherwise than AWS does.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountStringJSONata,
)
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from sandbox.services.stepfunctions.patching import override


def apply() -> None:
    """Put it right in moto's parser."""
    override(Preprocessor, visitTolerated_failure_count_string_jsonata=_tolerated_count)


def _tolerated_count(self: Preprocessor, ctx: Any) -> ToleratedFailureCountStringJSONata:
    """moto takes the expression for that of a percentage."""
    expression = self.visitString_jsonata(ctx=ctx.string_jsonata())
    return ToleratedFailureCountStringJSONata(string_jsonata=expression)
