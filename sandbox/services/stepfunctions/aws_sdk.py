"""Tasks that call an AWS service: any action by aws-sdk, and moto's optimised integrations.

moto names aws-sdk services as boto3 does, so redshiftdata is unknown to it; it casts neither
parameters nor results, and names errors after boto3's classes.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from __future__ import annotations

from typing import Any

import botocore.exceptions
from botocore import xform_name
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceRuntimePart,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions import casing, credentials
from sandbox.services.stepfunctions.names import (
    boto_service,
    error_name,
    error_prefix,
    operation_of,
)
from sandbox.services.stepfunctions.patching import override

# the request never reached a service: the SDK's own failure
UNSENT = (
    botocore.exceptions.ConnectionError,
    botocore.exceptions.HTTPClientError,
    botocore.exceptions.ConnectTimeoutError,
)


def apply() -> None:
    """Put both kinds of task right in moto's interpreter."""
    override(
        StateTaskServiceAwsSdk,
        _eval_service_task=_call_service,
        _from_error=_failure_of,
        _normalise_parameters=_leave_alone,
        _normalise_response=_leave_alone,
    )
    override(
        StateTaskService,
        _normalise_parameters=_cast_parameters,
        _normalise_response=_cast_response,
    )


def _call_service(
    self: StateTaskServiceAwsSdk,
    env: Environment,
    resource_runtime_part: ResourceRuntimePart,
    normalised_parameters: dict[str, Any],
    state_credentials: Any,
) -> None:
    service = boto_service(self.resource.api_name)
    operation = operation_of(service, self.resource.api_action) if service else None
    if service is None or operation is None:
        raise ValueError(f"The resource provided {self.resource.resource_arn} is not recognized.")
    client = credentials.client(resource_runtime_part.region, service, state_credentials)
    parameters = casing.request(normalised_parameters, operation.input_shape) or {}
    answer = getattr(client, xform_name(operation.name))(**parameters)
    env.stack.append(casing.response(answer, operation.output_shape))


def _failure_of(self: StateTaskServiceAwsSdk, env: Environment, ex: Exception) -> FailureEvent:
    service = boto_service(self.resource.api_name)
    if service and isinstance(ex, ClientError):
        metadata = ex.response.get("ResponseMetadata", {})
        shape = type(ex).__name__
        error = error_name(service, error_prefix(service) if shape == "ClientError" else shape)
        details = {
            "Service": error_prefix(service),
            "Status Code": metadata.get("HTTPStatusCode"),
            "Request ID": metadata.get("RequestId"),
            "Extended Request ID": metadata.get("HostId"),
        }
        known = ", ".join(f"{name}: {value}" for name, value in details.items() if value)
        return _task_failed(self, env, error, f"{ex.response['Error'].get('Message')} ({known})")
    if service and isinstance(ex, UNSENT):
        return _task_failed(self, env, f"{error_prefix(service)}.SdkClientException", str(ex))
    return StateTaskServiceCallback._from_error(self, env=env, ex=ex)


def _task_failed(
    task: StateTaskServiceAwsSdk, env: Environment, error: str, cause: str
) -> FailureEvent:
    details = {
        "resource": task._get_sfn_resource(),
        "resourceType": task._get_sfn_resource_type(),
        "error": error,
        "cause": cause,
    }
    event: Any = {"taskFailedEventDetails": details}
    return FailureEvent(
        env=env,
        error_name=CustomErrorName(error_name=error),
        event_type=HistoryEventType.TaskFailed,
        event_details=event,
    )


def _leave_alone(*_: Any, **__: Any) -> None:
    """An aws-sdk task casts where it calls."""


def _cast_parameters(
    self: StateTaskService,
    parameters: dict[str, Any],
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    shape = _shape(self, boto_service_name, service_action_name, "input_shape")
    cast = casing.request(dict(parameters), shape)
    parameters.clear()
    parameters.update(cast)


def _cast_response(
    self: StateTaskService,
    response: Any,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    if isinstance(response, dict):
        shape = _shape(self, boto_service_name, service_action_name, "output_shape")
        cast = casing.response(dict(response), shape)
        response.clear()
        response.update(cast)


def _shape(task: StateTaskService, service: str | None, action: str | None, which: str) -> Any:
    """The shape of an operation's input or output, None for what is no operation of AWS."""
    service = task._get_boto_service_name(service)
    action = task._get_boto_service_action(action)
    try:
        model = get_service_model(service)
    except botocore.exceptions.UnknownServiceError:
        return None
    name = next((name for name in model.operation_names if xform_name(name) == action), None)
    return getattr(model.operation_model(name), which) if name else None
