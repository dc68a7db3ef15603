"""Choices by JSONPath: only IsPresent may look at a path that is not there.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.failures import runtime_failure
from sandbox.services.stepfunctions.patching import override


def apply() -> None:
    """Put the rule into moto's interpreter, which takes an absent value for one that differs."""
    override(ComparisonVariable, _eval_body=_compare)


def _compare(self: ComparisonVariable, env: Environment) -> None:
    self.variable.eval(env)
    operator = self.comparison_function.operator_type
    if isinstance(env.stack[-1], NoSuchVariable) and operator != ComparisonOperatorType.IsPresent:
        path = self.variable.string_sampler.literal_value
        cause = "The choice state's condition path references an invalid value."
        raise runtime_failure(env, f"Invalid path '{path}': {cause}")
    self.comparison_function.eval(env)
