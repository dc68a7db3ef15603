# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that say where SQL runs, shared by the modules of the Redshift Data API.

Their documentation is the fragment redshift_data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .api import Api
from .errors import error_code
from .redshift_data import MOST_STATEMENTS, DataApi, Outcome, Target

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

CONNECTION_OPTIONS: dict[str, dict[str, Any]] = {
    "workgroup_name": {"type": "str"},
    "cluster_identifier": {"type": "str"},
    "database": {"type": "str", "required": True},
    "secret_arn": {"type": "str", "no_log": False},
    "db_user": {"type": "str"},
    "statement_name": {"type": "str"},
    "wait_timeout": {"type": "int", "default": 600},
}
EXCLUSIVE_OPTIONS = [
    ("workgroup_name", "cluster_identifier"),
    ("workgroup_name", "db_user"),
    ("secret_arn", "db_user"),
]
NEEDED_OPTIONS = [("workgroup_name", "cluster_identifier")]


class Connection:
    """The database that a module's options name. Nothing is called before the first statement."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        params = module.params
        self.module = module
        where = params["workgroup_name"] or params["cluster_identifier"]
        self.what = f"database {params['database']} of {where}"
        target = Target(
            database=params["database"],
            workgroup_name=params["workgroup_name"],
            cluster_identifier=params["cluster_identifier"],
            secret_arn=params["secret_arn"],
            db_user=params["db_user"],
        )
        self.data = DataApi(
            Api(module.client("redshift-data"), self.what), target, params["wait_timeout"]
        )

    def rows(self, queries: list[str]) -> list[list[dict[str, Any]]]:
        """The rows of each query, all asked in one batch."""
        return [outcome.rows for outcome in self.data.run(queries)]

    def run(self, sqls: list[str]) -> list[Outcome]:
        """Run statements in order: as one transaction, or one for every 40 that a batch takes."""
        outcomes: list[Outcome] = []
        for first in range(0, len(sqls), MOST_STATEMENTS):
            batch = sqls[first : first + MOST_STATEMENTS]
            name = self.module.params["statement_name"]
            outcomes += self.data.run(batch, fetch=False, name=name)
        return outcomes

    def will_exist_later(self, error: AnsibleAWSError) -> bool:
        """In check mode, true when the workgroup isn't there: an earlier task would make it."""
        name = self.module.params["workgroup_name"]
        refused = ("ResourceNotFoundException", "ValidationException")
        if not (self.module.check_mode and name and error_code(error) in refused):
            return False
        serverless = Api(self.module.client("redshift-serverless"), self.what)
        missing = ("ResourceNotFoundException",)
        return serverless.maybe("GetWorkgroup", missing=missing, workgroup_name=name) is None
