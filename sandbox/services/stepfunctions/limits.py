"""The quota of events in one execution's history, which moto does not know.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.failures import runtime_failure
from sandbox.services.stepfunctions.patching import override

MAX_EVENTS = 25000

_evaluate_state = CommonStateField._eval_body


def apply() -> None:
    """Put the quota into moto's interpreter."""
    override(CommonStateField, _eval_body=_evaluate_within_quota)


def _evaluate_within_quota(self: CommonStateField, env: Environment) -> None:
    if env.event_manager._event_id_gen._next_id > MAX_EVENTS:
        cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
        raise runtime_failure(env, cause)
    _evaluate_state(self, env)
