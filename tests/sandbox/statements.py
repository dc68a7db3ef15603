"""SQL through the Data API, for tests of what the contract makes."""

from __future__ import annotations

from typing import Any

from tests.sandbox.redshift_services.tools import changes, until


class Statements:
    """SQL through the Data API, as one identity."""

    def __init__(self, client: Any, workgroup: str, **who: str) -> None:
        self.client = client
        self.where = {"WorkgroupName": workgroup, "Database": "analytics", **who}

    def run(self, sqls: list[str]) -> dict[str, Any]:
        """Run a batch; returns its description once it has ended."""
        if len(sqls) == 1:
            submitted = self.client.execute_statement(Sql=sqls[0], **self.where)
        else:
            submitted = self.client.batch_execute_statement(Sqls=sqls, **self.where)
        ended = ("FINISHED", "FAILED", "ABORTED")

        def described() -> dict[str, Any] | None:
            found = self.client.describe_statement(Id=submitted["Id"])
            return found if found["Status"] in ended else None

        return until(described)

    def done(self, sqls: list[str]) -> dict[str, Any]:
        outcome = self.run(sqls)
        assert outcome["Status"] == "FINISHED", outcome["Error"]
        return outcome

    def rows(self, sql: str) -> list[list[Any]]:
        outcome = self.done([sql])
        return self.result(outcome["Id"])

    def result(self, statement: str) -> list[list[Any]]:
        records = self.client.get_statement_result(Id=statement)["Records"]
        return [
            [None if field.get("isNull") else next(iter(field.values())) for field in record]
            for record in records
        ]

    def changes(self, privileges: dict[str, Any]) -> list[str]:
        """What brings these about."""
        return changes(self.client, privileges, **self.where)


def declared(derived: dict[str, Any]) -> list[dict[str, Any]]:
    """The privileges of the roles warehouse and governance."""
    return [derived["warehouse"]["privileges"], derived["governance"]["redshift"]]
