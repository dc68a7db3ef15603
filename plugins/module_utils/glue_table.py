# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of one database of the AWS Glue Data Catalog, as declared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .compare import scrub
from .errors import ResourceError, error_code
from .glue import CONFLICT, NAME_RULE, texts, wrong_names
from .overlay import laid_over

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]

MISSING = "EntityNotFoundException"
DENIED = "AccessDeniedException"
AT_ONCE = 8
"""Tables that are written at a time: AWS wants a request for each."""
BATCH = 100
"""Tables that one call may delete."""
WRITABLE = (
    "name",
    "description",
    "owner",
    "parameters",
    "partition_keys",
    "retention",
    "storage_descriptor",
    "table_type",
    "target_table",
    "view_expanded_text",
    "view_original_text",
)


@dataclass(frozen=True)
class Policy:
    """What of a table that is there is left as it is."""

    keep_location_below: str = ""
    """A location that begins with this stays: somebody else moves it on."""
    purge_columns: bool = False
    """Columns that are not wanted go."""


def policy_of(table: Values) -> Policy:
    """The policy in a table of the option."""
    return Policy(table["keep_location_below"] or "", table["purge_columns"])


def merged_columns(wanted: list[Values], current: list[Values]) -> list[Values]:
    """The columns there are, in their order, as wanted where they are; new ones at the end."""
    declared = {column["name"]: column for column in wanted}
    known = {column["name"] for column in current}
    kept = [{**column, **declared.get(column["name"], {})} for column in current]
    return kept + [column for column in wanted if column["name"] not in known]


def purged_columns(wanted: list[Values], current: list[Values]) -> list[Values]:
    """The wanted columns alone, with what is known of them besides."""
    known = {column["name"]: column for column in current}
    return [{**known.get(column["name"], {}), **column} for column in wanted]


def merged(wanted: Values, current: Values, policy: Policy) -> Values:
    """A table as it is, with what is wanted laid over it as the policy has it."""
    target: Values = laid_over(current, wanted)
    descriptor = current.get("storage_descriptor") or {}
    location = descriptor.get("location") or ""
    if policy.keep_location_below and location.startswith(policy.keep_location_below):
        target["storage_descriptor"] = {**target["storage_descriptor"], "location": location}
    if "partition_keys" in wanted:
        had = current.get("partition_keys") or []
        target["partition_keys"] = merged_columns(wanted["partition_keys"], had)
    columns = wanted.get("storage_descriptor", {}).get("columns")
    if columns is not None:
        had = descriptor.get("columns") or []
        kept = (purged_columns if policy.purge_columns else merged_columns)(columns, had)
        target["storage_descriptor"] = {**target["storage_descriptor"], "columns": kept}
    return target


def declared(table: Values) -> Values:
    """A table of the option as the API takes it."""
    wanted: Values = scrub({key: table[key] for key in WRITABLE if key in table})
    descriptor = wanted.get("storage_descriptor", {})
    for part in (wanted, descriptor, descriptor.get("serde_info", {})):
        if "parameters" in part:
            part["parameters"] = texts(part["parameters"])
    return wanted


def writable(table: Values) -> Values:
    """A table as the API takes it; an empty text is none, since what is left out is emptied."""
    return {key: table[key] for key in WRITABLE if table.get(key) not in (None, "")}


def refuse_mistakes(tables: list[Values]) -> None:
    """Raise ResourceError for names that the catalog would not keep as they are, or keep twice."""
    names = [table["name"] for table in tables]
    if wrong := wrong_names(names):
        raise ResourceError(f"tables.name is {wrong[0]!r}: it must be {NAME_RULE}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ResourceError(f"tables lists {', '.join(twice)} more than once")
    for table in tables:
        refuse_policy(table)
        columns = [
            column["name"]
            for part in (
                table.get("storage_descriptor") or {},
                {"columns": table["partition_keys"]},
            )
            for column in part.get("columns") or []
        ]
        if wrong := [name for name in columns if name != name.lower()]:
            raise ResourceError(
                f"table {table['name']}: column {wrong[0]} must be in lower case, as crawlers write it"
            )
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise ResourceError(f"table {table['name']} lists column {', '.join(twice)} twice")


def refuse_policy(table: Values) -> None:
    """Raise ResourceError for a policy on what the table does not list."""
    descriptor = table["storage_descriptor"] or {}
    below = table["keep_location_below"]
    if below is not None and not below.endswith("/"):
        raise ResourceError(
            f"table {table['name']}: keep_location_below is {below!r}: it must be a folder, ending in /"
        )
    if table["purge_columns"] and not descriptor.get("columns"):
        raise ResourceError(
            f"table {table['name']}: purge_columns needs storage_descriptor.columns, the ones to keep"
        )


@dataclass(frozen=True)
class Change:
    """What a table is and is to be, as the API takes it; `current` is None for a new one."""

    current: Values | None
    target: Values


class Tables:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.check_mode: bool = module.check_mode
        self.show_diff: bool = module._diff
        self.absent: bool = module.params["state"] == "absent"
        self.database: str = module.params["database"]
        refuse_mistakes(module.params["tables"])
        self.given = [declared(table) for table in module.params["tables"]]
        self.policies = {table["name"]: policy_of(table) for table in module.params["tables"]}
        self.api = Api(module.client("glue"), f"tables of Glue database {self.database}")

    def ensure(self) -> Values:
        """Returns the module's result."""
        return self._ensure_absent() if self.absent else self._ensure_present()

    def _ensure_present(self) -> Values:
        found = self._found()
        changes = [self._change(table, found.get(table["name"])) for table in self.given]
        due = [change for change in changes if change.current != change.target]
        if not self.check_mode:
            # One client for all: clients may be shared between threads, sessions may not.
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._write, due))
        before = {change.target["name"]: change.current for change in due if change.current}
        after = {change.target["name"]: change.target for change in due}
        tables = [
            {**found.get(name, {}), "database_name": self.database, **change.target}
            for change in changes
            for name in [change.target["name"]]
        ]
        return {**self._result(before, after), "tables": tables}

    def _ensure_absent(self) -> Values:
        found = self._found()
        names = [table["name"] for table in self.given if table["name"] in found]
        if not self.check_mode:
            for start in range(0, len(names), BATCH):
                self._delete(names[start : start + BATCH])
        return self._result({name: writable(found[name]) for name in names}, {})

    def _result(self, before: Values, after: Values) -> Values:
        result: Values = {"changed": before != after}
        if self.show_diff:
            result["diff"] = {"before": before, "after": after}
        return result

    def _found(self) -> dict[str, Values]:
        """The given tables that are there, by name; none when the database isn't there.

        One table is asked for, of many the database's listing is read: it costs less.
        """
        if len(self.given) == 1:
            return self._found_alone(self.given[0]["name"])
        try:
            listed = self.api.pages("GetTables", "table_list", database_name=self.database)
        except AnsibleAWSError as error:
            if error_code(error) != MISSING:
                raise
            listed = []
        names = {table["name"] for table in self.given}
        return {table["name"]: table for table in listed if table["name"] in names}

    def _found_alone(self, name: str) -> dict[str, Values]:
        try:
            answer = self._api_of(name).maybe(
                "GetTable", missing=(MISSING,), database_name=self.database, name=name
            )
        except AnsibleAWSError as error:
            # Lake Formation denies a table that isn't there, also when its database isn't either.
            if error_code(error) != DENIED or self._has_database():
                raise
            return {}
        return {name: answer["table"]} if answer else {}

    def _has_database(self) -> bool:
        return bool(self.api.maybe("GetDatabase", missing=(MISSING,), name=self.database))

    def _change(self, table: Values, found: Values | None) -> Change:
        if found is not None:
            current = writable(found)
            target = merged(table, current, self.policies[table["name"]])
            return Change(current, writable(target))
        if not table.keys() & {"storage_descriptor", "target_table"}:
            raise ResourceError(f"table {table['name']} doesn't exist: it needs storage_descriptor")
        return Change(None, writable(table))

    def _api_of(self, name: str) -> Api:
        """The same operations, with the one table in messages."""
        return Api(self.api.client, f"table {name} of Glue database {self.database}")

    def _write(self, change: Change) -> None:
        self._api_of(change.target["name"]).call(
            "UpdateTable" if change.current else "CreateTable",
            retry=CONFLICT,
            database_name=self.database,
            table_input=change.target,
        )

    def _delete(self, names: list[str]) -> None:
        answer = self.api.call(
            "BatchDeleteTable", retry=CONFLICT, database_name=self.database, tables_to_delete=names
        )
        for failure in answer.get("errors") or []:
            detail = failure.get("error_detail") or {}
            if detail.get("error_code") != MISSING:
                raise ResourceError(
                    f"glue:BatchDeleteTable failed for table {failure.get('table_name')}: "
                    f"{detail.get('error_code')}: {detail.get('error_message', '')}"
                )
