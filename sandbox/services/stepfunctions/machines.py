"""State machines: create, update, describe, delete, validate, and their versions.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import uuid
from typing import Any

from moto.stepfunctions.models import StateMachine, StateMachineVersion, StepFunctionBackend
from moto.stepfunctions.parser.models import (
    StepFunctionsParserBackend,
    stepfunctions_parser_backends,
)

from sandbox.authorization.resources import arn_of
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.stepfunctions.checks import (
    check_definition,
    check_not_deleting,
    check_role,
    check_same,
    check_tags,
    check_version,
    checked_logging,
    is_deleting,
)
from sandbox.services.stepfunctions.definitions import diagnose
from sandbox.services.stepfunctions.encryption import checked_encryption
from sandbox.services.stepfunctions.pages import page

DELETING_SECONDS = 20


def backend_of(call: Call) -> StepFunctionsParserBackend:
    """moto's Step Functions of the caller's account and region."""
    return stepfunctions_parser_backends[call.account][call.region]


def machine_of(call: Call, arn: str) -> StateMachine:
    """A state machine, or a version of one, by its ARN; StateMachineDoesNotExist if none."""
    return backend_of(call).describe_state_machine(arn)


def source_of(call: Call, arn: str) -> StateMachine:
    """A state machine by its own ARN: its versions don't change and have none."""
    machine = machine_of(call, arn)
    if isinstance(machine, StateMachineVersion):
        raise AwsError("ValidationException", f"'{arn}' is a version, not a state machine")
    return machine


@operation("stepfunctions", "CreateStateMachine")
def create_state_machine(
    call: Call,
    name: str,
    definition: str,
    roleArn: str,
    type: str = "STANDARD",
    loggingConfiguration: dict[str, Any] | None = None,
    tracingConfiguration: dict[str, Any] | None = None,
    encryptionConfiguration: dict[str, Any] | None = None,
    tags: list[dict[str, str]] | None = None,
    publish: bool = False,
    versionDescription: str | None = None,
) -> dict[str, Any]:
    """Make a state machine; the same request again answers with the one that is there."""
    backend = backend_of(call)
    backend._validate_name(name)
    backend._validate_role_arn(roleArn)
    if type not in ("STANDARD", "EXPRESS"):
        raise AwsError("StateMachineTypeNotSupported", f"State Machine Type '{type}' not supported")
    check_version(publish, versionDescription)
    check_tags(arn_of(call, f"stateMachine:{name}"), tags or [])
    check_definition(definition, type)
    logging = checked_logging(call, loggingConfiguration)
    encryption = checked_encryption(call, encryptionConfiguration)
    check_role(call, roleArn, arn_of(call, f"stateMachine:{name}"))
    there = next((machine for machine in backend.state_machines if machine.name == name), None)
    if there is not None:
        check_same(there, definition, type, logging, tracingConfiguration, encryption)
        return _created(there, publish)
    # moto's parser backend would check the definition once more, in its own way
    machine = StepFunctionBackend.create_state_machine(
        backend,
        name=name,
        definition=definition,
        roleArn=roleArn,
        tags=tags,
        publish=publish,
        loggingConfiguration=logging,
        tracingConfiguration=tracingConfiguration,
        encryptionConfiguration=encryption,
        version_description=versionDescription,
        sm_type=type,
    )
    return _created(machine, publish)


@operation("stepfunctions", "UpdateStateMachine")
def update_state_machine(
    call: Call,
    stateMachineArn: str,
    definition: str | None = None,
    roleArn: str | None = None,
    loggingConfiguration: dict[str, Any] | None = None,
    tracingConfiguration: dict[str, Any] | None = None,
    encryptionConfiguration: dict[str, Any] | None = None,
    publish: bool = False,
    versionDescription: str | None = None,
) -> dict[str, Any]:
    """Change what is given; running executions go on with what they started with."""
    changes = {
        "definition": definition,
        "roleArn": roleArn,
        "loggingConfiguration": loggingConfiguration,
        "tracingConfiguration": tracingConfiguration,
        "encryptionConfiguration": encryptionConfiguration,
    }
    machine = source_of(call, stateMachineArn)
    check_not_deleting(machine)
    if all(value is None for value in changes.values()) and not publish:
        raise AwsError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the "
            "TracingConfiguration must be specified",
        )
    check_version(publish, versionDescription)
    if definition is not None:
        check_definition(definition, machine.type)
    if roleArn is not None:
        backend_of(call)._validate_role_arn(roleArn)
        check_role(call, roleArn, machine.arn)
    if loggingConfiguration is not None:
        changes["loggingConfiguration"] = checked_logging(call, loggingConfiguration)
    if encryptionConfiguration is not None:
        changes["encryptionConfiguration"] = checked_encryption(call, encryptionConfiguration)
    machine.update(**changes, revision_id=str(uuid.uuid4()))
    answer = {"updateDate": machine.update_date, "revisionId": vars(machine)["revision_id"]}
    if publish:
        answer["stateMachineVersionArn"] = _publish(machine, versionDescription).arn
    return answer


@operation("stepfunctions", "DescribeStateMachine")
def describe_state_machine(
    call: Call, stateMachineArn: str, includedData: str = "ALL_DATA"
) -> dict[str, Any]:
    """A state machine or a version of it."""
    machine = machine_of(call, stateMachineArn)
    answer = {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": "DELETING" if is_deleting(machine) else "ACTIVE",
        "roleArn": machine.roleArn,
        "type": machine.type,
        "creationDate": machine.creation_date,
        "loggingConfiguration": machine.loggingConfiguration,
        "tracingConfiguration": machine.tracingConfiguration,
        "encryptionConfiguration": machine.encryptionConfiguration,
    }
    if includedData == "ALL_DATA":
        answer["definition"] = machine.definition
    if machine.description:
        answer["description"] = machine.description
    if revision := vars(machine).get("revision_id"):
        answer["revisionId"] = revision
    return answer


@operation("stepfunctions", "DeleteStateMachine")
def delete_state_machine(call: Call, stateMachineArn: str) -> None:
    """Begin the end of a state machine: its executions are stopped first. None there is fine."""
    backend = backend_of(call)
    backend._validate_machine_arn(stateMachineArn)
    found = [machine for machine in backend.state_machines if machine.arn == stateMachineArn]
    for machine in found:
        if is_deleting(machine):
            return
        vars(machine)["deleting"] = True

        def finish(machine: StateMachine = machine) -> None:
            for execution in list(machine.executions):
                execution.stop(stop_date=call.runtime.clock.now())
            backend.state_machines.remove(machine)
            backend.tagger.delete_all_tags_for_resource(machine.arn)

        call.runtime.clock.later(DELETING_SECONDS, finish)


@operation("stepfunctions", "ValidateStateMachineDefinition")
def validate_state_machine_definition(
    call: Call,
    definition: str,
    type: str = "STANDARD",
    severity: str = "ERROR",
    maxResults: int = 0,
) -> dict[str, Any]:
    """What CreateStateMachine would refuse, without making anything."""
    found = diagnose(definition, type)
    shown = found[: maxResults or 100]
    diagnostics = []
    for diagnostic in shown:
        entry = {
            "severity": "ERROR",
            "code": diagnostic.code,
            "message": diagnostic.message,
        }
        if diagnostic.location:
            entry["location"] = diagnostic.location
        diagnostics.append(entry)
    return {
        "result": "FAIL" if found else "OK",
        "diagnostics": diagnostics,
        "truncated": len(shown) < len(found),
    }


@operation("stepfunctions", "ListStateMachineVersions")
def list_state_machine_versions(
    call: Call, stateMachineArn: str, nextToken: str | None = None, maxResults: int = 0
) -> dict[str, Any]:
    """The versions of a state machine, newest first."""
    versions = sorted(source_of(call, stateMachineArn).versions.items(), reverse=True)
    items = [
        {"stateMachineVersionArn": version.arn, "creationDate": version.creation_date}
        for _, version in versions
    ]
    return page("stateMachineVersions", items, maxResults, nextToken)


@operation("stepfunctions", "PublishStateMachineVersion")
def publish_state_machine_version(
    call: Call,
    stateMachineArn: str,
    revisionId: str | None = None,
    description: str | None = None,
) -> dict[str, Any]:
    """Keep a state machine as it is now under the next number."""
    machine = source_of(call, stateMachineArn)
    check_not_deleting(machine)
    if revisionId is not None and revisionId != _revision(machine):
        raise AwsError("ConflictException", "Version to publish does not match revisionId.")
    version = _publish(machine, description)
    return {"stateMachineVersionArn": version.arn, "creationDate": version.creation_date}


def _created(machine: StateMachine, publish: bool) -> dict[str, Any]:
    answer = {"stateMachineArn": machine.arn, "creationDate": machine.creation_date}
    if publish and machine.latest_version:
        answer["stateMachineVersionArn"] = machine.latest_version.arn
    return answer


def _revision(machine: StateMachine) -> str:
    return str(vars(machine).get("revision_id", "INITIAL"))


def _publish(machine: StateMachine, description: str | None) -> StateMachineVersion:
    """The version of the machine as it is now; a revision is never published twice."""
    latest = machine.latest_version
    if latest is not None and vars(latest).get("revision_id", "INITIAL") == _revision(machine):
        return latest
    machine.publish(description)
    assert machine.latest_version is not None
    vars(machine.latest_version)["revision_id"] = _revision(machine)
    return machine.latest_version
