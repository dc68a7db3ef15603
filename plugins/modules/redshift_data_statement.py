#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_data_statement
short_description: Run SQL in Amazon Redshift through the Data API
version_added: 0.1.0
description:
  - Runs one statement, a list of statements or the statements of a file, in a workgroup of Amazon
    Redshift Serverless or in a cluster. No connection to the database is needed.
  - Several statements run in their order as one transaction. When one fails, none has happened.
  - Statements that only read never count as changes. A guard (O(unless)) makes others idempotent.
author: modern_data.warehouse contributors (@modern-data)
options:
  sql:
    description:
      - One SQL statement.
      - Exactly one of O(sql), O(statements) and O(src) is needed.
    type: str
  statements:
    description:
      - SQL statements that run as one transaction, 40 at most.
      - Each is the text of a statement, or a dictionary with the keys V(sql) and V(unless), which is
        a guard of its own as in O(unless).
      - All guards are asked first, then the statements that are still needed run.
    type: list
    elements: raw
  src:
    description:
      - Path of a file with SQL statements, each ended by a semicolon, that run as one transaction.
    type: path
  unless:
    description:
      - A query. When it returns a row, O(sql) or the file of O(src) isn't needed and isn't run.
    type: str
  parameters:
    description:
      - Values for the C(:names) in the statements and guards.
      - They stand for values only, not for names of tables and columns, and can't be null or empty.
    type: dict
  workgroup_name:
    description:
      - Name of the Redshift Serverless workgroup.
      - Exactly one of O(workgroup_name) and O(cluster_identifier) is needed.
    type: str
  cluster_identifier:
    description: Identifier of the Redshift cluster.
    type: str
  database:
    description: Name of the database.
    type: str
    required: true
  secret_arn:
    description:
      - Name or ARN of the secret of the database user to run as.
      - Without it the caller's IAM identity decides. With a workgroup the user is C(IAM:name) or
        C(IAMR:role).
    type: str
  db_user:
    description: Database user to run as, with O(cluster_identifier) only.
    type: str
  statement_name:
    description: A name for the statement, to find it again in the list of statements.
    type: str
  client_token:
    description:
      - A text of up to 64 characters that stands for this request. For eight hours AWS answers the
        same token with the same statement instead of running it again, also if it has failed.
      - Without it the module takes a new one, which covers its own retries.
    type: str
  wait:
    description:
      - Wait for the end, and return the rows.
      - With V(false) the module returns the statement's ID as soon as AWS has taken it. Guards are
        waited for all the same.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait. A statement that takes longer is cancelled.
    type: int
    default: 600
notes:
  - In check mode guards and statements that only read are run. If any of the needed statements
    writes, none is run, and they are returned and shown as the diff.
  - The SQL is part of the result. Set C(no_log=true) for a task whose SQL holds a secret.
seealso:
  - module: modern_data.warehouse.redshift_serverless_workgroup
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Statements that only read, and those with a guard that holds after they have run.
"""

EXAMPLES = r"""
- name: Count the orders of a day
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    sql: select count(*) as orders from analytics.orders where created_at >= :day
    parameters:
      day: "2026-01-15"
  register: counted

- name: Make a schema and a role, each unless it is there
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ admin_secret_arn }}"
    statements:
      - sql: create schema etl
        unless: select 1 from pg_namespace where nspname = 'etl'
      - sql: create role reader
        unless: select 1 from svv_roles where role_name = 'reader'

- name: Run a file as one transaction
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    src: "{{ playbook_dir }}/files/bootstrap.sql"
    unless: select 1 from pg_namespace where nspname = 'analytics'
"""

RETURN = r"""
statement_id:
  description: ID of the statement or batch.
  returned: when something was run
  type: str
  sample: d9b6c0c9-0747-4bf4-b142-e8883122f766
executed:
  description: The SQL that was run, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: [create schema etl]
not_needed:
  description: The SQL that wasn't needed, since its guard returned a row.
  returned: always
  type: list
  elements: str
  sample: [create role reader]
results:
  description: What came of each statement that was run.
  returned: when waited for
  type: list
  elements: dict
  contains:
    sql:
      description: The statement.
      type: str
      returned: always
      sample: select count(*) as orders from analytics.orders
    row_count:
      description: Number of rows returned or changed; -1 for statements such as C(CREATE).
      type: int
      returned: always
      sample: 1
    columns:
      description: Names and types of the columns.
      type: list
      elements: dict
      returned: always
      sample: [{"name": "orders", "type": "int8"}]
    rows:
      description:
        - Rows by column name. Numbers, booleans and nulls are typed; decimals, dates and times are
          text.
      type: list
      elements: dict
      returned: always
      sample: [{"orders": 42}]
rows:
  description: The rows of the last statement that returned any.
  returned: when waited for
  type: list
  elements: dict
  sample: [{"orders": 42}]
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import (
    error_code,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_data import (
    MOST_BYTES,
    MOST_STATEMENTS,
    DataApi,
    StatementError,
    Target,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_sql import (
    is_read,
    is_transaction_control,
    parameter_texts,
    parameters_in,
    split_statements,
)

if TYPE_CHECKING:
    from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import Values


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
            text = Path(params["src"]).read_text(encoding="utf-8")
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
            if count != 1:
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
        where = params["workgroup_name"] or params["cluster_identifier"]
        target = Target(
            database=params["database"],
            workgroup_name=params["workgroup_name"],
            cluster_identifier=params["cluster_identifier"],
            secret_arn=params["secret_arn"],
            db_user=params["db_user"],
        )
        self.what = f"database {params['database']} of {where}"
        api = Api(module.client("redshift-data"), self.what)
        self.data = DataApi(api, target, params["wait_timeout"])

    def run(self) -> Values:
        """Returns the module's result."""
        try:
            needed = self.needed()
        except AnsibleAWSError as error:
            if not self.will_exist_later(error):
                raise
            needed = self.steps
        sqls = [step.sql for step in needed]
        writes = [sql for sql in sqls if not is_read(sql)]
        result: Values = {
            "changed": bool(writes),
            "executed": sqls,
            "not_needed": [step.sql for step in self.steps if step not in needed],
        }
        if self.module._diff:
            after = "".join(f"{sql.rstrip().rstrip(';')};\n" for sql in writes)
            result["diff"] = {"before": "", "after": after}
        if sqls and not (self.module.check_mode and writes):
            try:
                result.update(self.execute(sqls))
            except AnsibleAWSError as error:
                if not self.will_exist_later(error):
                    raise
                result.update(results=[], rows=[])
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

    def will_exist_later(self, error: AnsibleAWSError) -> bool:
        """In check mode, true when the workgroup isn't there: an earlier task would make it."""
        name = self.module.params["workgroup_name"]
        refused = ("ResourceNotFoundException", "ValidationException")
        if not (self.module.check_mode and name and error_code(error) in refused):
            return False
        serverless = Api(self.module.client("redshift-serverless"), self.what)
        missing = ("ResourceNotFoundException",)
        return serverless.maybe("GetWorkgroup", missing=missing, workgroup_name=name) is None

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


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "sql": {"type": "str"},
            "statements": {"type": "list", "elements": "raw"},
            "src": {"type": "path"},
            "unless": {"type": "str"},
            "parameters": {"type": "dict"},
            "workgroup_name": {"type": "str"},
            "cluster_identifier": {"type": "str"},
            "database": {"type": "str", "required": True},
            "secret_arn": {"type": "str", "no_log": False},
            "db_user": {"type": "str"},
            "statement_name": {"type": "str"},
            "client_token": {"type": "str", "no_log": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[
            ("sql", "statements", "src"),
            ("workgroup_name", "cluster_identifier"),
            ("workgroup_name", "db_user"),
            ("secret_arn", "db_user"),
        ],
        required_one_of=[("sql", "statements", "src"), ("workgroup_name", "cluster_identifier")],
        supports_check_mode=True,
    )
    try:
        result = Script(module).run()
    except ValueError as error:
        module.fail_json(msg=str(error))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
