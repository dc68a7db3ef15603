"""Partitions have a value for each partition key of their table."""

from __future__ import annotations

import pytest

from tests.sandbox.glue_tools import refused

MISFIT = "The number of partition keys do not match the number of partition values"


@pytest.fixture
def place(glue, database):
    """A table of two partition keys."""
    keys = [{"Name": name, "Type": "string"} for name in ("year", "month")]
    glue.create_table(DatabaseName=database, TableInput={"Name": "orders", "PartitionKeys": keys})
    return {"DatabaseName": database, "TableName": "orders"}


@pytest.mark.parametrize("values", [[], ["2026"], ["2026", "1", "2"]])
def test_another_number_of_values_is_refused(glue, place, values):
    partition = {"Values": values}
    answer = refused(glue.create_partition, **place, PartitionInput=partition)
    assert answer == ("InvalidInputException", MISFIT)
    assert glue.get_partitions(**place)["Partitions"] == []


def test_a_batch_makes_what_fits_and_answers_the_others(glue, place):
    listed = [{"Values": values} for values in (["2026", "1"], ["2026"], ["2026", "1"])]
    errors = glue.batch_create_partition(**place, PartitionInputList=listed)["Errors"]
    assert [(one["PartitionValues"], one["ErrorDetail"]["ErrorCode"]) for one in errors] == [
        (["2026"], "InvalidInputException"),
        (["2026", "1"], "AlreadyExistsException"),
    ]
    assert [one["Values"] for one in glue.get_partitions(**place)["Partitions"]] == [["2026", "1"]]


def test_a_batch_on_a_table_that_is_not_there_is_refused(glue, database):
    place = {"DatabaseName": database, "TableName": "nowhere"}
    partitions = [{"Values": ["2026"]}]
    assert refused(glue.batch_create_partition, **place, PartitionInputList=partitions)[0] == (
        "EntityNotFoundException"
    )
