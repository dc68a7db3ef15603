"""The requests that AWS's documents show, as botocore ships them, are taken for what they are."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest

from tests.conformance.contracts.services import CONTRACTS, SERVED

LOADER = botocore.session.get_session().get_component("data_loader")


def examples(service: str) -> dict[str, list[dict[str, Any]]]:
    try:
        return LOADER.load_service_model(service, "examples-1")["examples"]
    except botocore.exceptions.DataNotFoundError:
        return {}


SHOWN = [
    pytest.param(service, operation, example, id=f"{service}-{operation}-{number}")
    for service in CONTRACTS
    for operation, shown in examples(service).items()
    for number, example in enumerate(shown)
    if (service, operation) in SERVED
]


@pytest.mark.parametrize(("service", "operation", "example"), SHOWN)
def test_an_example_is_never_refused_for_its_form(ask, excused, service, operation, example):
    answer = ask(service, operation, example.get("input", {}))
    assert answer.status < 500, answer.parsed
    contract = CONTRACTS[service]
    refusals = {contract.constraint, contract.missing, contract.malformed}
    message = answer.parsed.get("Error", {}).get("Message", "")
    refused = answer.code in refusals and "validation error" in message
    assert not refused or excused(f"{service}:{operation}"), message


@pytest.mark.parametrize(("service", "operation", "example"), SHOWN)
def test_an_example_that_is_answered_has_the_members_that_it_shows(
    ask, excused, service, operation, example
):
    answer = ask(service, operation, example.get("input", {}))
    if answer.code or excused(f"{service}:{operation}"):
        pytest.skip(f"needs what is not there: {answer.code}")
    missing = set(example.get("output") or {}) - set(answer.parsed)
    assert not missing, json.dumps(answer.parsed, default=str)
