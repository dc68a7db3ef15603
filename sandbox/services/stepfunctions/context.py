"""The context object: times as AWS writes them, and counts that moto leaves out.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

import datetime
from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.states import StateData

from sandbox.services.stepfunctions.casing import iso_8601
from sandbox.services.stepfunctions.patching import replace


def apply() -> None:
    """Let moto's interpreter describe states as AWS does."""
    replace(StateData, _state_data)


def describe_execution(environment: Environment, start: datetime.datetime) -> None:
    """Put into a context object what the interpreter doesn't know of its execution."""
    execution: Any = environment.states.context_object.context_object_data["Execution"]
    execution.update(StartTime=iso_8601(start), RedriveCount=0)


def _state_data(*, EnteredTime: str, Name: str) -> StateData:
    entered = iso_8601(datetime.datetime.fromisoformat(EnteredTime))
    return {"EnteredTime": entered, "Name": Name, "RetryCount": 0}
