"""Timeouts and heartbeats of a state that has ended while its request was under way.

The interpreter evaluates nothing more for a state that was stopped or whose time is over, and moto
then takes what else lies on its stack for the seconds to wait.
"""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import Heartbeat
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import Timeout
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.patching import override

NO_SECONDS = 0


def apply() -> None:
    """Let moto's interpreter wait no longer for a state that has ended."""
    override(Timeout, eval=_evaluate)
    override(Heartbeat, eval=_evaluate)


def _evaluate(self: EvalComponent, env: Environment) -> None:
    height = len(env.stack)
    EvalComponent.eval(self, env)
    if len(env.stack) == height:
        env.stack.append(NO_SECONDS)
