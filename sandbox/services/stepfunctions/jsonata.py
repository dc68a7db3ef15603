"""moto's JSONata states, evaluated: moto parses them and has no engine.

It also hands variables over as text without escaping; here they are bound as values. What a
state assigns takes effect when the state is left, so its Output still sees the old values, and
an Output that fails is a failure that the state can catch.
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.assign.assign_template_value_terminal import (
    AssignTemplateValueTerminalLit,
)
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
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
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from sandbox.services.stepfunctions.expressions import ExpressionError, evaluate
from sandbox.services.stepfunctions.patching import override

VARIABLE_BYTES = 256 * 1024

_evaluate_task = ExecutionState._evaluate_with_timeout
_exited_details = CommonStateField._get_state_exited_event_details


def apply() -> None:
    """Put the engine into moto's interpreter."""
    override(StringJSONata, _eval_body=_evaluate_expression)
    override(AssignDecl, _eval_body=_evaluate_assignments)
    override(CommonStateField, _get_state_exited_event_details=_assign_and_describe)
    override(
        ExecutionState,
        _evaluate_with_timeout=_evaluate_task_and_output,
        _eval_state_output=_keep_evaluated_output,
    )
    override(Preprocessor, visitAssign_template_value_terminal_string_literal=_assigned_text)


def variables_of(environment: Environment) -> dict[str, Any]:
    """What an expression may refer to: $states and the variables in scope."""
    store = environment.variable_store
    states = json.loads(to_json_str(environment.states._states_data))  # dates become text
    return {**store._outer_scope, **store._inner_scope, "states": states}


def failure(
    environment: Environment, error: StatesErrorNameType, cause: str
) -> FailureEventException:
    """The failure of a state whose fields cannot be evaluated."""
    name = StatesErrorName(typ=error)
    event: Any = {"evaluationFailedEventDetails": {"cause": cause, "error": name.error_name}}
    return FailureEventException(
        FailureEvent(
            env=environment,
            error_name=name,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=event,
        )
    )


def _evaluate_expression(self: StringJSONata, env: Environment) -> None:
    try:
        env.stack.append(evaluate(self.expression, variables_of(env)))
    except ExpressionError as error:
        raise failure(env, StatesErrorNameType.StatesQueryEvaluationError, str(error)) from error


def _evaluate_assignments(self: AssignDecl, env: Environment) -> None:
    pending = vars(env).setdefault("pending_assignments", {})
    for declaration in self.declaration_bindings:
        declaration.eval(env=env)
        for name, value in env.stack.pop().items():
            if len(json.dumps(value).encode()) > VARIABLE_BYTES:
                cause = f"The variable '{name}' exceeds the maximum of {VARIABLE_BYTES} bytes."
                raise failure(env, StatesErrorNameType.StatesStatesDataLimitExceeded, cause)
            pending[name] = value


def _assign_and_describe(self: CommonStateField, env: Environment) -> Any:
    for name, value in vars(env).pop("pending_assignments", {}).items():
        env.variable_store.set(variable_identifier=name, variable_value=value)
    return _exited_details(self, env)


def _evaluate_task_and_output(self: ExecutionState, env: Environment) -> None:
    try:
        _evaluate_task(self, env)
        if self.output is not None:
            self.output.eval(env=env)
    except Exception:
        vars(env).pop("pending_assignments", None)  # an attempt that fails assigns nothing
        raise


def _keep_evaluated_output(self: ExecutionState, env: Environment) -> None:
    caught = isinstance(env.stack[-1], CatchOutcome)
    if not caught and self.output is None:
        CommonStateField._eval_state_output(self, env)


def _assigned_text(self: Preprocessor, ctx: Any) -> AssignTemplateValueTerminalLit:
    return AssignTemplateValueTerminalLit(value=json.loads(ctx.string_literal().getText()))
