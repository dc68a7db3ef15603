"""What an execution leaves in CloudWatch: its log, as its state machine asks for, and metrics.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import HistoryEventType, LogLevel
from moto.stepfunctions.parser.asl.eval.event.logging import is_logging_enabled_for

from sandbox.runtime import Runtime
from sandbox.services.cloudwatch.watch import put

if TYPE_CHECKING:
    from sandbox.services.stepfunctions.execution import WorkflowExecution

METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}
HEAD = ("id", "previousEventId", "type", "timestamp")
DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


def count(runtime: Runtime, execution: WorkflowExecution) -> None:
    """Add one to the metric of the status that an execution has reached."""
    metric = {
        "MetricName": METRICS[execution.status],
        "Value": 1.0,
        "Unit": "Count",
        "Dimensions": [{"Name": "StateMachineArn", "Value": execution.state_machine_arn}],
    }
    put(runtime, execution.account_id, execution.region_name, "AWS/States", [metric])


def write_log(runtime: Runtime, execution: WorkflowExecution) -> None:
    """Deliver the events of an execution that has ended, those of the level asked for."""
    logging = execution.snapshot.loggingConfiguration
    if logging.get("level", "OFF") == "OFF":
        return
    with_data = logging.get("includeExecutionData", False)
    level = LogLevel(logging["level"])
    entries = [
        {
            "timestamp": int(event["timestamp"].timestamp() * 1000),
            "message": json.dumps(_entry(execution, event, with_data), default=str),
        }
        for event in execution.history()
        if is_logging_enabled_for(level, HistoryEventType(event["type"]))
    ]
    destination = logging["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    group = destination.split(":")[6]
    stream = f"states/{execution.state_machine.name}/{execution.start_date:%Y-%m-%d-%H-%M}/"
    stream += execution.name
    logs = runtime.client("logs", region=destination.split(":")[3])
    try:
        if entries:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=entries)
    except logs.exceptions.ClientError:  # a log that cannot be delivered fails no execution
        traceback.print_exc()


def _entry(execution: WorkflowExecution, event: dict[str, Any], with_data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next((event[name] for name in event if name not in HEAD), {})
    if not with_data:
        details = {name: value for name, value in details.items() if name not in DATA}
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(int(event["timestamp"].timestamp() * 1000)),
        "execution_arn": execution.exec_arn,
    }
