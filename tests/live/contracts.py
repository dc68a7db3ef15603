"""What reading operations answer where nothing is, and to requests that their model forbids.

Only operations that read: what a service took after all would otherwise be made, or gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conformance.contracts import data, requests
from tests.conformance.contracts.services import CONTRACTS, SERVED, missing_faults, model_of
from tests.tasks import Account

READING = ("BatchGet", "Describe", "Get", "List")
# the tests of the sandbox whose exceptions hold here too
BREACHES = "test_a_request_that_breaks_the_model_is_refused"
ABSENCES = "test_an_operation_on_nothing_is_the_modelled_fault"


def differences(account: Account) -> Iterator[str]:
    """Each answer that is not the one that the sandbox gives, with both."""
    clients: dict[str, Any] = {}
    for service, operation in SERVED:
        if not operation.startswith(READING):
            continue
        if service not in clients:
            clients[service] = _client(service, account)
        yield from _of_operation(clients[service], service, operation)


def _of_operation(client: Any, service: str, operation: str) -> Iterator[str]:
    model = model_of(service, operation)
    shape = model.input_shape
    name = f"{service}:{operation}"
    for breach in () if name in data.reasons(BREACHES) else requests.breaches(model):
        expected = getattr(CONTRACTS[service], breach.kind)
        code = _code(client, operation, breach.request)
        if code != expected:
            what = f"{breach.kind} of {breach.path}"
            yield f"{service} {operation}, {what}: {code or 'no error'}, not {expected}"
    faults = () if name in data.reasons(ABSENCES) else missing_faults(service, operation)
    if faults and ((shape and shape.required_members) or data.absent(service, operation)):
        code = _code(client, operation, requests.least(shape) | data.absent(service, operation))
        if code not in faults:
            expected = " or ".join(sorted(faults))
            yield f"{service} {operation} of nothing: {code or 'no error'}, not {expected}"


def _client(service: str, account: Account) -> Any:
    checks = Config(parameter_validation=False, inject_host_prefix=False)
    return boto3.client(service, region_name=account.connection["region"], config=checks)


def _code(client: Any, operation: str, request: dict[str, Any]) -> str:
    try:
        getattr(client, xform_name(operation))(**request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
