"""The policy is edited on the deployed platform: what came before leaves no trace."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from demo import lake
from demo.aws import PLATFORM
from tests.access.conftest import Platform
from tests.access.doors import Caller, RefusedError, bucket_name, keys_below
from tests.access.policies import SHIPPED, WIDER, opened
from tests.access.test_drift import as_administrator

FORMER = "IAM roles of readers that are no more"


def govern(platform: Platform, principals: list) -> None:
    platform.done("site", "--tags", "governance", principals=principals)


@pytest.fixture(scope="module")
def edited(platform):
    """The shipped policy, another one, and what was open under the first."""
    govern(platform, SHIPPED)
    before = opened()
    told = platform.done("site", "--check", "--tags", "governance", principals=WIDER)
    assert FORMER in told.changed_tasks[-1]
    govern(platform, WIDER)
    yield before
    govern(platform, SHIPPED)


@pytest.mark.usefixtures("edited")
def test_changes_are_open_where_the_policy_says_so():
    analyst = Caller("analyst")
    kinds = set(analyst.athena("SELECT DISTINCT op FROM orders_changes"))
    assert kinds <= {"I", "U", "D"}
    assert "I" in kinds
    assert "op" in analyst.glue_columns("orders_changes")
    with pytest.raises(RefusedError, match=r"AccessDenied|EntityNotFound"):
        Caller("writer").glue_columns("order_items_changes")


def made_over(caller: Caller, name: str, prefix: str) -> None:
    """Make a catalog table over files of the bucket."""
    caller.client("glue").create_table(
        DatabaseName=lake.DATABASE,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "parquet"},
            "StorageDescriptor": {
                "Columns": [{"Name": "order_id", "Type": "bigint"}],
                "Location": f"s3://{bucket_name()}/{prefix}",
                "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": (
                        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                    )
                },
            },
        },
    )


@pytest.mark.usefixtures("edited")
def test_a_writer_makes_tables_over_landed_files_and_no_other_does(platform):
    writer, landed = Caller("writer"), keys_below("raw/")[0].rsplit("/", 1)[0] + "/"
    made_over(writer, "made_by_writer", landed)
    assert writer.glue_columns("made_by_writer") == {"order_id"}
    assert writer.athena("SELECT count(*) FROM made_by_writer") != ["0"]
    govern(platform, WIDER)
    assert writer.glue_columns("made_by_writer") == {"order_id"}
    with pytest.raises(ClientError, match="AccessDenied"):
        made_over(writer, "made_elsewhere", "current/orders/")
    with pytest.raises(ClientError, match="AccessDenied"):
        made_over(Caller("analyst"), "made_by_analyst", landed)
    writer.client("glue").delete_table(DatabaseName=lake.DATABASE, Name="made_by_writer")
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.client("glue").delete_table(DatabaseName=lake.DATABASE, Name="orders")


def test_who_is_no_longer_in_the_policy_has_no_role(platform, edited):
    held = str(opened())
    assert f"{PLATFORM}-finance" in str(edited)
    assert f"{PLATFORM}-finance" not in held
    with pytest.raises(ClientError, match="AccessDenied"):
        Caller("finance")
    again = platform.done("site", "--tags", "governance", principals=WIDER)
    assert again.recap["changed"] == 0, again.changed_tasks


def test_a_filter_and_a_mask_that_are_gone_hide_nothing_more(edited):
    everyone = as_administrator("SELECT count(*) FROM analytics.customers")
    seen = Caller("support").data_api("SELECT email FROM analytics.customers")
    assert [(len(seen),)] == everyone
    assert {len(each) for each in seen if each is not None} == {64}
    assert opened() != edited


def test_edits_end_where_the_last_of_them_alone_does(platform, edited):
    govern(platform, SHIPPED)
    writer = f"{PLATFORM}-writer"
    assert [each for each in opened() if writer in str(each)] == []
    assert opened() == edited
