"""Answers to tasks that wait for their token: moto's, which takes whatever it is given.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.registry import operation
from sandbox.services.stepfunctions.json_text import check_payload


@operation("stepfunctions", "SendTaskSuccess")
def send_task_success(call: Call, taskToken: str, output: str) -> dict[str, Any]:
    """End a task with its output; it waits on when that is no JSON."""
    check_payload(output, "InvalidOutput", "Output")
    return call.moto()
