"""How a state fails in moto's interpreter, for what its own code does not notice."""

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
from moto.stepfunctions.parser.asl.eval.environment import Environment


def runtime_failure(environment: Environment, cause: str) -> FailureEventException:
    """The end of an execution by States.Runtime; moto names the state before the cause."""
    error = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    event: Any = {"executionFailedEventDetails": {"error": error.error_name, "cause": cause}}
    return FailureEventException(
        FailureEvent(
            env=environment,
            error_name=error,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=event,
        )
    )
