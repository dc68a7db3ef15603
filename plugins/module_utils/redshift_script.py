# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements of one task: which are needed, and what comes of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .redshift_connection import Connection
from .redshift_data import MOST_BYTES, MOST_STATEMENTS, StatementError
from .redshift_sql import (
    is_read,
    is_transaction_control,
    parameter_texts,
    parameters_in,
    split_statements,
)

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

    from .settings import Values


@dataclass(frozen=True)
class Step:
    """A statement, and the query that returns a row when it isn't needed."""

    sql: str
    unless: str | None = None


def steps_of(params: Values) -> list[Step]:
    """The statements that the options ask for. Raises ValueError for bad input."""
    if params["statements"] is not None:
        if params["unless"]:
            raise ValueError("unless goes with sql or src; in statements each entry has its own")
        steps = [step_of(entry, at) for at, entry in enumerate(params["statements"], 1)]
    elif params["sql"] is not None:
        steps = [Step(params["sql"], params["unless"])]
    else:
        try:
            text = Path(params["src"]).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"src {params['src']} can't be read: {error}") from error
        steps = [Step(sql, params["unless"]) for sql in split_statements(text)]
    check_steps(steps)
    return steps


def step_of(entry: Any, at: int) -> Step:
    """One entry of `statements`."""
    if isinstance(entry, str):
        return Step(entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("sql"), str):
        raise ValueError(f"statements, entry {at}: must be SQL text, or have the key sql")
    unknown = sorted(set(entry) - {"sql", "unless"})
    if unknown:
        raise ValueError(
            f"statements, entry {at}: has the unknown key {unknown[0]}; allowed are sql and unless"
        )
    return Step(entry["sql"], entry.get("unless"))


def check_steps(steps: list[Step]) -> None:
    """Refuse what the Data API would refuse, before it is called."""
    if not steps:
        raise ValueError("there is no SQL statement to run")
    if len(steps) > MOST_STATEMENTS:
        raise ValueError(
            f"{len(steps)} statements are more than the {MOST_STATEMENTS} of one transaction"
        )
    for at, step in enumerate(steps, 1):
        where = f"statement {at}" if len(steps) > 1 else "the statement"
        for sql in filter(None, (step.sql, step.unless)):
            size = len(sql.encode())
            if size > MOST_BYTES:
                raise ValueError(f"{where} has {size} bytes; the most is {MOST_BYTES}")
            count = len(split_statements(sql))
            if count == 0:
                raise ValueError(f"{where} is empty")
            if count > 1:
                raise ValueError(
                    f"{where} holds {count} statements; write them as entries of statements"
                )
        if is_transaction_control(step.sql):
            raise ValueError(f"{where} controls a transaction; the list is one by itself")
        if step.unless and not is_read(step.unless):
            raise ValueError(f"the guard (unless) of {where} must only read")


class Script:
    """The statements of one task, on their way through the Data API."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        params = module.params
        self.module = module
        self.steps = steps_of(params)
        self.parameters = parameter_texts(params["parameters"] or {})
        used = set().union(
            *(parameters_in(sql) for step in self.steps for sql in (step.sql, step.unless or ""))
        )
        for name in self.parameters:
            if name not in used:
                raise ValueError(f"parameter {name} isn't used: no statement has :{name}")
        self.connection = Connection(module)
        self.data = self.connection.data

    def run(self) -> Values:
        """Returns the module's result."""
        try:
            needed = self.needed()
        except AnsibleAWSError as error:
            if not self.connection.will_exist_later(error):
                raise
            needed = self.steps
        sqls = [step.sql for step in needed]
        writes = [sql for sql in sqls if not is_read(sql)]
        result: Values = {
            "changed": bool(writes),
            "executed": sqls,
            "not_needed": [step.sql for step in self.steps if step not in needed],
            "results": [],
            "rows": [],
        }
        if self.module._diff:
            after = "".join(f"{sql.rstrip().rstrip(';')};\n" for sql in writes)
            result["diff"] = {"before": "", "after": after}
        if sqls and not (self.module.check_mode and writes):
            try:
                result.update(self.execute(sqls))
            except AnsibleAWSError as error:
                if not self.connection.will_exist_later(error):
                    raise
        return result

    def needed(self) -> list[Step]:
        """The steps whose guard returns no row. All guards are asked in one batch."""
        guards = list(dict.fromkeys(step.unless for step in self.steps if step.unless))
        if not guards:
            return self.steps
        try:
            outcomes = self.data.run(guards, fetch=False, parameters=self.parameters)
            holds = {outcome.sql for outcome in outcomes if outcome.row_count > 0}
        except StatementError:
            if not self.module.check_mode:
                raise
            holds = {guard for guard in guards if self.holds_already(guard)}
        return [step for step in self.steps if step.unless not in holds]

    def holds_already(self, guard: str) -> bool:
        """In check mode a guard may ask for what an earlier, unreal change would have made."""
        try:
            outcome = self.data.run([guard], fetch=False, parameters=self.parameters)[0]
        except StatementError as error:
            if "does not exist" in error.reason:
                return False
            raise
        return outcome.row_count > 0

    def execute(self, sqls: list[str]) -> Values:
        """Run the statements; returns their part of the result."""
        statement_id = self.data.submit(
            sqls,
            parameters=self.parameters,
            name=self.module.params["statement_name"],
            token=self.module.params["client_token"],
        )
        if not self.module.params["wait"]:
            return {"statement_id": statement_id}
        outcomes = self.data.finish(statement_id, sqls)
        rows = next((outcome.rows for outcome in reversed(outcomes) if outcome.rows), [])
        results = [asdict(outcome) for outcome in outcomes]
        return {"statement_id": statement_id, "results": results, "rows": rows}
