"""One execution: moto's, with the answers of AWS about how it ended.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
"""

from __future__ import annotations

import copy
import datetime
import json
import threading
import time
import traceback
import uuid
from typing import Any

from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import (
    ExecutionStatus,
    HistoryEventType,
    StateMachineType,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import (
    EvaluationDetails,
    StateMachineDetails,
)
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.backend.execution_worker_comm import ExecutionWorkerCommunication

from sandbox.runtime import Runtime
from sandbox.services.stepfunctions.context import describe_execution
from sandbox.services.stepfunctions.definitions import interpretable
from sandbox.services.stepfunctions.events import publish_status
from sandbox.services.stepfunctions.telemetry import count, write_log

PENDING_SECONDS = 0.01


def _arn(machine: StateMachine, name: str) -> str:
    """An execution's: of a version, that of its state machine; an EXPRESS one may share names."""
    place = machine.arn.partition(":stateMachine:")[0]
    if machine.type == "EXPRESS":
        return f"{place}:express:{machine.name}:{name}:{uuid.uuid4()}"
    return f"{place}:execution:{machine.name}:{name}"


class _End(ExecutionWorkerCommunication):
    """Tells the execution that the interpreter has finished."""

    def __init__(self, execution: WorkflowExecution) -> None:
        self._execution = execution

    def terminated(self) -> None:
        self._execution.reflect()


class _Worker(ExecutionWorker):
    """The interpreter of one execution; it can be stopped from its first moment on."""

    def start(self) -> None:
        self.env = self._get_evaluation_environment()
        super().start()

    def _get_evaluation_environment(self) -> Environment:
        if self.env is not None:
            return self.env
        environment: Environment = super()._get_evaluation_environment()
        start: Any = self._evaluation_details.execution_details.start_time
        describe_execution(environment, start)
        return environment

    def _execution_logic(self) -> None:
        try:
            super()._execution_logic()
        except Exception as error:  # nobody else hears of what goes wrong in this thread
            traceback.print_exc()
            assert self.env is not None
            self.env.set_error({"error": "States.Runtime", "cause": repr(error)})
            self._execution_communication.terminated()


class WorkflowExecution(Execution):
    """An execution of a state machine as it was when the execution started."""

    output: Any
    snapshot: Any

    def __init__(
        self,
        runtime: Runtime,
        machine: StateMachine,
        name: str,
        text: str,
        trace_header: str | None = None,
    ) -> None:
        self.snapshot = copy.copy(machine)
        self.snapshot.executions = []
        region, account = machine.arn.split(":")[3:5]
        super().__init__(
            name=name,
            sm_type=StateMachineType(machine.type),
            role_arn=machine.roleArn,
            exec_arn=_arn(machine, name),
            account_id=account,
            region_name=region,
            state_machine=self.snapshot,
            start_date=runtime.clock.now(),
            cloud_watch_logging_session=None,
            input_data=text,
            trace_header=trace_header,
            activity_store={},
        )
        self.finished = threading.Event()
        self._runtime = runtime
        self._ending = threading.Lock()

    def start(self) -> None:
        """Run in the background."""
        self.exec_status = ExecutionStatus.RUNNING
        self._tell()
        super().start()

    def stop(
        self, stop_date: datetime.datetime, error: str | None = None, cause: str | None = None
    ) -> None:
        """Abort, at once for whoever asks; the interpreter notices after its current task."""
        with self._ending:
            if self.exec_status != ExecutionStatus.RUNNING:
                return
            self.exec_status = ExecutionStatus.ABORTED
            self.stop_date, self.error, self.cause = stop_date, error, cause
        while self._environment().program_state() is None:
            time.sleep(PENDING_SECONDS)
        self._environment().set_stop(stop_date=stop_date, error=error, cause=cause)
        self._tell()

    def reflect(self) -> None:
        """Take over how the interpreter ended, unless the execution was stopped before."""
        try:
            with self._ending:
                if self.exec_status != ExecutionStatus.RUNNING:
                    return
                self._take_over_end()
            self._tell()
        finally:
            self.finished.set()
            write_log(self._runtime, self)

    def _tell(self) -> None:
        if self.sm_type == StateMachineType.STANDARD:
            publish_status(self._runtime, self)
        count(self._runtime, self)

    def _take_over_end(self) -> None:
        environment = self._environment()
        state = environment.program_state()
        self.stop_date = self._runtime.clock.now()
        if isinstance(state, ProgramEnded):
            self.output = to_json_str(environment.states.get_input(), separators=(",", ":"))
            self.exec_status = ExecutionStatus.SUCCEEDED
        elif isinstance(state, ProgramError):
            details = state.error or {}
            self.error, self.cause = details.get("error"), details.get("cause")
            self.exec_status = ExecutionStatus.FAILED
        else:
            self.exec_status = ExecutionStatus.TIMED_OUT

    def history(self) -> list[dict[str, Any]]:
        """The events so far, oldest first, with dates."""
        events: list[Any] = self._environment().event_manager.get_event_history()
        if self.status == ExecutionStatus.TIMED_OUT.value and not any(
            event["type"] == HistoryEventType.ExecutionTimedOut for event in events
        ):  # the interpreter is still in a task
            events.append(self._timed_out(len(events) + 1))
        return [
            event | {"timestamp": datetime.datetime.fromisoformat(event["timestamp"])}
            for event in json.loads(json.dumps(events, default=str))
        ]

    def _timed_out(self, number: int) -> dict[str, Any]:
        return {
            "id": number,
            "previousEventId": number - 1,
            "type": HistoryEventType.ExecutionTimedOut,
            "timestamp": str(self.stop_date),
            "executionTimedOutEventDetails": {},
        }

    def get_start_state_machine_details(self) -> StateMachineDetails:
        """What the interpreter runs."""
        return StateMachineDetails(
            arn=self.state_machine.arn,
            name=self.state_machine.name,
            typ=self.sm_type,
            definition=interpretable(self.snapshot.definition, self.snapshot.type),
        )

    def _environment(self) -> Environment:
        assert self.exec_worker is not None
        assert self.exec_worker.env is not None
        return self.exec_worker.env

    def _get_start_execution_worker(self) -> ExecutionWorker:
        return _Worker(
            evaluation_details=EvaluationDetails(
                aws_execution_details=self._get_start_aws_execution_details(),
                execution_details=self.get_start_execution_details(),
                state_machine_details=self.get_start_state_machine_details(),
            ),
            exec_comm=_End(self),
            cloud_watch_logging_session=None,
            activity_store=self._activity_store,
        )
