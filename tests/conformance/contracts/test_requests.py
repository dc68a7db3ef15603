"""Whatever breaks the model is refused, with the code that the service has for it."""

from __future__ import annotations

import pytest

from sandbox.coverage import server_of
from tests.conformance.contracts import requests
from tests.conformance.contracts.services import CONTRACTS, SERVED, UNSERVED, model_of

JSON = {"json", "rest-json"}


@pytest.mark.parametrize(("service", "operation"), SERVED)
def test_a_request_that_breaks_the_model_is_refused(ask, excused, service, operation):
    if excused(f"{service}:{operation}"):
        pytest.skip("exceptions.yml says why")
    answers = {}
    for breach in requests.breaches(model_of(service, operation)):
        expected = getattr(CONTRACTS[service], breach.kind)
        answer = ask(service, operation, breach.request)
        if (answer.status, answer.code) != (400, expected):
            case = breach.kind, breach.path, str(breach.request)[:80]
            answers[case] = answer.status, answer.code
    assert not answers


@pytest.mark.parametrize(("service", "operation"), SERVED)
def test_a_member_of_another_type_is_refused(ask, service, operation):
    model = model_of(service, operation)
    if model.metadata["protocol"] not in JSON:
        pytest.skip("XML and query strings have no types")
    answers = {}
    for breach in requests.of_wrong_type(model.input_shape):
        whole = requests.least(model.input_shape)
        answer = ask(service, operation, whole, breach.request)
        if (answer.status, answer.code) != (400, CONTRACTS[service].malformed):
            answers[breach.path] = answer.status, answer.code
    assert not answers


@pytest.mark.parametrize(("service", "operation"), UNSERVED)
def test_what_is_not_served_is_an_error_that_clients_can_read(ask, service, operation):
    answer = ask(service, operation, requests.least(model_of(service, operation).input_shape))
    if server_of(service, operation) == "nobody":
        # a member whose pattern the least request does not meet is refused before
        unmet = {CONTRACTS[service].constraint} if service in CONTRACTS else set()
        assert answer.code in {"NotImplemented"} | unmet
    assert answer.status < 500, answer.body[:200]
    assert answer.status < 400 or answer.code
    assert b"<!doctype html" not in answer.body[:40].lower()
    assert b"Traceback" not in answer.body
