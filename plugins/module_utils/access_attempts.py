# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries doors of a data platform with the caller's own credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .api import Api
from .errors import ResourceError, error_code
from .redshift_data import DataApi, StatementError, Target
from .waiting import wait_until

Values = dict[str, Any]

_SESSION_SECONDS = 900  # the least
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class QueryError(ResourceError):
    """Athena ran a query, and it failed; the message is Athena's."""


class Attempts:
    """One method a door; each returns what it found, or raises AnsibleAWSError."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self._module = module
        self._timeout = float(module.params["wait_timeout"])
        self._doors: dict[str, Callable[[Values], Values]] = {
            "statement": self._statement,
            "statement_result": self._statement_result,
            "query": self._query,
            "object": self._object,
            "catalog_table": self._catalog_table,
            "secret": self._secret,
            "session": self._session,
        }

    def tried(self, attempt: Values) -> Values:
        """What came of an attempt: allowed, or the error's code and words."""
        [door] = [name for name in self._doors if attempt[name]]
        outcome = {"name": attempt["name"], "allowed": True, "error_code": "", "error": ""}
        try:
            return outcome | self._doors[door](attempt[door])
        except StatementError as error:
            return outcome | {"allowed": False, "error": error.reason}
        except AnsibleAWSError as error:
            words = str(error.exception or error)
            return outcome | {"allowed": False, "error_code": error_code(error), "error": words}

    def _api(self, service: str, what: str) -> Api:
        return Api(self._module.client(service), what)

    def _statement(self, of: Values) -> Values:
        target = Target(of["database"], of["workgroup_name"])
        data = DataApi(self._api("redshift-data", "the statement"), target, self._timeout)
        statement = data.submit([of["sql"]])
        data.finish(statement, [of["sql"]])
        return {"statement_id": statement}

    def _statement_result(self, of: Values) -> Values:
        self._api("redshift-data", "the statement").call("GetStatementResult", id=of["id"])
        return {}

    def _query(self, of: Values) -> Values:
        athena = self._api("athena", "the query")
        started = athena.call(
            "StartQueryExecution",
            query_string=of["sql"],
            work_group=of["workgroup"],
            query_execution_context={"database": of["database"]},
            result_configuration={"output_location": of["output_location"]},
        )["query_execution_id"]
        status = wait_until(
            lambda: athena.call("GetQueryExecution", query_execution_id=started)["query_execution"][
                "status"
            ],
            lambda seen: seen["state"] in _ENDED,
            timeout=self._timeout,
            what=f"query {started} to end",
            state=lambda seen: seen["state"],
        )
        if status["state"] != "SUCCEEDED":
            raise QueryError(status.get("state_change_reason", status["state"]))
        athena.call("GetQueryResults", query_execution_id=started)
        return {}

    def _object(self, of: Values) -> Values:
        answer = self._api("s3", "the object").call("GetObject", bucket=of["bucket"], key=of["key"])
        # nobody wants what is in it
        answer["body"].close()
        return {}

    def _catalog_table(self, of: Values) -> Values:
        glue = self._api("glue", "the table")
        place = {"database_name": of["database"], "name": of["name"]}
        table = glue.call("GetTable", **place)["table"]
        columns = (table.get("storage_descriptor") or {}).get("columns") or ()
        return {"columns": [column["name"] for column in columns]}

    def _secret(self, of: Values) -> Values:
        self._api("secretsmanager", "the secret").call("GetSecretValue", secret_id=of["id"])
        return {}

    def _session(self, of: Values) -> Values:
        tags = [{"key": key, "value": value} for key, value in (of["tags"] or {}).items()]
        self._api("sts", "the role").call(
            "AssumeRole",
            role_arn=of["role_arn"],
            role_session_name="access-attempt",
            duration_seconds=_SESSION_SECONDS,
            tags=tags or None,
        )
        return {}
