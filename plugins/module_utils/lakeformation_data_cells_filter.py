# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A data cells filter of Lake Formation: some columns and some rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .compare import Views, scrub
from .errors import error_code
from .resource import Resource
from .settings import Setting, Values, desired
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

CONFLICT = "ConcurrentModificationException"
EVERY_ROW = "TRUE"
"""The expression that AWS answers with where all rows were asked for."""


def same_columns(wanted: list[str] | None, current: list[str] | None) -> Views:
    """The same columns: the catalog knows no case, and their order means nothing."""
    return _columns(current), _columns(wanted)


def _columns(names: list[str] | None) -> list[str] | None:
    return None if names is None else sorted({name.lower() for name in names})


class DataCellsFilter(Resource):
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataCellsFilter.html

    In the words of the options: row_filter is None where all_rows is true, and exactly one of
    column_names and excluded_column_names is a list.
    """

    service = "lakeformation"
    kind = "data cells filter"
    result = "data_cells_filter"
    missing_codes = ("EntityNotFoundException",)
    taggable = False
    settings = (
        Setting("row_filter"),
        Setting("all_rows"),
        Setting("column_names", compare=same_columns),
        Setting("excluded_column_names", compare=same_columns),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.place = {
            "database_name": self.params["database"].lower(),
            "table_name": self.params["table"].lower(),
            "name": self.name,
        }
        self.what = f"{self.kind} {self.name} of {'.'.join(list(self.place.values())[:2])}"

    def validate(self) -> None:
        expression = self.params["row_filter"]
        if expression is not None and not expression.strip():
            raise self.refuse("row_filter is empty: give a condition, or all_rows: true")
        if self.params["all_rows"] is not None and bool(expression) == self.params["all_rows"]:
            raise self.refuse("give either row_filter, or all_rows: true")
        if self.params["column_names"] == []:
            raise self.refuse(
                "column_names is empty: name a column, or all columns by excluded_column_names: []"
            )

    def wanted(self, given: Values, current: Values | None) -> Values:
        aim = dict(given)
        if "row_filter" in aim:
            expression = aim["row_filter"].strip()
            every = expression.upper() == EVERY_ROW
            aim |= {"row_filter": None if every else expression, "all_rows": every}
        elif aim.get("all_rows"):
            aim["row_filter"] = None
        if "column_names" in aim:
            aim["excluded_column_names"] = None
        elif "excluded_column_names" in aim:
            aim["column_names"] = None
        if current is None:
            for one, other in (
                ("row_filter", "all_rows"),
                ("column_names", "excluded_column_names"),
            ):
                if one not in aim:
                    raise self.refuse(f"doesn't exist, and creating it needs {one} or {other}")
        return aim

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "GetDataCellsFilter",
            missing=self.missing_codes,
            table_catalog_id=self.account_id,
            **self.place,
        )
        return answer and in_words(answer["data_cells_filter"])

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call("CreateDataCellsFilter", table_data=self._table_data(wanted))

    def update(self, changes: Values, current: Values) -> None:
        """Replace the filter; who else has changed it since it was read is not overwritten.

        AWS replaces the whole filter, so what the user left unset is taken from what was read;
        the version that goes with it makes a change in between a conflict. Then it is read again.
        """
        found: list[Values | None] = [current]

        def replaced() -> bool:
            seen = found.pop() or self.find()
            if seen is None:
                raise self.refuse("was deleted by somebody else meanwhile")
            aim = {**seen, **self.wanted(desired(self.settings, self.params), seen)}
            data = {**self._table_data(aim), "version_id": seen.get("version_id")}
            try:
                self.api.call("UpdateDataCellsFilter", table_data=data)
            except AnsibleAWSError as error:
                if error_code(error) != CONFLICT:
                    raise
                found.append(None)
                return False
            return True

        wait_until(
            replaced,
            bool,
            timeout=self.watch.timeout,
            what=f"a moment in which nobody else changes {self.what}",
            state=lambda _: "changed by somebody else",
            option=self.watch.timeout_option,
        )

    def delete(self, current: Values) -> None:
        self.api.call("DeleteDataCellsFilter", table_catalog_id=self.account_id, **self.place)

    def returned(self, current: Values) -> Values:
        return {**self.place, **scrub(current)}

    def _table_data(self, aim: Values) -> Values:
        excluded = _columns(aim.get("excluded_column_names"))
        columns: Values = {"column_names": _columns(aim.get("column_names"))}
        if excluded is not None:
            columns = {"column_wildcard": {"excluded_column_names": excluded} if excluded else {}}
        rows: Values = {"filter_expression": aim.get("row_filter")}
        if aim["all_rows"]:
            rows = {"all_rows_wildcard": {}}
        return {"table_catalog_id": self.account_id, **self.place, "row_filter": rows, **columns}


def in_words(answer: Values) -> Values:
    """AWS's structure in the words of the options."""
    rows = answer.get("row_filter") or {}
    expression = rows.get("filter_expression") or ""
    every = rows.get("all_rows_wildcard") is not None or expression.strip().upper() == EVERY_ROW
    # A filter on all columns comes with or without the empty list of what is excluded.
    wildcard = answer.get("column_wildcard")
    names = answer.get("column_names") or None
    excluded = None if names else (wildcard or {}).get("excluded_column_names") or []
    return {
        "row_filter": None if every else expression,
        "all_rows": every,
        "column_names": _columns(names),
        "excluded_column_names": _columns(excluded),
        "version_id": answer.get("version_id"),
        "catalog_id": answer.get("table_catalog_id"),
    }
