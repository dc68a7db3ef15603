"""Who may COPY what, and who is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.redshift_tools import (
    COPY_ROLE,
    Bucket,
    BucketStorage,
    Desk,
    opened,
)

PARQUET = "iam_role default format as parquet"
INT, TEXT = pa.int64(), pa.string()


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("rights"), BucketStorage(bucket.s3)) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with an empty table of two columns."""
    name = desk.schema()
    desk.run(f"create table {name}.t (a bigint, b varchar(5))")
    return name


def test_storage_says_who_may_read(desk: Desk, bucket: Bucket, schema: str) -> None:
    copy = f"copy {schema}.t from '{bucket.url(schema)}'"
    other = "iam_role 'arn:aws:iam::123456789012:role/other' format as parquet"
    assert "not authorized to assume" in desk.error(f"{copy} {other}").message
    assert "does not exist" in desk.error(f"{copy} {PARQUET}").message
    nowhere = desk.error(f"copy {schema}.t from 's3://no-such-bucket-here/x' {PARQUET}")
    assert "S3ServiceException" in nowhere.message
    assert "NoSuchBucket" in nowhere.message


def test_loads_are_told_to_their_users(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1, 2]), b=(TEXT, ["x", "y"]))
    copy = f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}"
    desk.run(copy)
    desk.error(copy, "select 1 / 0")  # loaded, then rolled back: the record stays
    desk.error(f"copy {schema}.t from '{bucket.url(schema)}/gone' {PARQUET}")
    history = "select status, loaded_rows from sys_load_history where data_source like :source order by query_id"
    source = [{"name": "source", "value": f"%{schema}%"}]
    assert desk.rows(history, parameters=source) == [
        ("completed", 2),
        ("completed", 2),
        ("failed", 0),
    ]
    assert desk.rows(history, user="IAM:stranger", parameters=source) == []
    files = desk.rows(
        "select file_name from sys_load_detail where file_name = :f",
        parameters=[{"name": "f", "value": bucket.url(key)}],
    )
    assert len(files) == 2


def test_assumerole_is_open_until_it_is_revoked(desk: Desk, bucket: Bucket, schema: str) -> None:
    user, role = f"IAMR:loader-{schema}", f"loader_{schema}"
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    copy = f"copy {schema}.t from '{bucket.url(key)}' iam_role '{COPY_ROLE}' format as parquet"
    by_default = f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}"
    desk.run(
        f'create user "{user}" password disable',
        f"create role {role}",
        f'grant role {role} to "{user}"',
        f"grant usage on schema {schema} to role {role}",
        f"grant insert on {schema}.t to role {role}",
    )
    desk.run(copy, user=user)
    desk.run("revoke assumerole on all from public for all")
    try:
        assert "ASSUMEROLE" in desk.error(copy, user=user).message
        desk.run(f"grant assumerole on '{COPY_ROLE}' to role {role} for unload")
        assert desk.error(copy, user=user).sqlstate == "42501"
        desk.run(f"grant assumerole on '{COPY_ROLE}' to role {role} for copy")
        desk.run(copy, user=user)
        assert desk.error(by_default, user=user).sqlstate == "42501"
        desk.run(f"grant assumerole on default to role {role} for copy")
        desk.run(by_default, user=user)
        desk.run(f"revoke assumerole on '{COPY_ROLE}' from role {role} for copy")
        assert desk.error(copy, user=user).sqlstate == "42501"
        not_super = f'grant assumerole on all to "{user}" for copy'
        assert desk.error(not_super, user=user).sqlstate == "42501"
    finally:
        desk.run("grant assumerole on all to public for all")
    desk.run(copy, user=user)


def test_iam_privileges_are_told_in_the_words_of_aws(desk: Desk, schema: str) -> None:
    role = f"words_{schema}"
    desk.run(f"create role {role}", f"grant assumerole on default to role {role} for all")
    told = (
        "select iam_arn, command_type from svv_iam_privileges where identity_name = '{}' order by 2"
    )
    commands = ["COPY", "CREATE MODEL", "EXFUNC", "UNLOAD"]
    assert desk.rows(told.format(role)) == [("default-aws-iam-role", one) for one in commands]
    assert desk.rows(told.format("public")) == [("ALL", one) for one in commands]
    desk.run(f"revoke assumerole on default from role {role} for external function")
    assert ("default-aws-iam-role", "EXFUNC") not in desk.rows(told.format(role))


def test_copy_needs_insert_on_the_table(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    user = f"IAM:{schema}"
    desk.run(
        f'create user "{user}" password disable', f'grant usage on schema {schema} to "{user}"'
    )
    error = desk.error(f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}", user=user)
    assert error.message == "permission denied for relation t"
