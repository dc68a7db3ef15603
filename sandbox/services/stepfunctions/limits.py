"""The quota of events in one execution's history, which moto does not know.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.patching import override

MAX_EVENTS = 25000

_evaluate_state = CommonStateField._eval_body


def apply() -> None:
    """Put the quota into moto's interpreter."""
    override(CommonStateField, _eval_body=_evaluate_within_quota)


def _evaluate_within_quota(self: CommonStateField, env: Environment) -> None:
    if env.event_manager._event_id_gen._next_id > MAX_EVENTS:
        cause = f"The execution reached the maximum number of history events ({MAX_EVENTS})."
        error = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
        event: Any = {"executionFailedEventDetails": {"error": error.error_name, "cause": cause}}
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=error,
                event_type=HistoryEventType.ExecutionFailed,
                event_details=event,
            )
        )
    _evaluate_state(self, env)
