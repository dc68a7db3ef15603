from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_resource_lf_tags import (
    main,
)

SERVICE = "lakeformation"
DATABASE = {"Database": {"Name": "lake"}}
TABLE = {"Table": {"DatabaseName": "lake", "Name": "orders"}}
ADD, REMOVE = "AddLFTagsToResource", "RemoveLFTagsFromResource"


def columns(*names: str) -> dict[str, Any]:
    return {"TableWithColumns": {**TABLE["Table"], "ColumnNames": list(names)}}


def pairs(tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"TagKey": key, "TagValues": [value]} for key, value in tags.items()]


def database(**tags: Any) -> dict[str, Any]:
    return {"resource": {"database": {"name": "Lake"}}, "lf_tags": tags}


def on_columns(*names: str, **tags: Any) -> dict[str, Any]:
    table = {"database_name": "lake", "name": "orders", "column_names": list(names)}
    return {"resource": {"table_with_columns": table}, "lf_tags": tags}


@pytest.fixture
def read(say):
    """The two answers on a resource: what it was given, and what it inherits besides."""

    def lines(resource: dict[str, Any], own: Any, inherited: Any = None) -> list[Any]:
        inherited = inherited or {}
        answers = []
        for assigned in (True, False):
            if "TableWithColumns" in resource:
                shown = {
                    name: tags if assigned else {**inherited, **tags} for name, tags in own.items()
                }
                found = [{"Name": name, "LFTags": pairs(tags)} for name, tags in shown.items()]
                answer = {"LFTagsOnColumns": [one for one in found if one["LFTags"]]}
            else:
                tags = own if assigned else {**inherited, **own}
                member = "LFTagOnDatabase" if "Database" in resource else "LFTagsOnTable"
                answer = {member: pairs(tags)} if tags else {}
            request = {"Resource": resource, "ShowAssignedLFTags": assigned}
            answers.append(say(SERVICE, "GetResourceLFTags", request, answer))
        return answers

    return lines


@pytest.fixture
def write(say):
    def line(operation: str, resource: Any, tags: dict[str, str], failures: Any = None) -> Any:
        failed = [
            {
                "LFTag": {"TagKey": key, "TagValues": [tags[key]]},
                "Error": {"ErrorCode": code, "ErrorMessage": "why"},
            }
            for key, code in (failures or {}).items()
        ]
        request = {"Resource": resource, "LFTags": pairs(tags)}
        return say(SERVICE, operation, request, {"Failures": failed} if failed else {})

    return line


class TestPresent:
    def test_what_goes_goes_first_and_is_read_back(self, run_module, read, write):
        script = [
            *read(DATABASE, {"a": "1", "old": "x"}),
            write(REMOVE, DATABASE, {"old": "x"}),
            write(ADD, DATABASE, {"a": "2", "new": "true"}),
            *read(DATABASE, {"a": "1", "old": "x"}),
            *read(DATABASE, {"a": "2", "new": "true"}),
        ]
        result = run_module(main, script, assignments=[database(A="2", new=True)])
        assert result["diff"] == {
            "before": {"database lake": {"a": "1", "old": "x"}},
            "after": {"database lake": {"a": "2", "new": "true"}},
        }
        assert result["assignments"][0]["lf_tags"] == {"a": "2", "new": "true"}

    @pytest.mark.parametrize("check", [False, True])
    def test_what_is_right_is_left_alone(self, run_module, read, check):
        script = read(TABLE, {"a": "1"}, {"b": "2"})
        table = {"table": {"database_name": "lake", "name": "Orders"}}
        assignments = [{"resource": table, "lf_tags": {"A": "1"}}]
        result = run_module(main, script, check, assignments=assignments)
        assert not result["changed"]
        assert result["assignments"] == [
            {"resource": table | {"table": {"database_name": "lake", "name": "orders"}}}
            | {"lf_tags": {"a": "1"}, "inherited_lf_tags": {"b": "2"}}
        ]

    def test_what_is_inherited_is_given_when_asked_for_and_never_purged(
        self, run_module, read, write
    ):
        script = [
            *read(TABLE, {}, {"a": "1", "b": "2"}),
            write(ADD, TABLE, {"a": "1"}),
            *read(TABLE, {"a": "1"}, {"a": "1", "b": "2"}),
        ]
        table = {"table": {"database_name": "lake", "name": "orders"}}
        result = run_module(main, script, assignments=[{"resource": table, "lf_tags": {"a": 1}}])
        assert result["assignments"][0]["inherited_lf_tags"] == {"b": "2"}

    def test_columns_that_are_to_get_the_same_are_written_together(self, run_module, read, write):
        script = [
            *read(columns("x", "y", "z"), {"x": {}, "y": {"a": "0"}, "z": {"a": "1"}}),
            write(ADD, columns("x", "y"), {"a": "1"}),
            *read(columns("x", "y", "z"), {"x": {"a": "1"}, "y": {"a": "1"}, "z": {"a": "1"}}),
        ]
        result = run_module(main, script, assignments=[on_columns("z", "Y", "x", a="1")])
        assert result["diff"]["before"] == {
            "table lake.orders (x)": {},
            "table lake.orders (y)": {"a": "0"},
            "table lake.orders (z)": {"a": "1"},
        }

    def test_without_purge_others_stay(self, run_module, read):
        script = read(DATABASE, {"a": "1", "b": "2"})
        result = run_module(main, script, assignments=[database(a="1")], purge_tags=False)
        assert not result["changed"]

    def test_nothing_is_written_in_check_mode(self, run_module, read):
        script = read(DATABASE, {"old": "x"}, {})
        result = run_module(main, script, True, assignments=[database(a="1")])
        assert result["changed"]
        assert result["assignments"] == [
            {
                "resource": {"database": {"name": "lake"}},
                "lf_tags": {"a": "1"},
                "inherited_lf_tags": {},
            }
        ]

    def test_what_is_not_there_yet_has_no_tags_in_check_mode(self, run_module, say):
        script = [
            say(
                SERVICE,
                "GetResourceLFTags",
                {"Resource": DATABASE, "ShowAssignedLFTags": assigned},
                "EntityNotFoundException",
            )
            for assigned in (True, False)
        ]
        assert run_module(main, script, True, assignments=[database(a="1")])["changed"]

    def test_conflicts_are_sent_again_alone_and_other_failures_are_all_told(
        self, run_module, read, write
    ):
        conflict = "ConcurrentModificationException"
        missing = "EntityNotFoundException"
        script = [
            *read(DATABASE, {}),
            *read(TABLE, {}),
            write(ADD, DATABASE, {"a": "1", "b": "2"}, {"a": missing, "b": conflict}),
            write(ADD, DATABASE, {"b": "2"}),
            write(ADD, TABLE, {"c": "3"}, {"c": missing}),
        ]
        table = {"table": {"database_name": "lake", "name": "orders"}}
        assignments = [database(a="1", b="2"), {"resource": table, "lf_tags": {"c": "3"}}]
        message = run_module(main, script, assignments=assignments)["msg"]
        assert "a=1 on database lake: EntityNotFoundException: why" in message
        assert "c=3 on table lake.orders: EntityNotFoundException: why" in message
        assert "b=2" not in message


class TestAbsent:
    def test_keys_are_taken_away_whatever_their_value(self, run_module, read, write):
        script = [
            *read(DATABASE, {"a": "1", "b": "2"}),
            write(REMOVE, DATABASE, {"a": "1"}),
            *read(DATABASE, {"b": "2"}),
        ]
        result = run_module(main, script, state="absent", assignments=[database(a="any")])
        assert result["assignments"][0]["lf_tags"] == {"b": "2"}

    def test_what_is_inherited_cannot_be_taken_away(self, run_module, read):
        script = read(TABLE, {}, {"a": "1"})
        table = {"table": {"database_name": "lake", "name": "orders"}}
        assignments = [{"resource": table, "lf_tags": {"a": "1"}}]
        assert not run_module(main, script, state="absent", assignments=assignments)["changed"]


@pytest.mark.parametrize(
    ("assignments", "messages"),
    [
        ([{"resource": {}, "lf_tags": {}}], ["assignments[0].resource has nothing"]),
        (
            [database(a=["1", "2"]), database(b="*"), on_columns(c="1")],
            [
                "assignments[0].lf_tags.a is ['1', '2']: a resource has exactly one value",
                "assignments[1].lf_tags.b is '*'",
                "assignments[2].resource.table_with_columns.column_names is empty",
            ],
        ),
        ([database(a="1"), database(b="2")], ["assignments[1].resource has database lake, as"]),
        ([database(a="1", A="2")], ["lf_tags has a twice"]),
        (
            [on_columns("x", a="1"), on_columns("y", "X", a="1")],
            ["assignments[1].resource has table lake.orders (x), as another"],
        ),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, assignments, messages):
    message = run_module(main, [], assignments=assignments)["msg"]
    assert all(part in message for part in messages)


def test_more_tags_than_aws_allows_are_refused_before_any_write(run_module, read):
    script = read(DATABASE, {f"old{number}": "x" for number in range(30)})
    many = database(**{f"new{number}": "x" for number in range(30)})
    message = run_module(main, script, assignments=[many], purge_tags=False)["msg"]
    assert "database lake would have 60 LF-tags: AWS allows 50" in message
