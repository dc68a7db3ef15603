"""Which errors a Retry or Catch meets: one is beyond States.ALL, one beyond all, in moto none is.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.patching import override

ALWAYS_FAILS = "States.Runtime"
BEYOND_ALL = {"States.DataLimitExceeded"}
BEYOND_TASK_FAILED = BEYOND_ALL | {"States.Timeout"}


def apply() -> None:
    """Put the rule into moto's interpreter."""
    override(ErrorEqualsDecl, _eval_body=_meets)


def _meets(self: ErrorEqualsDecl, env: Environment) -> None:
    raised = getattr(env.stack.pop(), "error_name", None)
    named = {name.error_name for name in self.error_names}
    env.stack.append(
        raised != ALWAYS_FAILS
        and (
            raised in named
            or ("States.ALL" in named and raised not in BEYOND_ALL)
            or ("States.TaskFailed" in named and raised not in BEYOND_TASK_FAILED)
        )
    )
