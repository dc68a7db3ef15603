"""One warehouse for all tests of the Redshift services, and who works with it."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.identities import permit
from tests.sandbox.redshift_services.tools import (
    ADMIN,
    PASSWORD,
    QUERYING,
    finished,
    login,
    make,
    remove,
    trust,
)


@pytest.fixture(scope="package")
def redshift(aws):
    """Redshift Serverless as the account's administrator."""
    return aws("redshift-serverless")


@pytest.fixture(scope="package")
def warehouse(redshift):
    """A namespace and a workgroup named "shared", which tests leave as they found it."""
    yield make(redshift, "shared", dbName="analytics", **ADMIN)
    remove(redshift, "shared")


@pytest.fixture
def fresh(redshift):
    """A name whose namespace and workgroup are removed after the test."""
    yield "fresh"
    remove(redshift, "fresh")


@pytest.fixture
def slow(sandbox, monkeypatch):
    """Provisioning takes a while: a workgroup a second or two."""
    monkeypatch.setattr(sandbox.clock, "_latency", 0.01)


@pytest.fixture(scope="package")
def data(aws, warehouse):
    """The Data API as the account's administrator."""
    return aws("redshift-data")


@pytest.fixture(scope="package")
def secret(aws):
    """A secret with the credentials of the warehouse's administrator."""
    text = json.dumps({"username": "boss", "password": PASSWORD})
    return aws("secretsmanager").create_secret(Name="boss", SecretString=text)["ARN"]


@pytest.fixture(scope="package")
def orders(data, secret):
    """A table that only its owner may read."""
    finished(
        data,
        Sqls=[
            "create table public.orders"
            " (id bigint not null, email varchar(320), total numeric(12,2))",
            "insert into public.orders values (1, 'a@x', 10.50), (2, null, 20)",
        ],
        SecretArn=secret,
    )


@pytest.fixture
def locked(data, secret, orders, warehouse):
    """The table orders, locked by another session until the test is over."""
    with login(warehouse, "boss", PASSWORD) as other:
        other.execute("lock table orders")
        yield
        other.rollback()


@pytest.fixture(scope="package")
def analyst(aws, assume, warehouse):
    """The Data API as the role reporter."""
    trusted = trust(AWS="arn:aws:iam::123456789012:root")
    role = aws("iam").create_role(RoleName="reporter", AssumeRolePolicyDocument=trusted)
    arn = permit(aws, role["Role"]["Arn"], *QUERYING)
    return aws("redshift-data", **assume(arn))
