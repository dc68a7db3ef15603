"""Who runs a statement, who sees it, who hears of it."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.event_tools import listening
from tests.sandbox.identities import permit
from tests.sandbox.redshift_services.tools import (
    ADMIN,
    QUERYING,
    available,
    finished,
    make,
    refused,
    rows,
    run,
    selected,
    submitted,
)


def test_a_role_is_its_own_database_user(analyst):
    assert selected(analyst, "select current_user") == [["IAMR:reporter"]]


def test_an_iam_user_is_its_own_database_user(aws, warehouse):
    iam = aws("iam")
    permit(aws, iam.create_user(UserName="eve")["User"]["Arn"], *QUERYING)
    key = iam.create_access_key(UserName="eve")["AccessKey"]
    eve = aws(
        "redshift-data",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert selected(eve, "select current_user") == [["IAM:eve"]]


def test_a_secret_names_the_user(data, secret):
    found = finished(data, "select current_user", SecretArn=secret)
    assert rows(data, found["Id"]) == [["boss"]]
    assert found["SecretArn"] == secret
    assert "DbUser" not in found


def test_a_managed_secret_follows_the_administrator(redshift, aws, fresh):
    make(redshift, fresh, dbName="analytics", manageAdminPassword=True)
    data = aws("redshift-data")

    def administrator():
        namespace = redshift.get_namespace(namespaceName=fresh)["namespace"]
        secret = namespace["adminPasswordSecretArn"]
        return selected(data, "select current_user", WorkgroupName=fresh, SecretArn=secret)

    assert administrator() == [["admin"]]
    redshift.update_namespace(namespaceName=fresh, manageAdminPassword=False, **ADMIN)
    available(redshift, fresh)
    assert "adminPasswordSecretArn" not in redshift.get_namespace(namespaceName=fresh)["namespace"]
    redshift.update_namespace(namespaceName=fresh, manageAdminPassword=True)
    available(redshift, fresh)
    assert administrator() == [["boss"]]


def test_a_secret_may_be_that_of_any_database_user(data, aws, secret):
    finished(data, "create user eva password 'Eva-Password-1'", SecretArn=secret)
    text = json.dumps({"username": "eva", "password": "Eva-Password-1"})
    arn = aws("secretsmanager").create_secret(Name="eva", SecretString=text)["ARN"]
    assert selected(data, "select current_user", SecretArn=arn) == [["eva"]]


def test_a_secret_with_a_wrong_password_fails_the_statement(data, aws):
    wrong = aws("secretsmanager").create_secret(
        Name="wrong", SecretString=json.dumps({"username": "boss", "password": "Wrong-1234"})
    )["ARN"]
    found = run(data, "select 1", SecretArn=wrong)
    assert found["Status"] == "FAILED"
    assert found["Error"] == 'FATAL: password authentication failed for user "boss"'


@pytest.mark.parametrize("text", ["no json", "[]", '{"user": "boss"}'])
def test_a_secret_must_hold_a_name_and_a_password(data, aws, text):
    name = f"odd-{uuid.uuid4()}"
    aws("secretsmanager").create_secret(Name=name, SecretString=text)
    with refused("ValidationException", "username and password"):
        submitted(data, Sql="select 1", SecretArn=name)


def test_a_secret_must_exist(data):
    with refused("ValidationException"):
        submitted(data, Sql="select 1", SecretArn="nowhere")


def test_columns_are_read_only_by_grant(data, secret, analyst, orders):
    denied = run(analyst, "select id from orders")
    assert denied["Status"] == "FAILED"
    assert "permission denied" in denied["Error"]
    finished(data, 'grant select (id, total) on orders to "IAMR:reporter"', SecretArn=secret)
    assert selected(analyst, "select id, total from orders order by id") == [
        [1, "10.50"],
        [2, "20.00"],
    ]
    assert "permission denied" in run(analyst, "select email from orders")["Error"]
    found = finished(analyst, "select * from orders")
    described = analyst.get_statement_result(Id=found["Id"])["ColumnMetadata"]
    assert [column["name"] for column in described] == ["id", "total"]


def test_nobody_else_sees_a_statement(data, analyst):
    found = finished(data, "select 1", StatementName="mine alone")
    for call in ("describe_statement", "get_statement_result", "cancel_statement"):
        with refused("ResourceNotFoundException", "Query does not exist."):
            getattr(analyst, call)(Id=found["Id"])
    listed = analyst.list_statements(Status="ALL")["Statements"]
    assert found["Id"] not in {each["Id"] for each in listed}


def test_what_never_ran_is_not_found(data):
    with refused("ResourceNotFoundException", "Query does not exist."):
        data.describe_statement(Id=str(uuid.uuid4()))
    with refused("ValidationException"):
        data.describe_statement(Id="not an identifier")


def test_a_client_token_submits_once(data, analyst):
    request = {"Sql": "select 1", "ClientToken": str(uuid.uuid4())}
    first = submitted(data, **request)
    assert submitted(data, **request) == first
    with refused("ValidationException", "ClientToken"):
        submitted(data, **(request | {"Sql": "select 2"}))
    assert submitted(analyst, **request) != first


def test_a_list_shows_finished_statements_by_the_beginning_of_their_name(data):
    name = f"list-{uuid.uuid4()}"
    ids = [finished(data, "select 1", StatementName=f"{name}-{n}")["Id"] for n in range(3)]
    failed = run(data, "select broken", StatementName=f"{name}-x")["Id"]

    def listed(**wanted):
        pages = data.get_paginator("list_statements").paginate(StatementName=name, **wanted)
        return [each["Id"] for page in pages for each in page["Statements"]]

    assert listed() == ids[::-1]
    assert listed(Status="ALL", PaginationConfig={"PageSize": 1}) == [failed, *ids[::-1]]
    assert listed(Status="FAILED", WorkgroupName="shared") == [failed]
    assert listed(WorkgroupName="other") == []


def test_an_event_tells_how_a_statement_ended(data, aws, sandbox):
    with listening(aws, {"source": ["aws.redshift-data"]}) as heard:
        found = finished(data, "select 1", WithEvent=True, StatementName="told")
        (event,) = heard(1)
    assert event["detail-type"] == "Redshift Data Statement Status Change"
    detail = event["detail"]
    assert (detail["statementId"], detail["statementName"]) == (found["Id"], "told")
    assert (detail["state"], detail["rows"]) == ("FINISHED", 1)
    assert detail["principal"] == "arn:aws:iam::123456789012:user/administrator"
