"""The publication's state machine: what readers of the lake see, whatever happens in between."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import registry
from sandbox.errors import AwsError
from tests.sandbox.lake_tools import ALL
from tests.sandbox.load_files import delete, insert, snapshot, update
from tests.sandbox.load_tools import Load, loaded_once, two_tables
from tests.sandbox.publication_tools import THINGS, TYPES, Publication
from tests.sandbox.redshift_services.tools import trust


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Publication]:
    derived = two_tables("publishtest", {"history": "soft_delete"}, THINGS)
    load = Load(aws, "publishtest", derived=derived)
    load.deploy()
    publication = Publication(load)
    publication.deploy()
    yield publication
    defaults = {"CreateDatabaseDefaultPermissions": ALL, "CreateTableDefaultPermissions": ALL}
    aws("lakeformation").put_data_lake_settings(DataLakeSettings=defaults)
    load.remove()


@pytest.fixture
def publication(deployed: Publication, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """Two orders in the warehouse, and nothing published."""
    deployed.load.capture.answer(monkeypatch)
    deployed.load.clear()
    deployed.clear()
    loaded_once(deployed.load)
    return deployed


def test_readers_see_what_the_warehouse_has(publication: Publication) -> None:
    assert publication.statuses() == {}
    report = publication.orders()
    assert (report["status"], report["deleted"]) == ("published", 0)
    assert publication.statuses() == {1: "new", 2: "new"}
    publication.load.land(
        "20990101-000000001", update(1, "paid", 1), delete(2, 2), insert(3, "sent", 3)
    )
    publication.load.orders()
    assert publication.statuses() == {1: "new", 2: "new"}
    assert publication.orders()["status"] == "published"
    assert publication.statuses() == publication.load.warehouse() == {1: "paid", 3: "sent"}
    table = publication.table()
    assert table["Parameters"]["published_at"].startswith("20")
    assert table["Parameters"]["classification"] == "parquet"
    declared = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    rows = publication.read()
    assert rows is not None and rows.column_names == declared


def test_a_history_is_published_with_the_columns_that_tell_it(publication: Publication) -> None:
    load = publication.load
    load.capture.completed("returns", rows=2)
    load.land("LOAD00000001", snapshot(1, "new"), snapshot(2, "new"), table="returns")
    load.land("20990101-000000001", delete(2, 1), table="returns")
    load.orders("returns")
    reports = publication.reports()
    assert {reports[f"public.{name}"]["status"] for name in ("orders", "returns")} == {"published"}
    rows = publication.read("returns")
    assert rows is not None
    assert sorted(zip(rows["order_id"].to_pylist(), rows["_deleted"].to_pylist(), strict=True)) == [
        (1, False),
        (2, True),
    ]


def test_every_type_reaches_the_lake_unchanged(publication: Publication) -> None:
    values = ", ".join(sql for _of, sql, _value in TYPES.values())
    publication.load.query(
        f"INSERT INTO analytics.things SELECT {values}, 'seq', CAST('2026-01-01' AS TIMESTAMP)"
    )
    item = {"table_name": {"S": "public.things"}, "loaded_batch": {"S": "one"}}
    publication.aws("dynamodb").put_item(
        TableName=publication.load.values["cursor_table"], Item=item
    )
    report = publication.reports({"tables": ["public.things"]})["public.things"]
    assert report["status"] == "published", report
    rows = publication.read("things")
    assert rows is not None
    [found] = rows.to_pylist()
    found["details"] = json.loads(found["details"])
    assert found == {name.strip('"').lower(): value for name, (_of, _sql, value) in TYPES.items()}


def test_without_news_redshift_is_left_alone(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publication.orders()["version"]

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("Redshift was called")

    monkeypatch.setitem(registry._handlers, ("redshift-data", "ExecuteStatement"), refuse)
    reports = publication.reports()
    assert reports["public.orders"]["status"] == "nothing new"
    assert reports["public.orders"]["version"] == version
    assert reports["public.returns"]["status"] == "not loaded"


def test_what_was_altered_by_hand_is_published_when_asked_for(publication: Publication) -> None:
    publication.orders()
    publication.load.query("UPDATE analytics.orders SET status = 'by hand' WHERE order_id = 1")
    assert publication.orders()["status"] == "nothing new"
    assert publication.orders(force=True)["status"] == "published"
    assert publication.statuses() == {1: "by hand", 2: "new"}


def test_a_reload_and_an_empty_table_are_published(publication: Publication) -> None:
    publication.orders()
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    publication.load.capture.completed("orders", rows=0)
    publication.load.orders()
    assert publication.orders()["status"] == "published"
    assert publication.statuses() == {}


def test_an_execution_that_was_killed_before_the_switch_leaves_nothing_to_see(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publication.orders()
    publication.load.land("20990101-000000001", update(1, "paid", 1))
    publication.load.orders()
    killed: list[str] = []

    def kill(call: Any, **_: Any) -> None:
        killed.append("")
        publication.aws("stepfunctions").stop_execution(executionArn=execution)
        raise AwsError("InternalServiceException", "killed")

    with monkeypatch.context() as patched:
        patched.setitem(registry._handlers, ("glue", "UpdateTable"), kill)
        execution = publication.start()
        assert publication.load.wait(execution)["status"] == "ABORTED"
    assert killed
    assert publication.statuses() == {1: "new", 2: "new"}
    report = publication.orders()
    assert report["status"] == "published"
    assert publication.statuses() == {1: "paid", 2: "new"}
    # what the killed one had unloaded is gone, and what was replaced stays for queries that run
    folders = {key.split("/")[2] for key in publication.load.keys("current/orders/")}
    assert folders == {first["version"], report["version"]}


def test_a_switch_whose_answer_was_lost_is_not_made_twice(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_table = registry._handlers["glue", "UpdateTable"]
    lost: list[str] = []

    def lose(call: Any, **request: Any) -> Any:
        answer = update_table(call, **request)
        if not lost:
            lost.append(request["TableInput"]["StorageDescriptor"]["Location"])
            raise AwsError("InternalServiceException", "the answer was lost")
        return answer

    monkeypatch.setitem(registry._handlers, ("glue", "UpdateTable"), lose)
    report = publication.orders()
    assert report["status"] == "published"
    assert [publication.table()["StorageDescriptor"]["Location"]] == lost
    assert publication.statuses() == {1: "new", 2: "new"}


def test_replaced_versions_go_in_time_and_the_live_one_never(publication: Publication) -> None:
    publication.orders()
    glue, s3 = publication.aws("glue"), publication.aws("s3")
    # replaced versions go after lake.keep_hours, however long an execution may run
    now = datetime.datetime.now(datetime.UTC)
    [other, old] = [
        f"{now - datetime.timedelta(hours=hours):%Y%m%dT%H%M%S}000Z-0" for hours in (3, 2)
    ]
    for version in (old, other):
        for number in range(2):
            s3.put_object(
                Bucket=publication.load.bucket,
                Key=f"current/orders/{version}/{number}.parquet",
                Body=b"rows",
            )

    def write(location: str, **parameters: str) -> None:
        table = publication.table()
        wanted = {
            name: table[name] for name in ("Name", "Description", "TableType", "StorageDescriptor")
        }
        wanted["StorageDescriptor"]["Location"] = location
        wanted["Parameters"] = table["Parameters"] | parameters
        glue.update_table(DatabaseName=publication.database, TableInput=wanted)

    folder = f"s3://{publication.load.bucket}/current/orders"
    write(f"{folder}/{old}/", published_version=old)
    # the live one stays, the older one was never seen
    report = publication.orders()
    assert (report["status"], report["version"], report["deleted"]) == ("nothing new", old, 2)
    # queries may be reading what was replaced just now; the first one, in between, is passed over
    report = publication.orders(force=True)
    assert (report["status"], report["deleted"]) == ("published", 2)
    live = f"{folder}/{report['version']}/"
    assert len(publication.load.keys(f"current/orders/{old}/")) == 2
    assert publication.orders()["deleted"] == 0
    write(live, published_before="[]")
    assert publication.orders()["deleted"] == 2
    assert publication.load.keys(f"current/orders/{old}/") == []
    assert publication.statuses() == {1: "new", 2: "new"}
    # somebody moves the table elsewhere
    write(f"{folder}/0/")
    assert publication.orders()["status"] == "published"
    assert publication.statuses() == {1: "new", 2: "new"}


def test_a_table_never_moves_back(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another publication that began later is done first."""
    unload = registry._handlers["redshift-data", "ExecuteStatement"]
    later = "29990101T000000000Z-0"

    def overtake(call: Any, **request: Any) -> Any:
        table = publication.table()
        wanted = {name: table[name] for name in ("Name", "Parameters", "StorageDescriptor")}
        place = f"s3://{publication.load.bucket}/current/orders/{later}/"
        wanted["StorageDescriptor"]["Location"] = place
        publication.aws("glue").update_table(DatabaseName=publication.database, TableInput=wanted)
        return unload(call, **request)

    monkeypatch.setitem(registry._handlers, ("redshift-data", "ExecuteStatement"), overtake)
    assert publication.orders()["version"] == later


def test_what_redshift_refuses_is_told_and_other_tables_are_published(
    publication: Publication,
) -> None:
    load = publication.load
    load.capture.completed("returns", rows=1)
    load.land("LOAD00000001", snapshot(1, "new"), table="returns")
    load.orders("returns")
    load.query("REVOKE SELECT ON analytics.orders FROM ROLE warehouse_publish")
    try:
        ended = publication.run()
    finally:
        load.query("GRANT SELECT ON analytics.orders TO ROLE warehouse_publish")
    assert (ended["status"], ended["error"]) == ("FAILED", "PublicationFailed")
    assert "public.orders: Redshift: FAILED" in ended["cause"]
    assert "permission denied" in ended["cause"]
    [alert] = load.alerts()
    assert "public.orders: Redshift" in alert
    rows = publication.read("returns")
    assert rows is not None and rows.num_rows == 1


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"tables": ["orders"]}, "Unknown table orders; allowed: public.orders, public.returns"),
        ({"table": "x"}, "Unknown option table; allowed: tables"),
    ],
)
def test_a_wrong_input_is_refused(
    publication: Publication, given: dict[str, Any], cause: str
) -> None:
    ended = publication.run(given)
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert ended["cause"].startswith(cause)


def test_the_machine_may_move_the_tables_of_current_rows_alone(
    publication: Publication, assume: Callable[[str], dict[str, str]]
) -> None:
    role = publication.layer["roles"]["publish"]
    publication.aws("iam").update_assume_role_policy(
        RoleName=role["name"], PolicyDocument=trust(AWS="123456789012")
    )
    glue = publication.aws("glue", **assume(role["arn"]))
    assert glue.get_table(DatabaseName=publication.database, Name="orders")["Table"]
    with pytest.raises(ClientError, match="AccessDenied"):
        glue.update_table(DatabaseName=publication.database, TableInput={"Name": "orders_changes"})
