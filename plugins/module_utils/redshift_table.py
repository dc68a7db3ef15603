# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of Redshift, as the module of this name makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import ResourceError
from .redshift_connection import Connection
from .redshift_data import MOST_BYTES
from .redshift_table_catalog import read_catalog
from .redshift_table_model import Table, quoted, table_of
from .redshift_table_plan import Plan, plan_drop, plan_table

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


class Tables:
    """The tables that a task lists. Bad input is a ResourceError, before any call."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.absent = module.params["state"] == "absent"
        self.tables = self._tables(module.params["tables"])
        self.connection = Connection(module)

    def _tables(self, options: list[dict[str, Any]]) -> list[Table]:
        tables: list[Table] = []
        problems: list[str] = []
        for option in options:
            table, faults = table_of(option, self.absent)
            problems += [f"{table.path}: {fault}" for fault in faults]
            if table.path in {other.path for other in tables}:
                problems.append(f"{table.path} is listed twice")
            tables.append(table)
        if problems:
            raise ResourceError("; ".join(problems))
        return tables

    def ensure(self) -> dict[str, Any]:
        """Returns the module's result."""
        found, schemas = self._read()
        plans = [self._plan(table, found.get(table.path)) for table in self.tables]
        together = [] if self.absent else self._schemas(schemas)
        together += [sql for plan in plans for sql in plan.together]
        alone = [sql for plan in plans for sql in plan.alone]
        self._refuse(plans, [*together, *alone])
        if not self.module.check_mode:
            self._run(together, alone)
        changed = [plan for plan in plans if plan.statements]
        result: dict[str, Any] = {
            "changed": bool(together or alone),
            "statements": [*together, *alone],
        }
        if self.module._diff:
            before = "".join(f"{plan.current.ddl()};\n" for plan in changed if plan.current)
            after = "".join(f"{plan.result.ddl()};\n" for plan in changed if plan.result)
            result["diff"] = {"before": before, "after": after}
        return result

    def _read(self) -> tuple[dict[str, Table], set[str]]:
        database = self.module.params["database"]
        try:
            return read_catalog(self.connection.rows, database, self.tables)
        except ValueError as error:
            raise ResourceError(str(error)) from error
        except AnsibleAWSError as error:
            if not self.connection.will_exist_later(error):
                raise
            return {}, set()

    def _plan(self, wanted: Table, current: Table | None) -> Plan:
        if self.absent:
            return plan_drop(current)
        return plan_table(wanted, current, self.module.params["purge_columns"])

    def _schemas(self, existing: set[str]) -> list[str]:
        missing = sorted({table.schema for table in self.tables} - existing)
        if not self.module.params["create_schemas"]:
            if missing and not self.module.check_mode:  # there an earlier task would have made it
                raise ResourceError(
                    f"There is no schema {missing[0]}: make it first, or set create_schemas"
                )
            return []
        return [f"CREATE SCHEMA {quoted(name)}" for name in missing]

    def _refuse(self, plans: list[Plan], statements: list[str]) -> None:
        problems = [problem for plan in plans for problem in plan.problems]
        for sql in statements:
            if len(sql.encode()) > MOST_BYTES:
                problems.append(f"{sql[:60]}…: a statement may have {MOST_BYTES} bytes at most")
        if problems:
            raise ResourceError("; ".join(problems))

    def _run(self, together: list[str], alone: list[str]) -> None:
        if together:
            self.connection.run(together)
        for sql in alone:
            self.connection.run([sql])
